import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metrics } from '../../src/observability/metric-table.ts';
import {
  alertRules,
  badMetric,
  evaluateEverySeconds,
  eventsMetric,
  recordingRules,
} from '../../src/service-levels/alert-rules.ts';
import { objectives } from '../../src/service-levels/objectives.ts';
import { opsFiles } from '../../src/service-levels/ops-files.ts';
import { createServiceLevels } from '../../src/service-levels/service-levels.ts';
import { createSmallPrometheus } from './prometheus.ts';
import { evaluate } from './promql.ts';

const root = join(import.meta.dirname, '../..');

describe('what is given to Prometheus and Grafana', () => {
  it.each(Object.entries(opsFiles))('%s is what the objectives make of it; `npm run ops` writes it', (path, made) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(made());
  });

  it('asks for metrics that exist, and for what the rules record', () => {
    const known = new Set([...Object.keys(metrics), ...recordingRules().map(({ record }) => record)]);
    const asked = Object.values(opsFiles).flatMap((made) => made().match(/(?:objective:)?kairos_\w+(?::\w+)?/g) ?? []);
    const unknown = asked.filter((name) => !known.has(name) && !known.has(name.replace(/_bucket$/, '')));
    expect(asked.length).toBeGreaterThan(50);
    expect(unknown).toEqual([]);
  });

  it('has an alert of each objective, and every expression can be read', () => {
    const alerts = alertRules();
    expect(new Set(alerts.map(({ labels }) => labels.objective))).toEqual(new Set(objectives.map(({ id }) => id)));
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { expr } of [...alerts, ...recordingRules()]) expect(() => evaluate(expr, [], 0)).not.toThrow();
  });
});

/** A process whose counters are scraped every ten seconds of a time that is only counted, and judged. */
function watched() {
  let [scrapes, evaluateEvery] = [0, 1];
  const clock = { now: 3600_000 };
  const serviceLevels = createServiceLevels({ now: () => clock.now });
  const prometheus = createSmallPrometheus();
  let firing: readonly string[] = [];
  const fired = new Map<string, number>();

  function scrape(): void {
    const lines = serviceLevels
      .totals()
      .flatMap(({ objective: { id }, events, bad }) => [
        `${eventsMetric}{objective="${id}"} ${events}`,
        `${badMetric}{objective="${id}"} ${bad}`,
      ]);
    prometheus.scrape(lines.join('\n'), clock.now / 1000);
    // In a long quiet time not all of it.
    if (scrapes++ % evaluateEvery > 0) return;
    firing = prometheus.firing(clock.now / 1000);
    for (const alert of firing) if (!fired.has(alert)) fired.set(alert, clock.now / 1000);
  }

  return {
    clock,
    fired,
    firing: () => firing,
    /** So many seconds in which a decision is made every so many milliseconds; `take` is what it takes, or undefined for a failure. */
    pass(seconds: number, everyMs: number, take: (index: number) => number | undefined) {
      evaluateEvery = seconds >= 3600 ? 30 : 1;
      scrapes = 0;
      const until = clock.now + seconds * 1000;
      for (let index = 0; clock.now < until; index++) {
        const before = Math.floor(clock.now / 1000 / evaluateEverySeconds);
        clock.now += everyMs;
        const value = take(index);
        serviceLevels.record('answered', value === undefined ? 1 : 0, clock.now);
        if (value !== undefined) serviceLevels.record('decision', value, clock.now);
        if (Math.floor(clock.now / 1000 / evaluateEverySeconds) > before) scrape();
      }
    },
  };
}

describe('the alert rules', () => {
  it.each([
    ['calls that keep coming', 100, 100],
    ['callers who wait for their answers, and ask less often', 5, 302],
  ])('see a regression of 300 ms in a stage within a minute of a good hour: %s', (_, before, after) => {
    for (const offset of [1, 4, 8]) {
      const { pass, fired, clock } = watched();
      pass(3600 + offset, before, () => 2);
      expect([...fired]).toEqual([]);
      const begunAt = clock.now / 1000;
      pass(60, after, () => 302);
      for (const alert of ['KairosDecisionLatencyFailingNow', 'KairosDecisionLatencyFieldFailingNow']) {
        expect((fired.get(alert) ?? Number.POSITIVE_INFINITY) - begunAt, alert).toBeLessThanOrEqual(60);
      }
    }
  });

  it('say nothing of what the budget is for', () => {
    const { pass, fired } = watched();
    // 2 % slow and one failure in ten thousand.
    pass(2 * 3600, 200, (index) => (index % 10_000 === 5000 ? undefined : index % 50 === 0 ? 302 : 2));
    expect([...fired.keys()]).toEqual([]);
  });

  it('page for a budget that burns 14.4 times too fast, and are silent some minutes after it does not any more', () => {
    const { pass, fired, firing, clock } = watched();
    pass(3600, 200, () => 2);
    const begunAt = clock.now / 1000;
    // 5 % fail: the budget of 0.05 % burns 100 times too fast, and 14.4 of an hour's average are reached in a seventh of the hour.
    pass(900, 200, (index) => (index % 20 === 0 ? undefined : 2));
    const after = (fired.get('KairosAnswersAvailableBudgetBurnsFast') ?? Number.NaN) - begunAt;
    expect(after).toBeGreaterThan(60);
    expect(after).toBeLessThan(3600 / 7 + 60);
    expect(firing()).toContain('KairosAnswersAvailableBudgetBurnsFast');
    pass(1200, 200, () => 2);
    expect(firing()).not.toContain('KairosAnswersAvailableFailingNow');
  });
});

describe('the small evaluator of PromQL', () => {
  const counter = (values: readonly number[], everySeconds: number) => [
    {
      name: 'calls',
      labels: { objective: 'a', instance: 'x' },
      samples: values.map((value, index) => ({ at: index * everySeconds, value })),
    },
  ];

  it('reckons rates as Prometheus: extrapolated to the range, across resets, never from a single sample', () => {
    expect(evaluate('rate(calls[1m])', counter([0, 10, 20, 30, 40, 50, 60], 10), 60)[0]?.value).toBeCloseTo(1, 9);
    expect(evaluate('increase(calls[40s])', counter([100, 110, 5, 15], 10), 30)[0]?.value).toBeCloseTo(
      (25 / 30) * 40,
      9,
    );
    expect(evaluate('increase(calls[1m])', counter([100, 110, 5, 15], 10), 30)[0]?.value).toBeCloseTo(
      (25 / 30) * 35,
      9,
    );
    expect(evaluate('rate(calls[10s])', counter([0, 10, 20], 10), 20)).toEqual([]);
  });

  it('sums by a label, divides what has the same labels, and keeps what compares', () => {
    const two = [
      ...counter([0, 10, 20], 10),
      ...counter([0, 30, 60], 10).map((each) => ({ ...each, labels: { objective: 'a', instance: 'y' } })),
    ];
    expect(evaluate('sum by (objective) (rate(calls[20s]))', two, 20)).toEqual([
      { labels: { objective: 'a' }, value: 4 },
    ]);
    expect(evaluate('calls / calls > 0.5 and calls{instance="y"} >= 60', two, 20)).toEqual([
      { labels: { objective: 'a', instance: 'y' }, value: 1 },
    ]);
    expect(evaluate('(calls > 1000) or (calls{instance="x"} > 1)', two, 20)).toHaveLength(1);
    expect(() => evaluate('topk(3, calls)', two, 20)).toThrow();
  });
});
