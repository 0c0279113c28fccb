// All contacts of one subject, a customer or everybody together, by series: any rule, also a new one, counts all of history.
import { type BoundCap, type CapUsage, type Counts, windowStart } from '../src/decisioning/caps.ts';
import {
  add,
  type ContactSeries,
  countBetween,
  countFrom,
  createContactSeries,
  newestUpTo,
  remove,
} from './contact-series.ts';

/** What a reservation holds a place for. A decision counts at once and is never held. */
export type Holdable = Exclude<Counts, 'DECISION'>;

/** The places that a reservation holds together, one bit for each. */
export type Places = number;

export const placeOf: Record<Holdable, Places> = { IMPRESSION: 1, CLICK: 2, ACCEPTANCE: 4 };
export const allPlaces: Places = 7;
const noHolds: readonly undefined[] = Array(allPlaces + 1).fill(undefined);

/** A book to be read, whatever it is kept in. */
export interface ReadableBook {
  readonly series: { get(name: string): Readonly<Entry> | undefined; keys(): Iterable<string> };
}

export interface ContactBook {
  /** Milliseconds within which instants are not told apart. */
  readonly grain: number;
  readonly series: Map<string, Entry>;
  /** What `offersIn` gave when it had so many series. */
  touched: { readonly offerIds: readonly string[]; readonly series: number };
}

/** What a book has of one series. */
export interface Entry {
  readonly grain: number;
  /** Instants of what happened. */
  DECISION: ContactSeries | undefined;
  IMPRESSION: ContactSeries | undefined;
  CLICK: ContactSeries | undefined;
  ACCEPTANCE: ContactSeries | undefined;
  /** Until when each reservation holds all places, as most do. */
  held: ContactSeries | undefined;
  /** The same of those that hold some, by those places: one list of instants instead of one for each place. */
  holds: (ContactSeries | undefined)[] | undefined;
}

const untouched: ContactBook['touched'] = { offerIds: [], series: 0 };

export function createContactBook(grain: number): ContactBook {
  return { grain, series: new Map(), touched: untouched };
}

/** The entries of series in a book, made where there are none. */
export function entriesOf(book: ContactBook, names: readonly string[]): readonly Entry[] {
  return names.map((name) => {
    let entry = book.series.get(name);
    if (!entry) {
      entry = {
        grain: book.grain,
        DECISION: undefined,
        IMPRESSION: undefined,
        CLICK: undefined,
        ACCEPTANCE: undefined,
        held: undefined,
        holds: undefined,
      };
      book.series.set(name, entry);
    }
    return entry;
  });
}

export function addContact(entries: readonly Entry[], counts: Counts, at: number): void {
  for (const entry of entries) {
    entry[counts] ??= createContactSeries(entry.grain);
    add(entry[counts], at);
  }
}

export function removeContact(entries: readonly Entry[], counts: Counts, at: number): void {
  for (const entry of entries) if (entry[counts]) remove(entry[counts], at);
}

export function addHold(entries: readonly Entry[], places: Places, until: number): void {
  for (const entry of entries) add(holdsOf(entry, places), until);
}

function holdsOf(entry: Entry, places: Places): ContactSeries {
  // Exact also for totals: a place is free the very millisecond after its time is over.
  if (places === allPlaces) {
    entry.held ??= createContactSeries(1);
    return entry.held;
  }
  entry.holds ??= noHolds.slice();
  const held = entry.holds[places] ?? createContactSeries(1);
  entry.holds[places] = held;
  return held;
}

export function removeHold(entries: readonly Entry[], places: Places, until: number): void {
  for (const entry of entries) {
    const held = places === allPlaces ? entry.held : entry.holds?.[places];
    if (!held) continue;
    remove(held, until);
    // Long after, most series of a customer hold nothing any more.
    if (held.total > 0) continue;
    if (places === allPlaces) entry.held = undefined;
    else if (entry.holds) entry.holds[places] = undefined;
  }
}

/**
 * How full a cap is. A contact later than `at` counts too: clocks differ, and no window around `at` may exceed its limit.
 * Nothing is changed, so that `at` may lie in the future.
 */
export function usageIn(book: ReadableBook | undefined, cap: BoundCap, at: number, timeZone: string): CapUsage {
  const { counts, pauseDays } = cap.rule;
  let start: number | undefined;
  let used = 0;
  const limited: ContactSeries[] = [];
  for (const name of cap.series) {
    const entry = book?.series.get(name);
    const contacts = entry?.[counts];
    if (contacts && contacts.total > 0) {
      start ??= windowStart(cap.rule, at, timeZone);
      used += countFrom(contacts, start);
      limited.push(contacts);
    }
    if (entry && counts !== 'DECISION') used += heldIn(entry, placeOf[counts], at);
  }
  if (pauseDays === undefined || limited.length === 0) return { used };
  const pause = pauseDays * 86_400_000;
  const hitAt = lastHit(limited, cap, at - pause, timeZone);
  return hitAt === undefined ? { used } : { used, pausedUntil: hitAt + pause };
}

/**
 * The last contact after `since` with which a window was full; undefined: there is none.
 *
 * It goes back from the newest contact in leaps: when the windows of all contacts in a stretch hold fewer than the limit even
 * taken together, none of them was full.
 */
function lastHit(
  limited: readonly ContactSeries[],
  cap: BoundCap,
  since: number,
  timeZone: string,
): number | undefined {
  const { limit } = cap.rule;
  const grain = limited[0]?.grain ?? 1;
  const isBelow = (from: number, to: number) => {
    const start = windowStart(cap.rule, from, timeZone);
    return limited.reduce((sum, series) => sum + countBetween(series, start, to), 0) < limit;
  };
  const newest = (upTo: number) => {
    return limited.reduce(
      (latest, series) => Math.max(latest, newestUpTo(series, upTo) ?? latest),
      Number.NEGATIVE_INFINITY,
    );
  };
  let end = newest(Number.MAX_SAFE_INTEGER);
  let leap = end - since;
  while (end + grain - 1 > since) {
    if (!isBelow(end, end)) return end + grain - 1;
    while (leap >= grain && !isBelow(end - leap, end)) leap = Math.floor(leap / 2);
    end = newest(end - Math.max(leap, grain));
    leap = Math.min(Math.max(leap, grain) * 2, end - since);
  }
  return undefined;
}

function heldIn({ held, holds }: Readonly<Entry>, place: Places, at: number): number {
  let count = held ? countFrom(held, at) : 0;
  if (!holds) return count;
  for (let places = place; places < holds.length; places += 1) {
    const some = (places & place) === 0 ? undefined : holds[places];
    if (some) count += countFrom(some, at);
  }
  return count;
}

/** The offers that a book has contacts of. */
export function offersIn(book: ReadableBook | undefined): string[] {
  const offerIds: string[] = [];
  for (const name of book?.series.keys() ?? []) {
    // The series of an offer in a placement comes beside that of the offer.
    if (name.startsWith('offer:') && !name.includes('|')) offerIds.push(name.slice('offer:'.length));
  }
  return offerIds;
}

/** The same of a book of this process, which is asked again and again. */
export function touchedIn(book: ContactBook | undefined): readonly string[] {
  if (!book) return untouched.offerIds;
  const { size } = book.series;
  // No series is ever taken out of it.
  if (book.touched.series !== size) book.touched = { offerIds: offersIn(book), series: size };
  return book.touched.offerIds;
}
