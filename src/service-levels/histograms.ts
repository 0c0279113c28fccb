// Values counted by how large they are, in a ring of short times: the memory is fixed, and counting one allocates nothing.

export interface Histogram {
  /** Ascending, each inclusive; one count more than there are bounds, for what is beyond the last. */
  readonly bounds: readonly number[];
  readonly counts: Float64Array;
}

export interface HistogramRing {
  /** Counts a value at an instant; an instant that the ring has left behind is not counted in it, but in `total`. */
  add(value: number, at: number): void;
  /** Of the newest so many slices before an instant, with the one that it is in; `skip` of the newest are left out. */
  over(at: number, slices: number, skip?: number): Histogram;
  /** Since the beginning. */
  readonly total: Histogram;
}

/** Instants and lengths are milliseconds of one clock that never goes back. */
export function createHistogramRing(bounds: readonly number[], sliceMs: number, slices: number): HistogramRing {
  const width = bounds.length + 1;
  const counts = new Uint32Array(slices * width);
  /** Which slice since the beginning of time each place of the ring holds. */
  const held = new Float64Array(slices).fill(-1);
  const total = new Float64Array(width);

  return {
    add(value, at) {
      const bucket = bucketOf(bounds, value);
      total[bucket] = (total[bucket] ?? 0) + 1;
      const slice = Math.floor(at / sliceMs);
      const place = slice % slices;
      const before = held[place] ?? -1;
      if (before > slice) return;
      if (before < slice) {
        counts.fill(0, place * width, (place + 1) * width);
        held[place] = slice;
      }
      const cell = place * width + bucket;
      counts[cell] = (counts[cell] ?? 0) + 1;
    },
    over(at, asked, skip = 0) {
      const newest = Math.floor(at / sliceMs) - skip;
      const sum = new Float64Array(width);
      for (let slice = Math.max(0, newest - Math.min(asked, slices) + 1); slice <= newest; slice++) {
        const place = slice % slices;
        if (held[place] !== slice) continue;
        for (let bucket = 0; bucket < width; bucket++) {
          sum[bucket] = (sum[bucket] ?? 0) + (counts[place * width + bucket] ?? 0);
        }
      }
      return { bounds, counts: sum };
    },
    total: { bounds, counts: total },
  };
}

function bucketOf(bounds: readonly number[], value: number): number {
  let [low, high] = [0, bounds.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? value) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function countOf({ counts }: Histogram): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** How many are at most a bound, which must be one of the histogram's. */
export function countUpTo({ bounds, counts }: Histogram, bound: number): number {
  const last = bounds.indexOf(bound);
  if (last < 0) throw new RangeError(`${bound} is none of the bounds`);
  return counts.subarray(0, last + 1).reduce((sum, count) => sum + count, 0);
}

/** The value that a share of all do not exceed, between bounds as if they were spread evenly; undefined without any. */
export function quantileOf(histogram: Histogram, share: number): number | undefined {
  const { bounds, counts } = histogram;
  const rank = countOf(histogram) * share;
  if (countOf(histogram) === 0) return undefined;
  let before = 0;
  for (const [bucket, count] of counts.entries()) {
    if (count > 0 && before + count >= rank) {
      const from = bounds[bucket - 1] ?? 0;
      const to = bounds[bucket] ?? from;
      return from + (to - from) * Math.max(0, (rank - before) / count);
    }
    before += count;
  }
  return bounds.at(-1);
}
