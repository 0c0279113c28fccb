// Brings cap events into the contacts of the customers in Redis: those of one customer in order, all customers of a batch at once.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { seriesOf } from '../src/decisioning/caps.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { listOf } from './cap-question.ts';
import { cellOf } from './contact-cells.ts';
import type { CapProjectingScript } from './redis-cap-scripts.ts';
import { answered } from './redis-failures.ts';

/** So that no call keeps the server from others for long. */
const mostAtOnce = 50;
/** Holds that were over so long before the latest event are dropped: nobody looks back further. */
const lookedBackMs = 86_400_000;

/** The keys of a customer, as the scripts want them. */
export function customerKeys(keys: RedisKeys, build: Build, customerId: string): string[] {
  return [
    keys.caps(build, customerId),
    keys.capReservations(build, customerId),
    keys.capReservationEnds(build, customerId),
  ];
}

/** Resolves when all events are in. */
export async function applyCapEvents(
  {
    connection,
    projecting,
    keys,
    build,
  }: {
    connection: Pick<RedisConnection, 'together'>;
    projecting: GuardedScripts<CapProjectingScript>;
    keys: RedisKeys;
    build: Build;
  },
  events: readonly (RecordedEvent & CapEvent)[],
): Promise<void> {
  const ofCustomers = [...Map.groupBy(events, ({ data }) => data.customerId)];
  // One after the other: should a call fail and the next one not, the position would pass over the events of the first.
  const applyInOrder = async (customerId: string, own: readonly (RecordedEvent & CapEvent)[]) => {
    for (let first = 0; first < own.length; first += mostAtOnce) {
      const text = textOf(own.slice(first, first + mostAtOnce));
      await answered(projecting.call('applyCapEvents', customerKeys(keys, build, customerId), [text]));
    }
  };
  await Promise.all(connection.together(() => ofCustomers.map(([customerId, own]) => applyInOrder(customerId, own))));
}

function textOf(events: readonly (RecordedEvent & CapEvent)[]): string {
  const now = Math.max(...events.map(({ metadata }) => Date.parse(metadata.at)));
  return JSON.stringify({ now, horizon: cellOf(now - lookedBackMs), events: events.map(changeOf) });
}

function changeOf(event: RecordedEvent & CapEvent): object {
  const { type, position, data } = event;
  const change = { type, position, decisionId: data.decisionId, at: cellOf(Date.parse(event.metadata.at)) };
  switch (type) {
    case 'CapReserved': {
      const { callId, heldUntil, offers } = event.data;
      const reserved = offers.map((offer) => ({
        offerId: offer.offerId,
        series: seriesOf({ ...event.data, ...offer }),
      }));
      return { ...change, callId, heldUntil: cellOf(Date.parse(heldUntil)), offers: reserved };
    }
    case 'CapConfirmed': {
      const { offerId, counted, heldUntil } = event.data;
      return { ...change, offerId, counted: listOf[counted], heldUntil: cellOf(Date.parse(heldUntil)) };
    }
    case 'CapReleased':
      return { ...change, offerId: event.data.offerId };
  }
}
