import { describe, expect, it } from 'vitest';
import { countOf, countUpTo, createHistogramRing, quantileOf } from '../../src/service-levels/histograms.ts';
import { indicators, objectives } from '../../src/service-levels/objectives.ts';
import { createServiceLevels, type ServiceLevel } from '../../src/service-levels/service-levels.ts';

const minute = 60_000;

function stage() {
  // Some hours into the life of the process, in the middle of a slice.
  const clock = { now: 200 * minute + 3000 };
  const serviceLevels = createServiceLevels({ now: () => clock.now, origin: 0 });
  const levelOf = (id: string): ServiceLevel => {
    const level = serviceLevels.levels().find(({ objective }) => objective.id === id);
    if (!level) throw new Error(id);
    return level;
  };
  /** Decisions of so many milliseconds, every second until the end of a time. */
  const decide = (seconds: number, milliseconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.now += 1000;
      serviceLevels.record('decision', milliseconds, clock.now);
      serviceLevels.record('answered', 0, clock.now);
    }
  };
  return { clock, serviceLevels, levelOf, decide };
}

describe('the objectives', () => {
  it('have ids of their own, an indicator that exists and a bound that is counted exactly', () => {
    expect(new Set(objectives.map(({ id }) => id)).size).toBe(objectives.length);
    expect(() => createServiceLevels().levels()).not.toThrow();
    expect(objectives.filter(({ indicator }) => !indicators.some(({ id }) => id === indicator))).toEqual([]);
  });

  it('say in their sentence what they are', () => {
    for (const { sentence, atMost, objective } of objectives) {
      if (atMost > 0) expect(sentence).toContain(atMost < 1000 ? `${atMost} ms` : `${atMost / 1000} s`);
      if (objective < 1 && !sentence.startsWith('Less'))
        expect(sentence).toContain(`${Number((objective * 100).toFixed(4))} %`);
    }
  });
});

describe('a ring of histograms', () => {
  it('forgets what is older than it is long, and counts from the beginning in total', () => {
    const ring = createHistogramRing([1, 10], 1000, 3);
    for (const [value, at] of [
      [0.5, 500],
      [5, 1500],
      [50, 2500],
      [5, 3500],
    ] as const)
      ring.add(value, at);
    expect([...ring.over(3600, 3).counts]).toEqual([0, 2, 1]);
    expect([...ring.over(3600, 1).counts]).toEqual([0, 1, 0]);
    expect([...ring.over(3600, 1, 1).counts]).toEqual([0, 0, 1]);
    expect([...ring.over(60_000, 3).counts]).toEqual([0, 0, 0]);
    expect([...ring.total.counts]).toEqual([1, 2, 1]);
  });

  it('counts what is told too late for it in total only', () => {
    const ring = createHistogramRing([1], 1000, 3);
    ring.add(0, 9500);
    ring.add(0, 500);
    expect(countOf(ring.over(9600, 3))).toBe(1);
    expect(countUpTo(ring.total, 1)).toBe(2);
  });

  it('knows quantiles to the width of a bucket', () => {
    const ring = createHistogramRing([1, 2, 5, 10], 1000, 2);
    for (let value = 0.1; value <= 10; value += 0.1) ring.add(value, 0);
    const all = ring.over(0, 1);
    expect(quantileOf(all, 0.5)).toBeCloseTo(5, 0);
    expect(quantileOf(all, 1)).toBe(10);
    expect(quantileOf(createHistogramRing([1], 1000, 2).total, 0.5)).toBeUndefined();
  });
});

describe('a service level', () => {
  it('is not measured before there are events, and not judged by a few of them', () => {
    const { levelOf, decide } = stage();
    expect(levelOf('decision-latency')).toMatchObject({ state: 'NOT_MEASURED', events: 0, value: undefined });
    decide(3, 500);
    expect(levelOf('decision-latency')).toMatchObject({ state: 'TOO_FEW', events: 3, bad: 3 });
  });

  it('is met with its value, all of its budget and sixty minutes', () => {
    const { levelOf, decide, clock } = stage();
    decide(30 * 60, 2);
    const level = levelOf('decision-latency');
    expect(level).toMatchObject({ state: 'MET', events: 1800, bad: 0, budgetLeft: 1 });
    expect(level.value).toBeGreaterThan(1.5);
    expect(level.value).toBeLessThanOrEqual(2);
    expect(level.minutes).toHaveLength(60);
    expect(level.minutes.at(-1)?.at).toBe(Math.floor(clock.now / minute) * minute);
    expect(level.minutes.slice(-29, -1).map(({ events }) => events)).toEqual(Array(28).fill(60));
    expect(level.minutes.reduce((sum, { events }) => sum + events, 0)).toBe(1800);
  });

  it.each([0, 9, 21, 31, 44, 59])(
    'that fails altogether after a good hour is seen within 40 s, also when it begins %d s into a minute',
    (seconds) => {
      const { levelOf, decide, clock } = stage();
      clock.now = Math.ceil(clock.now / minute) * minute;
      decide(3600 + seconds, 2);
      expect(levelOf('decision-latency-field').state).toBe('MET');
      const begunAt = clock.now;
      while (levelOf('decision-latency-field').state !== 'BURNING') decide(1, 302);
      expect((clock.now - begunAt) / 1000).toBeLessThanOrEqual(40);
      expect(levelOf('decision-latency-field').valueNow).toBeGreaterThan(200);
    },
  );

  it('is broken when more of the hour was bad than it may be, and met again an hour later', () => {
    const { levelOf, decide, clock } = stage();
    decide(600, 300);
    decide(1200, 2);
    expect(levelOf('decision-latency-field')).toMatchObject({ state: 'BROKEN', bad: 600 });
    expect(levelOf('decision-latency-field').budgetLeft).toBeCloseTo(1 - 600 / (1800 * 0.05), 6);
    clock.now += 61 * minute;
    decide(60, 2);
    expect(levelOf('decision-latency-field')).toMatchObject({ state: 'MET', bad: 0, budgetLeft: 1 });
  });

  it('burns by the rule of an hour and five minutes before its budget is gone', () => {
    const { serviceLevels, levelOf, decide, clock } = stage();
    decide(3000, 2);
    for (let count = 0; count < 60; count++) {
      clock.now += 100;
      serviceLevels.record('answered', count % 2, clock.now);
    }
    expect(levelOf('answers-available').state).toBe('BURNING');
  });

  it('without a budget is broken by one bad event, for an hour', () => {
    const { serviceLevels, levelOf, clock } = stage();
    serviceLevels.record('collision', 0, clock.now);
    expect(levelOf('no-collisions')).toMatchObject({ state: 'MET', budgetLeft: 1, burnRates: [] });
    serviceLevels.record('collision', 1, clock.now);
    expect(levelOf('no-collisions')).toMatchObject({ state: 'BURNING', budgetLeft: 0 });
    clock.now += 30 * minute;
    expect(levelOf('no-collisions').state).toBe('BROKEN');
    expect(levelOf('collisions-field').state).toBe('TOO_FEW');
  });

  it('counts without end in its totals', () => {
    const { serviceLevels, decide, clock } = stage();
    decide(10, 2);
    clock.now += 120 * minute;
    decide(5, 50);
    const total = serviceLevels.totals().find(({ objective }) => objective.id === 'decision-latency');
    expect(total).toMatchObject({ events: 15, bad: 5 });
  });
});
