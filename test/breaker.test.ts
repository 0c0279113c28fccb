// What has failed often is not asked any more, and is found out to be back by one call alone.
import { expect, onTestFinished, test } from 'vitest';
import { type Breaker, BreakerOpen, type BreakerOptions, createBreaker } from '../src/breaker.ts';
import { until } from './redis/redis-server.ts';

class Away extends Error {}

function open(options: Partial<BreakerOptions> = {}) {
  const told: string[] = [];
  const breaker = createBreaker({
    name: 'redis',
    isFailure: (error) => error instanceof Away,
    onState: (name, state) => told.push(`${name} ${state}`),
    leastCalls: 4,
    calls: 8,
    ...options,
  });
  onTestFinished(() => breaker.stop());
  return { breaker, told };
}
const fail = (breaker: Breaker, error: Error = new Away('it is away')) => breaker.call(() => Promise.reject(error));
const failOften = async (breaker: Breaker) => {
  for (let times = 0; times < 4; times++) await expect(fail(breaker)).rejects.toThrow(Away);
};
const succeed = (breaker: Breaker) => breaker.call(async () => 'answered');

test('closed it gives what the work gives, which begins at once', async () => {
  const { breaker, told } = open();
  let isBegun = false;
  const answer = breaker.call(async () => {
    isBegun = true;
    return 'answered';
  });
  expect(isBegun).toBe(true);
  expect(await answer).toBe('answered');
  expect([breaker.status(), told]).toEqual([{ state: 'CLOSED' }, []]);
});

test('it opens when most of the last calls have failed, says since when and why, and nothing is asked any more', async () => {
  const { breaker, told } = open();
  await failOften(breaker);
  let asked = 0;
  await expect(breaker.call(async () => ++asked)).rejects.toThrow(BreakerOpen);
  await expect(succeed(breaker)).rejects.toThrow('it is away');
  expect([asked, told]).toEqual([0, ['redis OPEN']]);
  expect(breaker.status()).toEqual({ state: 'OPEN', since: expect.stringMatching(/Z$/), cause: 'it is away' });
});

test('what is the fault of the call itself, and a few failures among many answers, leave it closed', async () => {
  const { breaker } = open();
  for (let times = 0; times < 20; times++) await expect(fail(breaker, new TypeError('no'))).rejects.toThrow(TypeError);
  for (let times = 0; times < 20; times++) {
    await succeed(breaker);
    await expect(fail(breaker)).rejects.toThrow(Away);
  }
  expect(breaker.status().state).toBe('CLOSED');
});

test('one call is its probe, while which nobody else asks or waits; then it is closed, or open for as long again', async () => {
  let now = 0;
  const { breaker, told } = open({ monotonic: () => now, probeAfterMs: 100 });
  await failOften(breaker);
  now = 99;
  await expect(succeed(breaker)).rejects.toThrow(BreakerOpen);
  now = 100;
  await expect(fail(breaker)).rejects.toThrow(Away);
  await expect(succeed(breaker)).rejects.toThrow(BreakerOpen);
  now = 200;
  const { promise, resolve } = Promise.withResolvers<string>();
  const probe = breaker.call(() => promise);
  expect(breaker.status().state).toBe('HALF_OPEN');
  await expect(succeed(breaker)).rejects.toThrow(BreakerOpen);
  resolve('back');
  expect([await probe, await succeed(breaker)]).toEqual(['back', 'answered']);
  expect(told.map((each) => each.slice(6))).toEqual(['OPEN', 'HALF_OPEN', 'OPEN', 'HALF_OPEN', 'CLOSED']);
  expect(breaker.status()).toEqual({ state: 'CLOSED' });
});

test('a probe that fails by its own fault tells nothing: it stays open until one does', async () => {
  let now = 0;
  const { breaker, told } = open({ monotonic: () => now, probeAfterMs: 100 });
  await failOften(breaker);
  now = 100;
  await expect(fail(breaker, new TypeError('no'))).rejects.toThrow(TypeError);
  await expect(succeed(breaker)).rejects.toThrow('it is away');
  now = 200;
  expect(await succeed(breaker)).toBe('answered');
  expect(told.map((each) => each.slice(6))).toEqual(['OPEN', 'HALF_OPEN', 'OPEN', 'HALF_OPEN', 'CLOSED']);
});

test('a clock of the system that is put back or forward changes nothing', async () => {
  const { now } = Date;
  onTestFinished(() => {
    Date.now = now;
  });
  let monotonic = 0;
  const { breaker } = open({ monotonic: () => monotonic, probeAfterMs: 100 });
  await failOften(breaker);
  Date.now = () => now() + 86_400_000;
  await expect(succeed(breaker)).rejects.toThrow(BreakerOpen);
  Date.now = () => now() - 86_400_000;
  monotonic = 100;
  expect(await succeed(breaker)).toBe('answered');
});

test('with a probe of its own no call is one; it is told what it was opened by, and any failure of it is one', async () => {
  const openings: unknown[] = [];
  const { breaker, told } = open({
    probeAfterMs: 1,
    async probe(opening) {
      openings.push(opening);
      if (openings.length === 1) throw new TypeError('whatever');
    },
  });
  await failOften(breaker);
  await expect(succeed(breaker)).rejects.toThrow(BreakerOpen);
  await until(() => breaker.status().state === 'CLOSED');
  expect(openings).toEqual([new Away('it is away'), new Away('it is away')]);
  expect(told).toEqual(['OPEN', 'HALF_OPEN', 'OPEN', 'HALF_OPEN', 'CLOSED'].map((state) => `redis ${state}`));
});
