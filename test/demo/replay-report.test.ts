import { expect, test } from 'vitest';
import { figuresOf, promisesOf, type ReplayFindings, reportOf } from '../../demo/replay-report.ts';
import { emptyTally, percentile } from '../../demo/replay-tally.ts';

const whole: ReplayFindings = {
  customers: 2,
  offers: 4,
  basketLines: 4,
  redemptions: 2,
  tally: {
    ...emptyTally(),
    signals: { recorded: 3, known: 1 },
    placements: new Map([['booklet', { decided: 3, empty: 1, fallback: 0, latencies: [1, 2, 3] }]]),
    rejections: new Map([
      ['ENDED', 2],
      ['OUTRANKED', 1200],
    ]),
    causes: new Map([['COOLING_WINDOW', 1]]),
    redeemed: [
      { decisionId: 'd1', offerId: 'o1' },
      { decisionId: 'd2', offerId: 'o1' },
    ],
    redemptions: { sent: 2, creditedToBooklet: 1, atTill: 1 },
    freshness: [4],
    requests: 10,
    elapsed: 2000,
  },
  audit: { found: 2, missing: 0, duplicated: 0 },
  explanations: { explained: 5, reproduced: 5, complete: 5 },
  serverFreshness: { events: 10, p50: 0, p99: 1, max: 2 },
  log: {
    acceptances: 2,
    signals: 4,
    decisions: 'f00d',
    caps: { reservations: 5, confirmations: 6, decisionsChecked: 3, violations: [] },
  },
};
const log = whole.log as NonNullable<ReplayFindings['log']>;
const brokenBy = (change: Partial<ReplayFindings>) =>
  promisesOf({ ...whole, ...change })
    .filter(({ kept }) => !kept)
    .map(({ promise }) => promise);
const tallyWith = (change: Partial<ReplayFindings['tally']>) => ({ tally: { ...whole.tally, ...change } });

test('a whole replay keeps every promise', () => {
  expect(brokenBy({})).toEqual([]);
});

test.each([
  [
    'a basket line that was not recorded',
    tallyWith({ signals: { recorded: 3, known: 0 } }),
    'every basket line is recorded',
  ],
  ['a signal that the log does not have', { log: { ...log, signals: 3 } }, 'every basket line is recorded'],
  ['a redemption that the till refused', tallyWith({ lost: ['redemption-1: no'] }), 'no redemption is lost'],
  [
    'a redemption that cannot be read back',
    { audit: { found: 1, missing: 1, duplicated: 0 } },
    'no redemption is lost',
  ],
  [
    'a decision that comes out otherwise',
    { explanations: { explained: 5, reproduced: 4, complete: 5 } },
    'every decision is the same when computed again',
  ],
  [
    'an explanation without an offer',
    { explanations: { explained: 5, reproduced: 5, complete: 4 } },
    'every explanation has every live offer once',
  ],
  ['an acceptance too many', { audit: { found: 2, missing: 0, duplicated: 1 } }, 'no redemption is recorded twice'],
  [
    'an acceptance in the log that no redemption explains',
    { log: { ...log, acceptances: 3 } },
    'no redemption is recorded twice',
  ],
  ['an offer outside its window', tallyWith({ outsideWindow: ['o1'] }), 'every offer is shown inside its window'],
  [
    'a slow percentile',
    tallyWith({ placements: new Map([['till', { decided: 1, empty: 0, fallback: 0, latencies: [12] }]]) }),
    'decision p99 below 10 ms',
  ],
  ['stale features', tallyWith({ freshness: [100] }), 'freshness p99 below 100 ms'],
  [
    'an exceeded cap',
    {
      log: {
        ...log,
        caps: {
          ...log.caps,
          violations: [
            {
              decisionId: 'd1',
              offerId: 'o1',
              rule: 'twice',
              scope: 'offer:o1',
              counted: 'IMPRESSION' as const,
              limit: 2,
              found: 3,
              at: '2017-01-01T00:00:00.000Z',
            },
          ],
        },
      },
    },
    'no cap is exceeded',
  ],
])('%s breaks a promise', (_what, change, promise) => {
  expect(brokenBy(change)).toEqual([promise]);
});

test('without the log the caps are not promised, and the report says how to', () => {
  expect(promisesOf({ ...whole, log: undefined }).map(({ promise }) => promise)).not.toContain('no cap is exceeded');
  expect(reportOf({ ...whole, log: undefined })).toContain('--log');
});

test('the report tells decisions by placement, reasons by weight and what was lost', () => {
  const report = reportOf({ ...whole, ...tallyWith({ lost: ['redemption-7: CAP_REACHED'] }) });
  expect(report).toMatch(/booklet +3, 1 empty/);
  expect(report.indexOf('OUTRANKED')).toBeLessThan(report.indexOf('ENDED'));
  expect(report).toContain('redemption-7: CAP_REACHED');
  expect(report).toContain('✗ no redemption is lost');
});

test('the figures are plain JSON', () => {
  const figures = JSON.parse(JSON.stringify(figuresOf(whole)));
  expect(figures).toMatchObject({
    decisions: 3,
    decisionsPerSecond: 1.5,
    rejections: { OUTRANKED: 1200 },
    capViolations: 0,
  });
});

test('a percentile is the nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile([], 0.5)).toBe(0);
});
