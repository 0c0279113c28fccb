// Redis is filled from one log: positions of another, or of an older copy of it, would be taken for events that are there already.
import { beginning, type EventStore, type Position } from '../src/event-store/event-store.ts';
import { firstEvent } from '../src/event-store/first-event.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';

/** What is in Redis is not of this log. Only a person can say which of the two is wrong. */
export class ForeignLog extends ReadSideUnavailable {}

export interface LogIdentityOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly store: EventStore;
}

/**
 * Resolves when Redis may be filled, and read, by who has this log; an empty Redis is of the log that is the first to ask with an event.
 * @param checkpoint how far the read models in Redis are
 * @throws ForeignLog that says what to do; what the client throws otherwise.
 */
export async function demandSameLog(
  { connection: { client }, keys, store }: LogIdentityOptions,
  checkpoint: Position,
): Promise<void> {
  const first = await firstEvent(store);
  const own = first && `${first.id} ${first.recordedAt}`;
  if (own !== undefined) await client.hsetnx(keys.control, 'log', own);
  const filledFrom = await client.hget(keys.control, 'log');
  const isOther = filledFrom !== null && filledFrom !== own;
  if (!isOther && (checkpoint === beginning || checkpoint <= (await store.head()))) return;
  const what = isOther ? 'of another event log' : 'of a longer event log than this one';
  throw new ForeignLog(
    `what Redis has under the prefix ${keys.prefix} is ${what}: bring that log to KAIROS_DATA, empty Redis, or choose another KAIROS_REDIS_PREFIX`,
  );
}
