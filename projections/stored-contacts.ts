// The contacts of one customer as Redis has them (`lua/contact-lists.lua`), read as a book: only the series that are asked for.
import { allPlaces, type Entry, type ReadableBook } from './contact-book.ts';
import { cellWidth } from './contact-cells.ts';
import type { ContactSeries } from './contact-series.ts';

export interface StoredContacts extends ReadableBook {
  /** Another after each change; empty when there are no contacts. */
  readonly version: string;
  /** Of the last event that is in; empty: none. */
  readonly position: string;
  /** Reservations that the log has not brought yet; it may never. */
  readonly fresh: readonly FreshReservation[];
  /** As `ContactFacts.lastContactAt`, at an instant. */
  lastContactAt(series: string, callId: string, at: number): number | undefined;
}

/** Instants are epoch milliseconds. */
export interface FreshReservation {
  readonly at: number;
  readonly heldUntil: number;
  readonly decisionId: string;
  readonly offerId: string;
  readonly callId: string;
  readonly series: readonly string[];
}

/** A customer's hash as Redis gives it. */
export interface StoredCustomer {
  readonly customerId: string;
  /** Fields and values in turn: what `readContacts` reads. */
  readonly fields: readonly string[];
}

const holdWidth = cellWidth + 1;
/** Those that are only counted: `n`, how many they are in 12 digits, and the newest of them. */
const headWidth = 2 * cellWidth;
const lists = { DECISION: 0, IMPRESSION: 1, CLICK: 2, ACCEPTANCE: 3, holds: 4, waiting: 5, presented: 6 };

/** @param fields the hash: fields and values in turn */
export function readContacts(fields: readonly string[]): StoredContacts {
  const texts = new Map<string, string>();
  for (let index = 0; index < fields.length; index += 2) texts.set(fields[index] ?? '', fields[index + 1] ?? '');
  const take = (field: string) => {
    const text = texts.get(field) ?? '';
    texts.delete(field);
    return text;
  };
  const version = take('#');
  const position = take('@');
  const fresh = readLines(take('+'));
  const entries = new Map<string, Readonly<Entry> | undefined>();

  function entryOf(name: string): Readonly<Entry> | undefined {
    const text = texts.get(name);
    const also = fresh.filter(({ series }) => series.includes(name));
    return text === undefined && also.length === 0 ? undefined : readEntry(text?.split('|') ?? [], also);
  }

  return {
    version,
    position,
    fresh,
    series: {
      keys: () => new Set([...texts.keys(), ...fresh.flatMap(({ series }) => series)]),
      get(name) {
        if (!entries.has(name)) entries.set(name, entryOf(name));
        return entries.get(name);
      },
    },
    lastContactAt(name, callId, at) {
      const texted = texts.get(name)?.split('|');
      const waiting = itemsOf(texted?.[lists.waiting]).map((item) => ({
        at: instantAt(item, 0),
        heldUntil: instantAt(item, cellWidth),
        callId: item.slice(2 * cellWidth),
      }));
      const presented = itemsOf(texted?.[lists.presented]).map((item) => ({
        at: instantAt(item, 0),
        heldUntil: Number.POSITIVE_INFINITY,
        callId: item.slice(cellWidth),
      }));
      let last: number | undefined;
      for (const each of [...waiting, ...presented, ...fresh.filter(({ series }) => series.includes(name))]) {
        if (each.callId === callId || each.heldUntil < at) continue;
        if (last === undefined || each.at > last) last = each.at;
      }
      return last;
    },
  };
}

function readLines(text: string): FreshReservation[] {
  if (text === '') return [];
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, decisionId = '', offerId = '', callId = '', series = ''] = line.split(' ');
      const instants = { at: instantAt(line, 0), heldUntil: instantAt(line, cellWidth) };
      return { ...instants, decisionId, offerId, callId, series: series.slice(1, -1).split(',') };
    });
}

function itemsOf(list: string | undefined): string[] {
  return list ? list.split(';') : [];
}

/** Ten times as fast as `Number` of a part of the text, and a look reads hundreds. */
function instantAt(text: string, offset: number): number {
  let instant = 0;
  for (let place = offset; place < offset + cellWidth; place += 1) instant = instant * 10 + text.charCodeAt(place) - 48;
  return instant;
}

function readEntry(texts: readonly string[], fresh: readonly FreshReservation[]): Readonly<Entry> {
  const read: (ContactSeries | undefined)[] = [];
  const contacts = (list: number, also: readonly number[]) => (read[list] ??= readCells(texts[list] ?? '', also));
  let holds: Entry['holds'];
  return {
    grain: 1,
    get DECISION() {
      const decidedAt = fresh.map(({ at }) => at);
      return contacts(lists.DECISION, decidedAt);
    },
    get IMPRESSION() {
      return contacts(lists.IMPRESSION, []);
    },
    get CLICK() {
      return contacts(lists.CLICK, []);
    },
    get ACCEPTANCE() {
      return contacts(lists.ACCEPTANCE, []);
    },
    get holds() {
      holds ??= readHolds(texts[lists.holds] ?? '', fresh);
      return holds;
    },
  };
}

/** @param also instants that are not in the list */
function readCells(list: string, also: readonly number[]): ContactSeries | undefined {
  if (list === '' && also.length === 0) return undefined;
  const head = list.startsWith('n') ? headWidth : 0;
  const buckets: number[] = [];
  for (let offset = head; offset < list.length; offset += cellWidth) buckets.push(instantAt(list, offset));
  // Those that only count are all at the instant of the newest, and what came late is not before it: never too low.
  const newest = head > 0 ? instantAt(list, cellWidth) : 0;
  const all = withInstants(
    buckets,
    also.map((instant) => Math.max(instant, newest)),
  );
  if (head === 0) return seriesOf(all, undefined);
  return seriesOf([newest, ...all], [Number(list.slice(1, cellWidth)), ...all.map(() => 1)]);
}

function readHolds(list: string, fresh: readonly FreshReservation[]): Entry['holds'] {
  if (list === '' && fresh.length === 0) return undefined;
  const instants: (number[] | undefined)[] = Array(allPlaces + 1).fill(undefined);
  for (let offset = 0; offset < list.length; offset += holdWidth) {
    const places = list.charCodeAt(offset + cellWidth) - 48;
    const until = instants[places];
    if (until) until.push(instantAt(list, offset));
    else instants[places] = [instantAt(list, offset)];
  }
  if (fresh.length > 0) {
    const until = fresh.map(({ heldUntil }) => heldUntil);
    instants[allPlaces] = withInstants(instants[allPlaces] ?? [], until);
  }
  return instants.map((until) => until && seriesOf(until, undefined));
}

function withInstants(sorted: number[], also: readonly number[]): number[] {
  return also.length === 0 ? sorted : [...sorted, ...also].sort((one, other) => one - other);
}

/** To be read only: one chunk, however long, and an instant as often as it is there. */
function seriesOf(buckets: number[], counts: number[] | undefined): ContactSeries {
  const total = counts?.reduce((sum, count) => sum + count, 0) ?? buckets.length;
  return { grain: 1, total, chunks: [{ total, buckets, counts }] };
}
