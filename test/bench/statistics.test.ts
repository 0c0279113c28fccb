import { expect, test } from 'vitest';
import { lineThrough, median, quantile, spread } from '../../bench/statistics.ts';

test('the median is the value in the middle, or lies between the two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 2, 100])).toBe(3);
  expect(median([])).toBeNaN();
});

test('a quantile lies between its neighbours in proportion', () => {
  expect(quantile([10, 20, 30, 40, 50], 0.25)).toBe(20);
  expect(quantile([10, 20], 0.75)).toBe(17.5);
});

test('the spread is half the distance of the quartiles, as a share of the median; one outlier does not move it', () => {
  expect(spread([90, 95, 100, 105, 110])).toBe(0.05);
  expect(spread([90, 95, 100, 105, 1_000_000])).toBe(0.05);
});

test('the line of least squares has slope, intercept and how well it fits', () => {
  const exact = lineThrough([1, 2, 4].map((x) => ({ x, y: 3 * x + 7 })));
  expect(exact.slope).toBeCloseTo(3);
  expect(exact.intercept).toBeCloseTo(7);
  expect(exact.r2).toBeCloseTo(1);
  expect(lineThrough([1, 2, 4, 8].map((x) => ({ x, y: x ** 3 }))).r2).toBeLessThan(0.97);
});
