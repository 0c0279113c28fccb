import { expect, test } from 'vitest';
import { createFreshness } from '../../projections/freshness.ts';
import { recorded } from './recorded-events.ts';

const recordedAt = '2026-11-21T12:00:00.000Z';
const events = (count: number) =>
  recorded(Array.from({ length: count }, () => ({ stream: 'a-1', type: 'Happened', data: {}, at: recordedAt })));

test('quantiles are of the last 10,000 events', () => {
  const freshness = createFreshness();
  freshness.record(events(5000), Date.parse(recordedAt) + 60_000);
  for (let age = 1; age <= 100; age++) freshness.record(events(100), Date.parse(recordedAt) + age);
  expect(freshness.figures()).toEqual({ events: 10_000, p50: 50, p99: 99, max: 100 });
});

test('an event is never readable before it is recorded', () => {
  const freshness = createFreshness();
  freshness.record(events(1), Date.parse(recordedAt) - 5);
  expect(freshness.figures()).toEqual({ events: 1, p50: 0, p99: 0, max: 0 });
});
