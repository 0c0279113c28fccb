// The contacts of one customer as Redis has them (`lua/contact-lists.lua`), read as a book: only the series that are asked for.
import { type BoundCap, type CapUsage, windowStart } from '../src/decisioning/caps.ts';
import { type Entry, placeOf, type ReadableBook, usageIn } from './contact-book.ts';
import { cellWidth, countFrom, heldFrom, instantAt, readCells, readHolds } from './contact-cells.ts';
import type { ContactSeries } from './contact-series.ts';

export interface StoredContacts extends ReadableBook {
  /** Another after each change; empty when there are no contacts. */
  readonly version: string;
  /** Of the last event that is in; empty: none. */
  readonly position: string;
  /** Reservations that the log has not brought yet; it may never. */
  readonly fresh: readonly FreshReservation[];
  /** As `usageIn` of this book; what pauses nobody is counted in the texts, of which little is read then. */
  usageOf(cap: BoundCap, at: number, timeZone: string): CapUsage;
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

const lists = { DECISION: 0, IMPRESSION: 1, CLICK: 2, ACCEPTANCE: 3, holds: 4, waiting: 5, presented: 6 };

const noLists: readonly string[] = [];
const noLines: readonly FreshReservation[] = [];

/** @param fields the hash: fields and values in turn */
export function readContacts(fields: readonly string[]): StoredContacts {
  return fields.length === 0 ? noContacts : storedIn(fields);
}

function storedIn(fields: readonly string[]): StoredContacts {
  let version = '';
  let position = '';
  let fresh = noLines;
  // Of most customers nothing is kept beside what is not a series.
  let texts: Map<string, string> | undefined;
  for (let index = 0; index < fields.length; index += 2) {
    const [name = '', text = ''] = [fields[index], fields[index + 1]];
    if (name === '#') version = text;
    else if (name === '@') position = text;
    else if (name === '+') fresh = readLines(text);
    else {
      texts ??= new Map();
      texts.set(name, text);
    }
  }
  let split: Map<string, readonly string[]> | undefined;
  let entries: Map<string, Readonly<Entry>> | undefined;

  function listsOf(name: string): readonly string[] {
    const known = split?.get(name);
    if (known) return known;
    const text = texts?.get(name);
    // What is not there is not remembered either: of customers without contacts it would be every name that is ever asked for.
    if (text === undefined) return noLists;
    const texted = text.split('|');
    split ??= new Map();
    split.set(name, texted);
    return texted;
  }

  const freshIn = (name: string) => fresh.filter(({ series }) => series.includes(name));

  function entryOf(name: string): Readonly<Entry> | undefined {
    const also = freshIn(name);
    return texts?.has(name) || also.length > 0 ? readEntry(listsOf(name), also) : undefined;
  }

  function usedOf({ rule, series }: BoundCap, at: number, timeZone: string): number {
    const { counts } = rule;
    const start = windowStart(rule, at, timeZone);
    let used = 0;
    for (const name of series) {
      const texted = listsOf(name);
      used += countFrom(texted[lists[counts]] ?? '', start);
      if (counts !== 'DECISION') used += heldFrom(texted[lists.holds] ?? '', placeOf[counts], at);
      if (fresh.length === 0) continue;
      for (const each of freshIn(name)) if (counts === 'DECISION' ? each.at >= start : each.heldUntil >= at) used += 1;
    }
    return used;
  }

  const contacts: StoredContacts = {
    version,
    position,
    fresh,
    series: {
      keys: () =>
        fresh.length === 0
          ? (texts?.keys() ?? [])
          : new Set([...(texts?.keys() ?? []), ...fresh.flatMap(({ series }) => series)]),
      get(name) {
        const known = entries?.get(name);
        if (known) return known;
        const entry = entryOf(name);
        if (!entry) return undefined;
        entries ??= new Map();
        entries.set(name, entry);
        return entry;
      },
    },
    usageOf(cap, at, timeZone) {
      if (cap.rule.pauseDays !== undefined) return usageIn(contacts, cap, at, timeZone);
      return { used: usedOf(cap, at, timeZone) };
    },
    lastContactAt(name, callId, at) {
      const texted = listsOf(name);
      if (texted === noLists && fresh.length === 0) return undefined;
      const waiting = itemsOf(texted[lists.waiting]).map((item) => ({
        at: instantAt(item, 0),
        heldUntil: instantAt(item, cellWidth),
        callId: item.slice(2 * cellWidth),
      }));
      const presented = itemsOf(texted[lists.presented]).map((item) => ({
        at: instantAt(item, 0),
        heldUntil: Number.POSITIVE_INFINITY,
        callId: item.slice(cellWidth),
      }));
      let last: number | undefined;
      for (const each of [...waiting, ...presented, ...freshIn(name)]) {
        if (each.callId === callId || each.heldUntil < at) continue;
        if (last === undefined || each.at > last) last = each.at;
      }
      return last;
    },
  };
  return contacts;
}

/** Of customers without any. */
const noContacts = storedIn([]);

function readLines(text: string): readonly FreshReservation[] {
  if (text === '') return noLines;
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
    // The list has them beside the others.
    held: undefined,
    get holds() {
      holds ??= readHolds(
        texts[lists.holds] ?? '',
        fresh.map(({ heldUntil }) => heldUntil),
      );
      return holds;
    },
  };
}
