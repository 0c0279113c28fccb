// Counting in order of time, whatever the order in which instants come and go.
import { describe, expect, test } from 'vitest';
import {
  add,
  type ContactSeries,
  countBetween,
  countFrom,
  createContactSeries,
  newestUpTo,
  remove,
} from '../../projections/contact-series.ts';
import { seededRandom } from './random.ts';

describe.each([1, 60_000])('a series in buckets of %i ms', (grain) => {
  test.each(['in order', 'nearly in order', 'anyhow'])('counts what a plain list counts: instants come %s', (order) => {
    const random = seededRandom(grain + order.length);
    const series = createContactSeries(grain);
    let plain: number[] = [];
    let now = 1_790_000_000_000;
    for (let step = 0; step < 4000; step += 1) {
      now += random.below(2 * grain);
      const back = order === 'in order' ? 0 : order === 'anyhow' ? random.below(5000 * grain) : random.below(5 * grain);
      if (random.below(5) > 0) {
        add(series, now - back);
        plain.push(now - back);
      } else if (plain.length > 0) {
        const gone = random.oneOf(plain);
        remove(series, gone);
        plain.splice(plain.indexOf(gone), 1);
      }
      if (step % 7 > 0) continue;
      const [start, end] = [now - random.below(5000 * grain), now - random.below(3000 * grain)];
      const bucket = (instant: number) => Math.floor(instant / grain);
      expect(countFrom(series, start)).toBe(plain.filter((each) => bucket(each) >= bucket(start)).length);
      const between = plain.filter((each) => bucket(each) >= bucket(start) && bucket(each) <= bucket(end)).length;
      if (start <= end) expect(countBetween(series, start, end)).toBe(between);
      const newest = Math.max(...plain.map(bucket).filter((each) => each <= bucket(end)));
      expect(newestUpTo(series, end)).toBe(Number.isFinite(newest) ? newest * grain : undefined);
    }
    expectSound(series);
    plain = plain.sort(() => random.share() - 0.5);
    for (const gone of plain) remove(series, gone);
    expect(series).toEqual(createContactSeries(grain));
  });
});

test('an empty series has nothing to count or to take out', () => {
  const series = createContactSeries(1);
  remove(series, 5);
  expect([countFrom(series, Number.NEGATIVE_INFINITY), newestUpTo(series, 9)]).toEqual([0, undefined]);
  add(series, 5);
  remove(series, 6);
  expect(countFrom(series, Number.NEGATIVE_INFINITY)).toBe(1);
});

/** The totals are those of the counts, the buckets ascend, and no chunk is empty or has grown out of bounds. */
function expectSound({ total, chunks }: ContactSeries): void {
  const sum = (counts: readonly number[]) => counts.reduce((before, count) => before + count, 0);
  expect(total).toBe(sum(chunks.map((chunk) => chunk.total)));
  const buckets = chunks.flatMap((chunk) => chunk.buckets);
  expect(buckets).toEqual([...new Set(buckets)].sort((one, other) => one - other));
  for (const chunk of chunks) {
    expect(chunk.total).toBe(chunk.counts ? sum(chunk.counts) : chunk.buckets.length);
    expect(chunk.buckets.length).toBe(chunk.counts?.length ?? chunk.buckets.length);
    expect(chunk.buckets.length).toBeGreaterThan(0);
    expect(chunk.buckets.length).toBeLessThanOrEqual(256);
  }
}
