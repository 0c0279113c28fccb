// Which recorded reservations run out unpresented, over all customers, in Redis: noted from the log, handed out to one who ends them.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import type { ExpiredOffer } from './cap-gate.ts';
import type { CapProjectingScript, CapServingScript } from './redis-cap-scripts.ts';
import { answered } from './redis-failures.ts';

export interface RedisExpiries {
  /** As `CapGate.apply`. */
  apply(events: readonly (RecordedEvent & CapEvent)[]): Promise<void>;
  /**
   * As `CapGate.expired`, at most 1,000 at once. Who is told of an offer has `claimMs` to record what became of it; when the log does not
   * say so by then, somebody is told again.
   */
  claim(at: number): Promise<readonly ExpiredOffer[]>;
}

const mostAtOnce = 1000;
/** No id has one. */
const separator = ' ';

export function createRedisExpiries({
  serving,
  projecting,
  keys,
  build,
  claimMs = 60_000,
}: {
  serving: GuardedScripts<CapServingScript>;
  projecting: GuardedScripts<CapProjectingScript>;
  keys: RedisKeys;
  build: () => Build;
  claimMs?: number;
}): RedisExpiries {
  const keyOf = (part: string) => keys.capExpiries(build(), part);
  return {
    async apply(events) {
      for (let first = 0; first < events.length; first += mostAtOnce) {
        const noted = changesOf(events.slice(first, first + mostAtOnce));
        const expiries = [keyOf('due'), keyOf('claimed'), keyOf('position')];
        await answered(projecting.call('noteExpiries', expiries, noted));
      }
    },
    async claim(at) {
      const asked = serving.call('claimExpired', [keyOf('due'), keyOf('claimed')], [at, claimMs, mostAtOnce]);
      return ((await answered(asked)) as string[]).map((reservation) => {
        const [customerId = '', decisionId = '', offerId = ''] = reservation.split(separator);
        return { customerId, decisionId, offerId };
      });
    },
  };
}

/**
 * Position, reservation and until when it is held, in turn; held until nothing: it does not wait any more, and what was before does not
 * matter.
 */
function changesOf(events: readonly (RecordedEvent & CapEvent)[]): (string | number)[] {
  const over = new Set<string>();
  const changes: (string | number)[][] = [];
  for (const { type, position, data } of events.toReversed()) {
    const until = type === 'CapReserved' ? Date.parse(data.heldUntil) : '';
    const offers = type === 'CapReserved' ? data.offers : [data];
    for (const { offerId } of offers) {
      const name = [data.customerId, data.decisionId, offerId].join(separator);
      if (over.has(name)) continue;
      if (until === '') over.add(name);
      changes.push([position, name, until]);
    }
  }
  return changes.reverse().flat();
}
