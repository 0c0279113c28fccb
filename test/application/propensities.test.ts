// What decisions do with the model of their placement: its scores in time, those of before, or the offers' own; and how it is recorded.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ModelTerms } from '../../src/aggregates/model/events.ts';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import { type Explanation, recompute } from '../../src/application/explanations.ts';
import type { ScoredObservation } from '../../src/application/observations.ts';
import { createHttpPropensityService } from '../../src/propensity/http-propensity-service.ts';
import { type ScoringServer, startScoringServer } from '../propensity/scoring-server.ts';
import { createRig, type Rig, surely } from './rig.ts';

let server: ScoringServer;
let rig: Rig;
let told: ScoredObservation[];
beforeEach(async () => {
  server = await startScoringServer();
  told = [];
  rig = await createRig({
    propensityService: createHttpPropensityService({ origins: [server.origin], setting: 'X' }),
    observers: [{ scored: (observation) => told.push(observation) }],
  });
  // Worth 10 each: by their own propensities `high` comes first.
  await rig.publish('high', { propensity: 0.5 });
  await rig.publish('low', { propensity: 0.1 });
  await rig.publish('for-others', { propensity: 0.9, audiences: ['vip'] });
  await rig.consent('c1');
});
afterEach(async () => {
  await rig.stop();
  await server.stop();
});

type External = Extract<ModelTerms, { kind: 'EXTERNAL' }>['external'];
const service = (changes: Partial<External> = {}): ModelTerms => ({
  name: 'Of the data team',
  kind: 'EXTERNAL',
  external: {
    url: `${server.origin}/`,
    budgetMs: 2000,
    attributes: [],
    sendsCustomerId: false,
    lastKnownSeconds: 3600,
    ...changes,
  },
});
const shares = (low: number): ModelTerms => ({
  name: 'Shares',
  kind: 'STATIC',
  static: { offers: [{ offerId: 'low', propensity: low }], categories: [] },
});
const offered = ({ data }: DecisionRecord) => data.offers.map(({ offerId }) => offerId).join();
const decide = (placement = 'home') => rig.decide('c1', placement);

/** Explains a decision, which has to come out as it was recorded. */
async function explained({ data }: DecisionRecord): Promise<Explanation> {
  const explanation = await rig.kairos.explanations.explain(data.decisionId);
  expect(explanation?.reproduced).toBe(true);
  return explanation as Explanation;
}

describe('a model in process', () => {
  test('takes the place of the propensities of offers that it knows, in the revision that is approved', async () => {
    await rig.model('m', shares(0.9));
    await rig.place('home', { model: 'm' });
    const record = await decide();
    expect(record.data.offers).toMatchObject([
      {
        offerId: 'low',
        score: 9,
        components: { propensity: 0.9 },
        propensityFrom: { model: 'm', revision: 1, source: 'SCORED' },
      },
    ]);
    expect([record.data.degradations, record.data.basis.propensities, told]).toEqual([undefined, undefined, []]);
    const { candidates } = await explained(record);
    expect(candidates.map(({ offerId, scored }) => [offerId, scored?.propensityFrom?.source])).toEqual([
      ['low', 'SCORED'],
      ['high', 'PRIOR'],
      ['for-others', undefined],
    ]);
  });

  test('of which a new revision is approved changes what comes after, and nothing that was decided before', async () => {
    await rig.model('m', shares(0.9));
    await rig.place('home', { model: 'm' });
    const before = await decide();
    await rig.model('m', shares(0.2));
    const after = await decide();
    expect([offered(before), offered(after)]).toEqual(['low', 'high']);
    const { candidates } = await explained(before);
    expect(candidates[0]?.scored?.propensityFrom).toEqual({ model: 'm', revision: 1, source: 'SCORED' });
    expect((await explained(after)).candidates[0]?.scored?.propensityFrom).toMatchObject({ revision: 2 });
  });

  test('is not used before it is approved, nor when it is retired', async () => {
    const { model } = rig.kairos.deciders;
    const give = (command: object) =>
      surely(rig.kairos.executor.execute(model, 'm', { modelId: 'm', ...command } as never, rig.context()));
    await give({ type: 'DefineModel', terms: shares(0.9), by: 'ann' });
    await rig.place('home', { model: 'm' });
    const unapproved = await decide();
    await give({ type: 'ApproveModel', by: 'bob' });
    const inUse = await decide();
    await give({ type: 'RetireModel', reason: 'over', by: 'bob' });
    const retired = await decide();
    expect([unapproved, inUse, retired].map(offered)).toEqual(['high', 'low', 'high']);
    expect(retired.data.offers[0]?.propensityFrom).toBeUndefined();
    for (const record of [unapproved, inUse, retired]) await explained(record);
  });
});

