// The judgement of a fault run finds what is lost, twice, late or not whole again.
import { expect, onTestFinished, test } from 'vitest';
import { noStream } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { newEvent } from '../event-store/event-samples.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import type { Answer } from './answers.ts';
import { figuresOf, popsOf, recoveredAfter } from './figures.ts';
import { createLogAccount } from './log-account.ts';
import { reportOf } from './report.ts';

const whole = (dueAt: number, own: Partial<Answer> = {}): Answer => ({
  placementId: 'home',
  dueAt,
  latencyMs: 10,
  resolution: 'FRESH',
  degradations: [],
  ...own,
});

test('what was answered as recorded is in the log once, with the offer that was answered', async () => {
  const store = createSqliteEventStore({ path: temporaryPath() });
  onTestFinished(() => store.close());
  const decided = (decisionId: string, offerId: string) => ({
    ...newEvent(0),
    type: 'OfferDecided',
    data: { decisionId, offers: [{ offerId }] },
  });
  const account = createLogAccount(store);
  const claim = (decisionId: string, offerId: string, recorded = 'BEFORE_ANSWER') => ({
    decisionId,
    offerId,
    recorded,
  });
  const check = async (...answers: ReturnType<typeof claim>[]) =>
    account.check({ answers, outcomes: [], popsPromised: [] });

  await store.append('decision-c1_202611', noStream, [decided('d1', 'o1'), decided('d2', 'o1')]);
  expect(await check(claim('d1', 'o1'), claim('d2', 'o1', 'LATE'))).toEqual({ lost: [], twice: [] });
  expect((await check(claim('d1', 'o2'))).lost).toHaveLength(1);
  expect((await check(claim('d3', 'o1', 'LATE'))).lost).toHaveLength(1);
  expect(await check(claim('d3', 'o1', 'NOT_RECORDED'))).toEqual({ lost: [], twice: [] });
  expect((await check(claim('d1', 'o1'), claim('d1', 'o1'))).twice).toHaveLength(1);
  await store.append('decision-c1_202611', 1, [decided('d1', 'o1'), decided('d3', 'o1')]);
  expect((await check(claim('d1', 'o1'))).twice).toHaveLength(1);
  expect(await check(claim('d3', 'o1', 'LATE'))).toEqual({ lost: [], twice: [] });
});

test('outcomes and screen pops that were promised are in the log, and pops on the screen', async () => {
  const store = createSqliteEventStore({ path: temporaryPath() });
  onTestFinished(() => store.close());
  await store.append('interaction-i1', noStream, [{ ...newEvent(0), type: 'ScreenPopped', data: { number: 1 } }]);
  const account = createLogAccount(store);
  const pop = (interactionId: string, at = 0) => ({ interactionId, number: 1, at });
  const claims = { answers: [], outcomes: [{ decisionId: 'd1', offerId: 'o1' }], popsPromised: [pop('i1'), pop('i2')] };
  expect((await account.check(claims)).lost).toEqual(['presented d1 o1', 'popped i2 1']);
  expect(popsOf(claims, { popsSeen: [pop('i2', 30)] })).toEqual({ promised: 2, lost: 1, slowestMs: 30 });
});

test('answers are whole again when the last that was not has arrived, and all since have been', () => {
  const blind = { degradations: ['LOAD UNAVAILABLE → LOG'], resolution: 'FALLBACK' };
  const answers = [whole(900), whole(1000, blind), whole(1200, { ...blind, latencyMs: 300 }), whole(1300), whole(2400)];
  expect(recoveredAfter(answers, 1000, 2500, 1000)).toBe(500);
  // Too early to be sure, and nobody has asked for so long.
  expect(recoveredAfter(answers, 1000, 2400, 1000)).toBe(undefined);
  expect(recoveredAfter(answers, 1000, 9000, 1000)).toBe(undefined);
  expect(recoveredAfter([...answers, whole(2450, { error: 'LOST' })], 1000, 2500, 1000)).toBe(undefined);
  // Nothing was ever wrong.
  expect(recoveredAfter([whole(1100), whole(2400)], 1000, 2500, 1000)).toBe(0);
});

test('an error is no answer, and how long it took counts', () => {
  const place = { placementId: 'home', timeBudgetMs: 250 };
  const answers = [whole(0), whole(0, { error: 'TIMEOUT', latencyMs: 8000 }), whole(0, { placementId: 'late' })];
  expect(figuresOf(answers, place)).toMatchObject({ asked: 2, answered: 1, p50: 4005, errors: { TIMEOUT: 1 } });
});

test('each bar is of the fault where it is worst', () => {
  const fault = (name: string) => ({ name, at: 'embedded', about: '', begin() {}, end() {} }) as const;
  const judged = (answered: number, lost: readonly string[], recoveredMs: number | undefined) => ({
    places: [{ placementId: 'home', asked: 10, answered, p50: 1, p99: 300, budget: 250, degraded: {}, errors: {} }],
    recoveredMs,
    account: { lost, twice: [] },
    capsExceeded: 0,
    pops: { promised: 1, lost: 0, slowestMs: 1 },
    processes: { died: [], memory: {}, said: [] },
    timeline: [],
  });
  const report = reportOf([
    { fault: fault('one'), judged: judged(10, [], 100) },
    { fault: fault('other'), judged: judged(9, ['d1'], undefined) },
    { fault: fault('third'), whyNot: 'it cannot be played here' },
  ]);
  const missed = report.bars.filter(({ met }) => !met).map(({ bar, value }) => [bar, value]);
  expect(missed).toEqual([
    ['answered where there is a fallback (other)', 90],
    ['p99 of the time budget (one)', 120],
    ['recovery (other)', Number.POSITIVE_INFINITY],
    ['lost (other)', 1],
  ]);
});
