import { expect, it } from 'vitest';
import { createClock } from '../../src/application/clock.ts';

it('the system clock stands still while the machine is set back', () => {
  const times = ['2026-01-01T00:00:01.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:02.000Z'];
  const clock = createClock('system', () => times.shift() ?? '');
  expect([clock.now(), clock.timeOf(undefined), clock.now()]).toEqual([
    '2026-01-01T00:00:01.000Z',
    '2026-01-01T00:00:01.000Z',
    '2026-01-01T00:00:02.000Z',
  ]);
});

it('the clock of the requests knows no time before a request brings one, and a request without a time moves nothing', () => {
  const clock = createClock('request', () => '2026-11-21T00:00:00.000Z');
  expect(clock.now()).toBeUndefined();
  expect(clock.timeOf(undefined)).toBe('2026-11-21T00:00:00.000Z');
  expect(clock.now()).toBeUndefined();
  expect(clock.timeOf('2017-01-02T00:00:00.000Z')).toBe('2017-01-02T00:00:00.000Z');
  expect(clock.timeOf('2017-01-01T00:00:00.000Z')).toBe('2017-01-01T00:00:00.000Z');
  expect(clock.now()).toBe('2017-01-02T00:00:00.000Z');
  expect(clock.timeOf(undefined)).toBe('2017-01-02T00:00:00.000Z');
});
