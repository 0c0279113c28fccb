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
  /** By counted event and series: minutes and how many contacts there are in them, in turn. */
  readonly contacts: ReadonlyMap<Counts, ReadonlyMap<string, readonly number[]>>;
  /** By places and series: numbers of those in `open`, from 1, that hold now; negative: that do not any more. */
  readonly holds: ReadonlyMap<Places, ReadonlyMap<string, readonly number[]>>;
}

/** Names as the book has them. */
export const reservationName = (decisionId: string, offerId: string) => `${decisionId}|${offerId}`;
export const contactsName = (counts: Counts, series: string) => `contacts:${counts}:${series}`;
export const holdsName = (places: Places, series: string) => `holds:${places}:${series}`;
export const isContacts = (name: string) => name.startsWith('contacts:');
export const isHolds = (name: string) => name.startsWith('holds:');

/** What events are about. */
export function reservationsIn(events: readonly RecordedEvent[]): string[] {
  const names = (events as readonly (RecordedEvent & CapEvent)[]).flatMap(({ type, data }) =>
    type === 'CapReserved'
      ? data.offers.map(({ offerId }) => reservationName(data.decisionId, offerId))
      : reservationName(data.decisionId, data.offerId),
  );
  return [...new Set(names)];
}

/**
 * @param known the open reservations that the events are about, as they are before them
 * @param over open reservations that may be forgotten, unless the events are about them
 */
export function changeOf(
  events: readonly RecordedEvent[],
  known: ReadonlyMap<string, OpenReservation>,
  over: ReadonlyMap<string, OpenReservation>,
): TotalsChange {
  const open = new Map<string, OpenReservation | undefined>();
  const contacts = new Map<Counts, Map<string, number[]>>();
  const holds = new Map<Places, Map<string, number[]>>();

  function hold({ series, holding }: OpenReservation, number: number): void {
    if (holding === 0) return;
    const ofSeries = mapIn(holds, holding);
    for (const each of series) {
      const list = ofSeries.get(each);
      if (list) list.push(number);
      else ofSeries.set(each, [number]);
    }
  }

  function count(counts: Counts, series: readonly string[], at: number): void {
    const minute = Math.floor(at / 60_000);
    const ofSeries = mapIn(contacts, counts);
    for (const each of series) {
      const minutes = ofSeries.get(each);
      if (minutes) addOne(minutes, minute);
      else ofSeries.set(each, [minute, 1]);
    }
  }

  for (const name of over.keys()) if (!known.has(name)) open.set(name, undefined);
  for (const event of events as readonly (RecordedEvent & CapEvent)[]) {
    const at = Date.parse(event.metadata.at);
    const { decisionId } = event.data;
    if (event.type === 'CapReserved') {
      const until = Date.parse(event.data.heldUntil);
      for (const offer of event.data.offers) {
        const series = seriesOf({ ...event.data, ...offer });
        open.set(reservationName(decisionId, offer.offerId), { series, until, holding: allPlaces, confirmed: 0 });
        count('DECISION', series, at);
      }
      continue;
    }
    const name = reservationName(decisionId, event.data.offerId);
    const before = open.has(name) ? open.get(name) : known.get(name);
    if (!before) continue;
    if (event.type === 'CapReleased') {
      open.set(name, undefined);
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
    open.set(name, confirmed === allPlaces ? undefined : { ...before, ...after, confirmed });
  }
  // What is in between never was in the book.
  let number = 0;
  for (const [name, after] of open) {
    number += 1;
    const before = known.get(name) ?? over.get(name);
    if (before) hold(before, -number);
    if (after) hold(after, number);
  }
  return { open, contacts, holds };
}

/** One more contact in a minute. */
function addOne(minutes: number[], minute: number): void {
  let place = minutes.length - 2;
  while (place >= 0 && minutes[place] !== minute) place -= 2;
  if (place < 0) minutes.push(minute, 1);
  else minutes[place + 1] = (minutes[place + 1] ?? 0) + 1;
}

/** The map at a key, made when there is none. */
function mapIn<Outer, Key, Value>(maps: Map<Outer, Map<Key, Value>>, key: Outer): Map<Key, Value> {
  let map = maps.get(key);
  if (map === undefined) {
    map = new Map();
    maps.set(key, map);
  }
  return map;
}