describe('a model at a service', () => {
  beforeEach(async () => {
    await rig.model('m', service());
    await rig.place('home', { model: 'm' });
  });

  test('is asked about the offers that may be shown, and only told what it is to know', async () => {
    server.give({ high: 0.1, low: 0.6 });
    const record = await decide();
    expect(server.asked.map(({ body }) => body)).toEqual([
      { model: 'm', revision: 1, placement: 'home', attributes: {}, offers: ['high', 'low'] },
    ]);
    expect(record.data.offers).toMatchObject([
      { offerId: 'low', score: 6, propensityFrom: { model: 'm', revision: 1, source: 'SCORED' } },
    ]);
    expect(record.data.degradations).toBeUndefined();
    expect(told).toMatchObject([{ model: 'm', placementId: 'home', scored: 2, lastKnown: 0, prior: 0 }]);
    expect(told[0]?.cause).toBeUndefined();
  });

  test('is told attributes and the customer where its terms name them', async () => {
    const { profile } = rig.kairos.deciders;
    const observed = { customerId: 'c1', attributes: { age: 42, tier: 'gold' }, source: 'crm' };
    const context = rig.context();
    const give = (command: object) =>
      surely(rig.kairos.executor.execute(profile, 'c1', { customerId: 'c1', ...command } as never, context));
    await give({ type: 'RegisterCustomer', timeZone: 'UTC', at: rig.at });
    await give({ type: 'ObserveAttributes', ...observed, at: rig.at });
    const attributes = ['profile.age', 'context.page', 'features.views.h24'];
    await rig.model('m', service({ attributes, sendsCustomerId: true }));
    await decide();
    expect(server.asked[0]?.body).toMatchObject({ customerId: 'c1', revision: 2 });
    expect(server.asked[0]?.body.attributes).toEqual({ 'profile.age': 42, 'features.views.h24': 0 });
  });

  test('is recorded as it counted, and computed again without being asked', async () => {
    server.give({ low: 0.6 });
    const record = await decide();
    expect(record.data.basis.propensities).toEqual({
      model: 'm',
      revision: 1,
      scored: { low: 0.6 },
      lastKnown: {},
      prior: ['high'],
    });
    await server.stop();
    await rig.model('m', service({ budgetMs: 1 }));
    await explained(record);
    const catalogue = await rig.kairos.catalogue.catalogueAt(rig.kairos.store, record.data.basis.catalogue);
    const { verdict } = recompute(catalogue, record, false);
    expect(verdict.survivors.ranked().map(({ components }) => components.propensity)).toEqual([0.6, 0.5]);
    server = await startScoringServer();
  });

  test('decides who reaches the minimum of the placement: offers above it by themselves, and offers below', async () => {
    await rig.place('picky', { model: 'm', minimumPropensity: 0.3 });
    server.give({ high: 0.2, low: 0.4 });
    const record = await decide('picky');
    expect([offered(record), record.data.rejections.PROPENSITY_TOO_LOW]).toEqual(['low', 1]);
    await explained(record);
  });

  test('is seen by a formula', async () => {
    await rig.place('formula', { model: 'm', ranking: { method: 'FORMULA', formula: '1.0 - propensity' } });
    server.give({ high: 0.9, low: 0.8 });
    const record = await decide('formula');
    expect(record.data.offers).toMatchObject([{ offerId: 'low', score: 1 - 0.8 }]);
  });

  test('changes nothing about the probability with which an offer is chosen', async () => {
    await rig.place('curious', { model: 'm', explorationShare: 0.4 });
    server.give({ high: 0.1, low: 0.6 });
    for (let times = 0; times < 20; times++) {
      const record = await decide('curious');
      const expected = offered(record) === 'low' ? 0.6 + 0.4 / 2 : 0.4 / 2;
      expect(record.data.offers[0]?.selectionProbability).toBeCloseTo(expected, 12);
      await explained(record);
    }
  });

  test('is not asked where nothing may be shown, whatever it says', async () => {
    await rig.decide('stranger', 'home');
    expect(server.asked).toEqual([]);
  });

  test('of one placement is none of the others’ business', async () => {
    await rig.place('plain');
    expect(offered(await decide('plain'))).toBe('high');
    expect(server.asked).toEqual([]);
  });
});

