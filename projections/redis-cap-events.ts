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
    connection: Pick<RedisConnection, 'together' | 'bySlot'>;
    projecting: GuardedScripts<CapProjectingScript>;
    keys: RedisKeys;
    build: Build;
  },
  events: readonly (RecordedEvent & CapEvent)[],
): Promise<void> {
  for (let left = events; left.length > 0; ) {
    const calls: Call[] = [];
    const later: (RecordedEvent & CapEvent)[] = [];
    const ofCustomers = [...Map.groupBy(left, ({ data }) => data.customerId)];
    for (const ofSlot of connection.bySlot(ofCustomers, ([customerId]) => customerId)) {
      let call: Call | undefined;
      for (const [customerId, own] of ofSlot) {
        const now = own.slice(0, mostAtOnce);
        later.push(...own.slice(mostAtOnce));
        if (!call || call.events + now.length > mostAtOnce) {
          call = { keys: [], texts: [], events: 0 };
          calls.push(call);
        }
        call.keys.push(...customerKeys(keys, build, customerId));
        call.texts.push(textOf(now));
        call.events += now.length;
      }
    }
    // Should a call fail and one with later events of the same customer not, the position would pass over those of the first.
    await Promise.all(
      connection.together(() =>
        calls.map(({ keys: own, texts }) => answered(projecting.call('applyCapEvents', own, texts))),
      ),
    );
    left = later;
  }
}

/** Events of customers whose keys can be in one command. */
interface Call {
  readonly keys: string[];
  readonly texts: string[];
  events: number;
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
