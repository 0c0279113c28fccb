// A decision does not wait longer than its placement says, for whatever it is; what it does instead, it says.
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';
import { StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createRig, type Rig, surely } from './rig.ts';

const once = {
  name: 'once',
  counts: 'DECISION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 1,
  window: { kind: 'LIFETIME' },
} as const;
/** So much longer than any budget that is overrun that no machine is too slow to tell. */
const longMs = 2000;

let rig: Rig;
const begin = async (terms: Partial<PlacementTerms> = {}, options: Parameters<typeof createRig>[0] = {}) => {
  rig = await createRig({ isFar: true, ...options });
  await rig.publish('fuel', { propensity: 0.9, caps: [once] });
  await rig.publish('news', { propensity: 0.1 });
  await rig.place('home', { fallbackOfferId: 'news', ...terms });
  await rig.consent('c1');
  await rig.consent('c2');
};
afterEach(() => rig.stop());

const shown = async (customerId: string, placement = 'home') => {
  const { data } = await rig.decide(customerId, placement);
  const { offers, resolution, degradations = [] } = data;
  return [offers[0]?.offerId, resolution, ...degradations.map((each) => Object.values(each).join(' '))];
};
const fresh = ['fuel', 'FRESH'];

describe('facts', () => {
  test('that do not come within their budget are not waited for: it is decided from the log, which says so', async () => {
    await begin({ stageBudgets: { load: 20 } });
    expect(await shown('c1')).toEqual(fresh);
    rig.slow.look = longMs;
    const begun = performance.now();
    expect(await shown('c2')).toEqual(['news', 'FALLBACK', 'LOAD OVERRUN LOG']);
    expect(performance.now() - begun).toBeLessThan(longMs);
  });

  test('that are late often are not asked for any more, until one decision has had them in time', async () => {
    const states: string[] = [];
    const probeAfterMs = 3000;
    await begin({ stageBudgets: { load: 5 } }, { onBreaker: (_, state) => states.push(state), probeAfterMs });
    rig.slow.look = longMs;
    while (states.length === 0) expect(await shown('c2')).toContain('LOAD OVERRUN LOG');
    const { looks } = rig;
    expect(await shown('c2')).toEqual(['news', 'FALLBACK', 'LOAD BREAKER_OPEN LOG']);
    expect(rig.looks).toBe(looks);
    rig.slow.look = 0;
    await vi.waitFor(async () => expect(await shown('c1')).toEqual(fresh), 10_000);
    expect(states.at(-1)).toBe('CLOSED');
  });

  test('that come in time for others open no breaker, however often a hasty placement goes without them', async () => {
    const states: string[] = [];
    await begin({ stageBudgets: { load: 1 } }, { onBreaker: (_, state) => states.push(state) });
    await rig.place('patient');
    rig.slow.look = 10;
    for (let times = 0; times < 15; times++) await rig.decide('c2', 'home');
    expect(await shown('c1', 'patient')).toEqual(fresh);
    expect(states).toEqual([]);
  });

  test('in which the customer’s last decision is not to be seen in time are not waited for either', async () => {
    await begin({ stageBudgets: { load: 20 } });
    const { promise, resolve } = Promise.withResolvers<void>();
    rig.appliedAfter = promise;
    expect(await shown('c1')).toEqual(fresh);
    expect(await shown('c1')).toEqual(['news', 'FALLBACK', 'LOAD OVERRUN LOG']);
    resolve();
  });

  test('that a slow log does not say either are an outage, when the time of the whole is over', async () => {
    await begin({ timeBudgetMs: 60 });
    await rig.place('patient');
    rig.slow.look = longMs;
    rig.log.cut('SILENT');
    await expect(rig.decide('c1', 'home')).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    rig.slow.look = 0;
    await vi.waitFor(async () => expect((await shown('c2', 'patient')).slice(0, 2)).toEqual(fresh));
  });
});

test('a catalogue that has changed while the read side is not asked is that of the log, and what it would have failed with is nobody’s', async () => {
  const states: string[] = [];
  await begin({}, { onBreaker: (_, state) => states.push(state), probeAfterMs: 60_000 });
  rig.away = 'ALL';
  while (states.length === 0) expect(await shown('c2')).toContain('LOAD UNAVAILABLE LOG');
  const pause = { type: 'PauseOffer' as const, offerId: 'news', by: 'ann', reason: 'sold out' };
  await surely(rig.kairos.executor.execute(rig.kairos.deciders.offer, 'news', pause, rig.context()));
  expect(await shown('c2')).toEqual([undefined, 'FRESH', 'LOAD BREAKER_OPEN LOG']);
});

test('features that are further behind the log than their budget make the answer stale, which is given all the same', async () => {
  await begin({ stageBudgets: { features: 1 } });
  const { promise, resolve } = Promise.withResolvers<void>();
  rig.appliedAfter = promise;
  await rig.consent('c3');
  await vi.waitFor(() => expect(rig.kairos.following.behindMs()).toBeGreaterThan(1), 5000);
  expect(await shown('c1')).toEqual(['fuel', 'STALE', 'FEATURES OVERRUN STALE']);
  resolve();
  await vi.waitFor(() => expect(rig.kairos.following.behindMs()).toBe(0), 5000);
  expect(await shown('c2')).toEqual(fresh);
});

