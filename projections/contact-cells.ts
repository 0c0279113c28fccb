// Instants packed in texts, as the scripts of the caps keep them (`lua/contact-lists.lua`): the order of digits is the order of time.
import { allPlaces, type Entry } from './contact-book.ts';
import type { ContactSeries } from './contact-series.ts';

export const cellWidth = 13;
const holdWidth = cellWidth + 1;
/** Those that are only counted: `n`, how many they are in 12 digits, and the newest of them. */
const headWidth = 2 * cellWidth;
const latest = 10 ** cellWidth - 1;

/** Epoch milliseconds in 13 digits; what is before 1970, or after the year 2286, is the first or the last instant. */
export function cellOf(instant: number): string {
  // Since September 2001 they have as many digits.
  if (instant >= latest / 10 && instant <= latest) return String(instant);
  return String(Math.min(Math.max(0, instant), latest)).padStart(cellWidth, '0');
}

/** The instant in the cell at an offset. By digits: a number made of a part of the text costs much more. */
export function instantAt(text: string, offset: number): number {
  let instant = 0;
  for (let place = offset; place < offset + cellWidth; place += 1) instant = instant * 10 + text.charCodeAt(place) - 48;
  return instant;
}

/** How many instants of a list are at or after `start`. */
export function countFrom(list: string, start: number): number {
  const head = headOf(list);
  const after = (list.length - offsetFrom(list, head, cellWidth, start)) / cellWidth;
  return head > 0 && instantAt(list, cellWidth) >= start ? after + olderIn(list) : after;
}

/** How many holds of a list last until `at` or longer and hold a place. */
export function heldFrom(list: string, place: number, at: number): number {
  let count = 0;
  for (let offset = offsetFrom(list, 0, holdWidth, at); offset < list.length; offset += holdWidth) {
    if ((placesAt(list, offset) & place) > 0) count += 1;
  }
  return count;
}

/** Where the first cell is that is not before an instant. */
function offsetFrom(list: string, first: number, width: number, instant: number): number {
  let low = 0;
  let high = (list.length - first) / width;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (instantAt(list, first + middle * width) < instant) low = middle + 1;
    else high = middle;
  }
  return first + low * width;
}

function headOf(list: string): number {
  return list.startsWith('n') ? headWidth : 0;
}

function olderIn(list: string): number {
  return Number(list.slice(1, cellWidth));
}

function placesAt(list: string, offset: number): number {
  return list.charCodeAt(offset + cellWidth) - 48;
}

/**
 * A list of contacts as a series to be read only; undefined when it is empty.
 *
 * @param also instants that count as if they were in the list
 */
export function readCells(list: string, also: readonly number[]): ContactSeries | undefined {
  if (list === '' && also.length === 0) return undefined;
  const head = headOf(list);
  const buckets: number[] = [];
  for (let offset = head; offset < list.length; offset += cellWidth) buckets.push(instantAt(list, offset));
  // Those that only count are all at the instant of the newest, and what came late is not before it: never too low.
  const newest = head > 0 ? instantAt(list, cellWidth) : 0;
  const all = withInstants(
    buckets,
    also.map((instant) => Math.max(instant, newest)),
  );
  if (head === 0) return seriesOf(all, undefined);
  return seriesOf([newest, ...all], [olderIn(list), ...all.map(() => 1)]);
}

/**
 * A list of holds as a book has them.
 *
 * @param also until when reservations that are not in the list hold all places
 */
export function readHolds(list: string, also: readonly number[]): Entry['holds'] {
  if (list === '' && also.length === 0) return undefined;
  const instants: (number[] | undefined)[] = Array(allPlaces + 1).fill(undefined);
  for (let offset = 0; offset < list.length; offset += holdWidth) {
    const places = placesAt(list, offset);
    const until = instants[places];
    if (until) until.push(instantAt(list, offset));
    else instants[places] = [instantAt(list, offset)];
  }
  if (also.length > 0) instants[allPlaces] = withInstants(instants[allPlaces] ?? [], also);
  return instants.map((until) => until && seriesOf(until, undefined));
}

function withInstants(sorted: number[], also: readonly number[]): number[] {
  return also.length === 0 ? sorted : [...sorted, ...also].sort((one, other) => one - other);
}

/** To be read only: one chunk, however long, and an instant as often as it is there. */
function seriesOf(buckets: number[], counts: number[] | undefined): ContactSeries {
  const total = counts?.reduce((sum, count) => sum + count, 0) ?? buckets.length;
  const first = buckets[0] ?? Number.POSITIVE_INFINITY;
  return { grain: 1, total, first, chunks: [{ total, buckets, counts }] };
}
