// What events of caps change in the totals: contacts by minute, holds by their end, and the reservations that are open.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { type Counts, seriesOf } from '../src/decisioning/caps.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { allPlaces, type Places, placeOf } from './contact-book.ts';

/** A reservation of which an event may still come. */
export interface OpenReservation {
  readonly series: readonly string[];
  /** Epoch milliseconds: until then it holds `holding`. */
  readonly until: number;
  readonly holding: Places;
  readonly confirmed: Places;
}

export interface TotalsChange {
  /** By reservation; undefined: it is over. */
  readonly open: ReadonlyMap<string, OpenReservation | undefined>;
  /** By counted event and series: how many contacts in which minute. */
  readonly contacts: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** By places and series: until when each reservation holds; undefined: it does not. */
  readonly holds: ReadonlyMap<string, ReadonlyMap<string, number | undefined>>;
}

/** Names as the book has them. */
export const reservationName = (decisionId: string, offerId: string) => `${decisionId}|${offerId}`;
export const contactsName = (counts: Counts, series: string) => `contacts:${counts}:${series}`;
export const holdsName = (places: Places, series: string) => `holds:${places}:${series}`;
export const isContacts = (name: string) => name.startsWith('contacts:');
export const isHolds = (name: string) => name.startsWith('holds:');

/** What confirmations and releases are about. */
export function reservationsIn(events: readonly RecordedEvent[]): string[] {
  const names = (events as readonly (RecordedEvent & CapEvent)[]).flatMap(({ type, data }) =>
    type === 'CapReserved' ? [] : [reservationName(data.decisionId, data.offerId)],
  );
  return [...new Set(names)];
}

/**
 * @param known the open reservations that the events are about, as far as they are not made by them
 * @param over open reservations that may be forgotten, unless the events are about them
 */
export function changeOf(
  events: readonly RecordedEvent[],
  known: ReadonlyMap<string, OpenReservation>,
  over: ReadonlyMap<string, OpenReservation>,
): TotalsChange {
  const open = new Map<string, OpenReservation | undefined>();
  const contacts = new Map<string, Map<number, number>>();
  const holds = new Map<string, Map<string, number | undefined>>();

  function replace(name: string, before: OpenReservation | undefined, after: OpenReservation | undefined): void {
    open.set(name, after);
    if (before) hold(name, before, undefined);
    if (after) hold(name, after, after.until);
  }

  function hold(name: string, { series, holding }: OpenReservation, until: number | undefined): void {
    if (holding === 0) return;
    for (const each of series) listOf(holds, holdsName(holding, each)).set(name, until);
  }

  function count(counts: Counts, series: readonly string[], at: number): void {
    const minute = Math.floor(at / 60_000);
    for (const each of series) {
      const minutes = listOf(contacts, contactsName(counts, each));
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
  }

  const find = (name: string) => (open.has(name) ? open.get(name) : known.get(name));

  for (const [name, reservation] of over) if (!known.has(name)) replace(name, reservation, undefined);
  for (const event of events as readonly (RecordedEvent & CapEvent)[]) {
    const at = Date.parse(event.metadata.at);
    const { decisionId } = event.data;
    if (event.type === 'CapReserved') {
      for (const offer of event.data.offers) {
        const series = seriesOf({ ...event.data, ...offer });
        const until = Date.parse(event.data.heldUntil);
        const name = reservationName(decisionId, offer.offerId);
        replace(name, undefined, { series, until, holding: allPlaces, confirmed: 0 });
        count('DECISION', series, at);
      }
      continue;
    }
    const name = reservationName(decisionId, event.data.offerId);
    const before = find(name);
    if (!before) continue;
    if (event.type === 'CapReleased') {
      replace(name, before, undefined);
      continue;
    }
    const { counted } = event.data;
    if ((before.confirmed & placeOf[counted]) > 0) continue;
    count(counted, before.series, at);
    const confirmed = before.confirmed | placeOf[counted];
    // After an impression it holds what may follow, also when it had lapsed: the log says that it was presented in time.
    const after =
      counted === 'IMPRESSION'
        ? { holding: allPlaces & ~confirmed, until: Date.parse(event.data.heldUntil) }
        : { holding: before.holding & ~placeOf[counted], until: before.until };
    replace(name, before, confirmed === allPlaces ? undefined : { ...before, ...after, confirmed });
  }
  return { open, contacts, holds };
}

function listOf<Key, Value>(lists: Map<string, Map<Key, Value>>, name: string): Map<Key, Value> {
  const list = lists.get(name) ?? new Map<Key, Value>();
  lists.set(name, list);
  return list;
}