describe('a service that fails', () => {
  beforeEach(async () => {
    await rig.model('m', service());
    await rig.place('home', { model: 'm' });
  });

  test.each<[string, () => void, string]>([
    ['says that it is not well', () => (server.answer = (response) => response.writeHead(503).end()), 'UNAVAILABLE'],
    ['answers nonsense', () => server.give({ high: 0.1, low: null }), 'INVALID'],
    ['is redirected', () => (server.answer = (response) => response.writeHead(302).end()), 'INVALID'],
  ])('as it %s: each offer has its own propensity, and the decision says so', async (_, break_, cause) => {
    break_();
    const record = await decide();
    expect([offered(record), record.data.degradations]).toEqual([
      'high',
      [{ stage: 'MODEL', cause, instead: 'PRIOR' }],
    ]);
    expect(record.data.offers[0]?.propensityFrom).toEqual({ model: 'm', revision: 1, source: 'PRIOR' });
    expect(record.data.basis.propensities).toMatchObject({ scored: {}, lastKnown: {}, prior: ['high', 'low'] });
    expect(told).toMatchObject([{ scored: 0, prior: 2, cause }]);
    await explained(record);
  });

  test('leaves what it said before in force for a while, of the same revision and customer', async () => {
    server.give({ high: 0.1, low: 0.6 });
    await decide();
    server.answer = (response) => response.writeHead(500).end();
    const record = await decide();
    expect(record.data.offers).toMatchObject([
      { offerId: 'low', score: 6, propensityFrom: { model: 'm', revision: 1, source: 'LAST_KNOWN' } },
    ]);
    expect(record.data.degradations).toEqual([{ stage: 'MODEL', cause: 'UNAVAILABLE', instead: 'LAST_KNOWN' }]);
    expect(record.data.basis.propensities).toMatchObject({ scored: {}, lastKnown: { high: 0.1, low: 0.6 }, prior: [] });
    await explained(record);
    await rig.consent('c2');
    expect(offered(await rig.decide('c2', 'home'))).toBe('high');
    await rig.model('m', service({ budgetMs: 1999 }));
    expect(offered(await decide())).toBe('high');
  });

  test('is not remembered where the model says so', async () => {
    await rig.model('m', service({ lastKnownSeconds: 0 }));
    server.give({ high: 0.1, low: 0.6 });
    await decide();
    server.answer = (response) => response.writeHead(500).end();
    expect(offered(await decide())).toBe('high');
  });

  test('for some offers only: the others have its scores', async () => {
    server.give({ high: 0.1, low: 0.6 });
    await decide();
    await rig.publish('new', { propensity: 0.05 });
    server.give({ low: 0.7 });
    const record = await decide();
    expect(record.data.basis.propensities).toMatchObject({
      scored: { low: 0.7 },
      lastKnown: { high: 0.1 },
      prior: ['new'],
    });
    expect(record.data.degradations).toEqual([
      { stage: 'MODEL', cause: 'INVALID', instead: 'LAST_KNOWN' },
      { stage: 'MODEL', cause: 'INVALID', instead: 'PRIOR' },
    ]);
  });

  test('to answer in the time of the model is not waited for, and its connection is given up', async () => {
    await rig.model('m', service({ budgetMs: 20 }));
    server.hang();
    const record = await decide();
    expect(record.data.degradations).toEqual([{ stage: 'MODEL', cause: 'OVERRUN', instead: 'PRIOR' }]);
    while (server.gone === 0) await new Promise(setImmediate);
  });

  test('to answer in the time of the placement is not waited for, and is not at fault', async () => {
    await rig.place('hasty', { model: 'm', timeBudgetMs: 2000, stageBudgets: { model: 10 } });
    server.hang();
    for (let times = 0; times < 12; times++) {
      const { data } = await decide('hasty');
      expect(data.degradations).toEqual([{ stage: 'MODEL', cause: 'OVERRUN', instead: 'PRIOR' }]);
    }
    server.give({ low: 1 });
    expect(offered(await decide())).toBe('low');
  });

  test('often is not asked any more until a probe of it was answered', async () => {
    server.answer = (response) => response.writeHead(500).end();
    for (let times = 0; times < 10; times++) await decide();
    const { length } = server.asked;
    const record = await decide();
    expect(record.data.degradations).toEqual([{ stage: 'MODEL', cause: 'BREAKER_OPEN', instead: 'PRIOR' }]);
    expect(server.asked).toHaveLength(length);
    server.give({ high: 0.1, low: 0.6 });
    await expect.poll(async () => offered(await decide()), { timeout: 5000 }).toBe('low');
  });

  test('leaves others be: more questions than it may be asked at once are not asked', async () => {
    const customers = Array.from({ length: 70 }, (_, number) => `many-${number}`);
    for (const customer of customers) await rig.consent(customer);
    const waiting: (() => void)[] = [];
    server.answer = (response) => {
      waiting.push(() => response.end('{"propensities":{"high":0.1,"low":0.6}}'));
      if (waiting.length === 64) for (const answer of waiting) answer();
    };
    const records = await Promise.all(customers.map((customer) => rig.decide(customer, 'home')));
    const unasked = records.filter(({ data }) => data.degradations?.[0]?.cause === 'UNAVAILABLE');
    expect([waiting.length, unasked.length]).toEqual([64, 6]);
  });
});

