// Instants, counted and kept in order: how many there are in a window is a binary search, however many there ever were.

/**
 * A sorted multiset of instants (epoch milliseconds), in buckets of `grain` milliseconds.
 *
 * It is a list of short sorted chunks: adding, removing and counting touch one chunk and the totals of those after it.
 * With a grain above 1, a bucket that the beginning of a window cuts counts whole: never too low.
 */
export interface ContactSeries {
  readonly grain: number;
  total: number;
  /** The oldest bucket; `Infinity`: there is none. Most questions are answered by it: what is counted began before. */
  first: number;
  chunks: Chunk[];
}

interface Chunk {
  total: number;
  /** Ascending numbers of buckets. */
  readonly buckets: number[];
  /** How many instants are in each; undefined: one. */
  counts: number[] | undefined;
}

const chunkSize = 256;

export function createContactSeries(grain: number): ContactSeries {
  return { grain, total: 0, first: Number.POSITIVE_INFINITY, chunks: [] };
}

export function add(series: ContactSeries, instant: number): void {
  const bucket = Math.floor(instant / series.grain);
  series.total += 1;
  series.first = Math.min(series.first, bucket);
  const index = Math.max(0, chunkOf(series, bucket));
  const chunk = series.chunks[index];
  if (!chunk) {
    // Not by `push`, which makes room for many: most series stay this short.
    series.chunks = [{ total: 1, buckets: [bucket], counts: undefined }];
    return;
  }
  const place = placeOf(chunk, bucket);
  if (chunk.buckets[place] === bucket) {
    chunk.counts ??= chunk.buckets.map(() => 1);
    chunk.counts[place] = (chunk.counts[place] ?? 0) + 1;
    chunk.total += 1;
    return;
  }
  if (chunk.buckets.length < chunkSize) {
    insertAt(chunk.buckets, place, bucket);
    if (chunk.counts) insertAt(chunk.counts, place, 1);
    chunk.total += 1;
    return;
  }
  // Time goes on: at the end a new chunk begins and the full one stays full; elsewhere the full one is halved.
  if (place === chunkSize && index === series.chunks.length - 1) {
    series.chunks.push({ total: 1, buckets: [bucket], counts: undefined });
    return;
  }
  series.chunks.splice(index + 1, 0, laterHalf(chunk));
  series.total -= 1;
  add(series, instant);
}

function insertAt(list: number[], place: number, value: number): void {
  // Most come at the end, where nothing has to move.
  if (place === list.length) list.push(value);
  else list.splice(place, 0, value);
}

/** Takes one instant out again; nothing happens when its bucket is empty. */
export function remove(series: ContactSeries, instant: number): void {
  const bucket = Math.floor(instant / series.grain);
  const index = chunkOf(series, bucket);
  const chunk = series.chunks[index];
  if (!chunk) return;
  const place = placeOf(chunk, bucket);
  if (chunk.buckets[place] !== bucket) return;
  chunk.total -= 1;
  series.total -= 1;
  const left = (chunk.counts?.[place] ?? 1) - 1;
  if (chunk.counts && left > 0) {
    chunk.counts[place] = left;
    return;
  }
  chunk.buckets.splice(place, 1);
  chunk.counts?.splice(place, 1);
  if (chunk.buckets.length === 0) series.chunks.splice(index, 1);
  series.first = series.chunks[0]?.buckets[0] ?? Number.POSITIVE_INFINITY;
}

/** How many instants are at or after `start`. */
export function countFrom(series: ContactSeries, start: number): number {
  const bucket = Math.floor(start / series.grain);
  if (series.first >= bucket) return series.total;
  const { chunks } = series;
  let count = 0;
  for (let index = chunks.length - 1; index >= 0; index -= 1) {
    const chunk = chunks[index];
    if (!chunk) break;
    if ((chunk.buckets[0] ?? bucket) >= bucket) {
      count += chunk.total;
      continue;
    }
    const { buckets, counts } = chunk;
    let place = placeOf(chunk, bucket);
    if (!counts) return count + buckets.length - place;
    for (; place < counts.length; place += 1) count += counts[place] ?? 0;
    break;
  }
  return count;
}

/** How many instants are at or after `start` and not after `end`, both with the whole of their buckets. */
export function countBetween(series: ContactSeries, start: number, end: number): number {
  return countFrom(series, start) - countFrom(series, (Math.floor(end / series.grain) + 1) * series.grain);
}

/** The beginning of the newest bucket that began at or before an instant; undefined when there is none. */
export function newestUpTo(series: ContactSeries, instant: number): number | undefined {
  const bucket = Math.floor(instant / series.grain);
  const chunk = series.chunks[chunkOf(series, bucket)];
  if (!chunk) return undefined;
  const place = placeOf(chunk, bucket);
  const newest = chunk.buckets[place] === bucket ? bucket : chunk.buckets[place - 1];
  return newest === undefined ? undefined : newest * series.grain;
}

/** Index of the last chunk that begins at or before a bucket; -1 when all begin after it. */
function chunkOf({ chunks }: ContactSeries, bucket: number): number {
  // Most instants come at the end.
  const last = chunks.length - 1;
  if (last < 0 || (chunks[last]?.buckets[0] ?? bucket) <= bucket) return last;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((chunks[middle]?.buckets[0] ?? bucket) <= bucket) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Index of the first bucket of a chunk that is not before a bucket. */
function placeOf({ buckets }: Chunk, bucket: number): number {
  let high = buckets.length;
  if ((buckets[high - 1] ?? bucket) < bucket) return high;
  let low = 0;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((buckets[middle] ?? bucket) < bucket) low = middle + 1;
    else high = middle;
  }
  return low;
}

function laterHalf(chunk: Chunk): Chunk {
  const buckets = chunk.buckets.splice(chunkSize / 2);
  const counts = chunk.counts?.splice(chunkSize / 2);
  const total = counts?.reduce((sum, count) => sum + count, 0) ?? buckets.length;
  chunk.total -= total;
  return { total, buckets, counts };
}
