// The contacts of one customer as Redis has them (`lua/contact-ledger.lua`), read as a book: only the series that are asked for.
import { allPlaces, type Entry, type ReadableBook } from './contact-book.ts';
import { cellWidth } from './contact-cells.ts';
import type { ContactSeries } from './contact-series.ts';

export interface StoredContacts extends ReadableBook {
  /** Another after each change; empty when there are no contacts. */
  readonly version: string;
  /** Of the last event that is in; empty: none. */
  readonly position: string;
  /** As `ContactFacts.lastContactAt`, at an instant. */
  lastContactAt(series: string, callId: string, at: number): number | undefined;
}

const holdWidth = cellWidth + 1;
/** Those that are only counted: `n`, how many they are in 12 digits, and the newest of them. */
const headWidth = 2 * cellWidth;
const waitingList = 5;
const presentedList = 6;

/** @param fields the hash: fields and values in turn */
export function readContacts(fields: readonly string[]): StoredContacts {
  const texts = new Map<string, string>();
  for (let index = 0; index < fields.length; index += 2) texts.set(fields[index] ?? '', fields[index + 1] ?? '');
  const entries = new Map<string, Readonly<Entry>>();
  const take = (field: string) => {
    const text = texts.get(field) ?? '';
    texts.delete(field);
    return text;
  };
  const version = take('#');
  const position = take('@');

  return {
    version,
    position,
    series: {
      keys: () => texts.keys(),
      get(name) {
        const known = entries.get(name);
        if (known) return known;
        const text = texts.get(name);
        if (text === undefined) return undefined;
        const entry = readEntry(text);
        entries.set(name, entry);
        return entry;
      },
    },
    lastContactAt(series, callId, at) {
      const lists = texts.get(series)?.split('|');
      let last: number | undefined;
      const note = (instant: number) => {
        if (last === undefined || instant > last) last = instant;
      };
      for (const each of itemsOf(lists?.[waitingList])) {
        const isHeld = instantAt(each, cellWidth) >= at;
        if (isHeld && each.slice(2 * cellWidth) !== callId) note(instantAt(each, 0));
      }
      for (const each of itemsOf(lists?.[presentedList])) {
        if (each.slice(cellWidth) !== callId) note(instantAt(each, 0));
      }
      return last;
    },
  };
}

function itemsOf(list: string | undefined): string[] {
  return list ? list.split(';') : [];
}

function instantAt(text: string, offset: number): number {
  return Number(text.slice(offset, offset + cellWidth));
}

function readEntry(text: string): Readonly<Entry> {
  const lists = text.split('|');
  const read: (ContactSeries | undefined)[] = [];
  const contacts = (list: number) => (read[list] ??= readCells(lists[list] ?? ''));
  let holds: Entry['holds'];
  return {
    grain: 1,
    get DECISION() {
      return contacts(0);
    },
    get IMPRESSION() {
      return contacts(1);
    },
    get CLICK() {
      return contacts(2);
    },
    get ACCEPTANCE() {
      return contacts(3);
    },
    get holds() {
      holds ??= readHolds(lists[4] ?? '');
      return holds;
    },
  };
}

function readCells(list: string): ContactSeries | undefined {
  if (list === '') return undefined;
  const head = list.startsWith('n') ? headWidth : 0;
  const buckets: number[] = [];
  for (let offset = head; offset < list.length; offset += cellWidth) buckets.push(instantAt(list, offset));
  if (head === 0) return seriesOf(buckets, undefined);
  // All of them at the instant of the newest: never too low.
  const counts = [Number(list.slice(1, cellWidth)), ...buckets.map(() => 1)];
  return seriesOf([instantAt(list, cellWidth), ...buckets], counts);
}

function readHolds(list: string): Entry['holds'] {
  if (list === '') return undefined;
  const instants = Array.from({ length: allPlaces + 1 }, (): number[] => []);
  for (let offset = 0; offset < list.length; offset += holdWidth) {
    instants[Number(list[offset + cellWidth])]?.push(instantAt(list, offset));
  }
  return instants.map((buckets) => (buckets.length === 0 ? undefined : seriesOf(buckets, undefined)));
}

/** To be read only: one chunk, however long, and an instant as often as it is there. */
function seriesOf(buckets: number[], counts: number[] | undefined): ContactSeries {
  const total = counts?.reduce((sum, count) => sum + count, 0) ?? buckets.length;
  return { grain: 1, total, chunks: [{ total, buckets, counts }] };
}