describe('what is tried out', () => {
  beforeEach(async () => {
    await rig.model('m', service());
    await rig.place('home', { model: 'm' });
  });
  const simulate = async (overrides: object = {}) =>
    (await surely(
      rig.kairos.explanations.simulate({
        customerId: 'c1',
        placementId: 'home',
        attributes: {},
        at: rig.at,
        seed: 's',
        overrides,
      }),
    )) as Explanation;

  test('asks the service, and leaves nothing behind', async () => {
    server.give({ high: 0.1, low: 0.6 });
    const { candidates } = await simulate();
    expect(candidates[0]).toMatchObject({ offerId: 'low', scored: { propensityFrom: { source: 'SCORED' } } });
    server.answer = (response) => response.writeHead(500).end();
    expect(offered(await decide())).toBe('high');
  });

  test('does not go by what was known of the customer as he is', async () => {
    server.give({ high: 0.1, low: 0.6 });
    await decide();
    server.answer = (response) => response.writeHead(500).end();
    const { candidates } = await simulate();
    expect(candidates[0]).toMatchObject({ offerId: 'high', scored: { propensityFrom: { source: 'PRIOR' } } });
  });

  test('may be a model that nobody has approved yet', async () => {
    const { model } = rig.kairos.deciders;
    const revise = { type: 'ReviseModel' as const, modelId: 'm', terms: shares(0.9), by: 'ann' };
    await surely(rig.kairos.executor.execute(model, 'm', revise, rig.context()));
    const { candidates } = await simulate({ models: ['m'] });
    expect(candidates[0]?.scored?.propensityFrom).toEqual({ model: 'm', revision: 2, source: 'SCORED' });
    expect(server.asked).toEqual([]);
    await expect(simulate({ models: ['nobody'] })).rejects.toThrow('MODEL_UNKNOWN');
  });
});