test('a funnel that takes longer than its budget is told of, and not cut off', async () => {
  await begin({ stageBudgets: { decide: 1 } });
  await rig.publish('aisle', { propensity: 1, eligibility: [{ name: 'here', expression: 'context.page == "aisle"' }] });
  const attributes = {
    get page() {
      for (const until = performance.now() + 5; performance.now() < until; );
      return 'aisle';
    },
  };
  const [record] = await surely(
    rig.kairos.nextBestOffer.decide({ customerId: 'c1', attributes }, ['home'], rig.context()),
  );
  expect(record?.data).toMatchObject({
    offers: [{ offerId: 'aisle' }],
    resolution: 'FRESH',
    degradations: [{ stage: 'DECIDE', cause: 'OVERRUN', instead: 'WAITED' }],
  });
});

test('a place that is not taken in time is not waited for, and given back when it was taken', async () => {
  await begin({ stageBudgets: { reserve: 20 } });
  rig.slow.reserve = 200;
  expect(await shown('c1')).toEqual(['news', 'FALLBACK', 'RESERVE OVERRUN LOG', 'LOAD OVERRUN LOG']);
  rig.slow.reserve = 0;
  await vi.waitFor(async () => expect(await shown('c1')).toEqual(fresh));
});

test('a place that comes when the time of the whole is over is given back, and nothing is recorded for nobody', async () => {
  await begin({ timeBudgetMs: 400 }, { isFar: false });
  expect(await shown('c2')).toEqual(fresh);
  const before = await rig.types();
  rig.slow.reserve = 500;
  await expect(rig.decide('c1', 'home')).rejects.toThrow('within 400 ms');
  rig.slow.reserve = 0;
  expect(await rig.types()).toEqual(before);
  expect(await shown('c1')).toEqual(fresh);
});

test('what goes wrong with a place that nobody waits for any more is reported, and ends nothing else', async () => {
  await begin({ stageBudgets: { reserve: 20 } }, { reports: true });
  const { reserve } = rig.kairos.gate;
  Object.assign(rig.kairos.gate, {
    async reserve() {
      await delay(100);
      throw new TypeError('a fault of the gate');
    },
  });
  expect(await shown('c1')).toEqual(['news', 'FALLBACK', 'RESERVE OVERRUN LOG', 'LOAD OVERRUN LOG']);
  await vi.waitFor(() => expect(rig.reported).toEqual([new TypeError('a fault of the gate')]));
  Object.assign(rig.kairos.gate, { reserve });
  expect(await shown('c2')).toEqual(fresh);
});

test('what is decided again for a late record, as the log takes nothing, is not recorded first when its place is not taken in time either', async () => {
  await begin({ recording: 'LATE' });
  await rig.publish('bread', { propensity: 0.5, caps: [{ ...once, strict: false }] });
  await vi.waitFor(async () => expect(await shown('c2')).toEqual(fresh));
  const { queued } = rig.log;
  queued.push = (...appends) => {
    rig.away = 'WHEN_RESERVED';
    return Array.prototype.push.apply(queued, appends);
  };
  rig.log.cut('QUEUED');
  const { data } = await rig.decide('c1', 'home');
  expect(data).toMatchObject({ offers: [{ offerId: 'news' }], resolution: 'FALLBACK', recorded: 'LATE' });
  expect(queued).toHaveLength(1);
  rig.away = 'NO';
  rig.log.heal();
  await vi.waitFor(() => expect(rig.kairos.late?.status().waiting).toBe(0), 5000);
});

describe('the customer’s turn', () => {
  test('is waited for within the time of the whole; whoever has given up is not decided for afterwards', async () => {
    await begin();
    await rig.place('hasty', { timeBudgetMs: 50 });
    // As often as it takes for a process to know its placements.
    await shown('c2', 'hasty');
    const before = (await rig.types()).length;
    rig.log.cut('SLOW');
    const first = rig.decide('c1', 'home');
    await expect(rig.decide('c1', 'hasty')).rejects.toThrow('within 50 ms');
    rig.log.heal();
    await first;
    await shown('c1');
    expect((await rig.types()).slice(before).filter((type) => type === 'OfferDecided')).toHaveLength(2);
  });
});

test.each([-86_400_000, 86_400_000])('a clock of the system that jumps by %i ms changes nothing', async (jump) => {
  await begin({ timeBudgetMs: 5000, stageBudgets: { load: 1000 } });
  const { now } = Date;
  onTestFinished(() => {
    Date.now = now;
  });
  rig.slow.look = 50;
  const decided = shown('c1');
  await delay(10);
  Date.now = () => now() + jump;
  expect(await decided).toEqual(fresh);
  rig.slow.look = longMs;
  expect(await shown('c2')).toEqual(['news', 'FALLBACK', 'LOAD OVERRUN LOG']);
});
