// What decisions do with the model of their placement, and how it is recorded.
import { beforeEach, describe, expect, test } from 'vitest';
import type { ModelTerms } from '../../src/aggregates/model/events.ts';
import { type Explanation, recompute } from '../../src/application/explanations.ts';
import { startScoringServer } from '../propensity/scoring-server.ts';
import { surely } from './rig.ts';
import { offered, useScoredRig } from './scored-rig.ts';

const scored = useScoredRig();
const shares = (low: number): ModelTerms => ({
  name: 'Shares',
  kind: 'STATIC',
  static: { offers: [{ offerId: 'low', propensity: low }], categories: [] },
});

describe('a model in process', () => {
  test('takes the place of the propensities of offers that it knows, in the revision that is approved', async () => {
    await scored.rig.model('m', shares(0.9));
    await scored.rig.place('home', { model: 'm' });
    const record = await scored.decide();
    expect(record.data.offers).toMatchObject([
      {
        offerId: 'low',
        score: 9,
        components: { propensity: 0.9 },
        propensityFrom: { model: 'm', revision: 1, source: 'SCORED' },
      },
    ]);
    expect([record.data.degradations, record.data.basis.propensities, scored.told]).toEqual([undefined, undefined, []]);
    const { candidates } = await scored.explained(record);
    expect(candidates.map(({ offerId, scored }) => [offerId, scored?.propensityFrom?.source])).toEqual([
      ['low', 'SCORED'],
      ['high', 'PRIOR'],
      ['for-others', undefined],
    ]);
  });

  test('of which a new revision is approved changes what comes after, and nothing that was decided before', async () => {
    await scored.rig.model('m', shares(0.9));
    await scored.rig.place('home', { model: 'm' });
    const before = await scored.decide();
    await scored.rig.model('m', shares(0.2));
    const after = await scored.decide();
    expect([offered(before), offered(after)]).toEqual(['low', 'high']);
    const { candidates } = await scored.explained(before);
    expect(candidates[0]?.scored?.propensityFrom).toEqual({ model: 'm', revision: 1, source: 'SCORED' });
    expect((await scored.explained(after)).candidates[0]?.scored?.propensityFrom).toMatchObject({ revision: 2 });
  });

  test('is not used before it is approved, nor when it is retired', async () => {
    const { model } = scored.rig.kairos.deciders;
    const give = (command: object) =>
      surely(
        scored.rig.kairos.executor.execute(model, 'm', { modelId: 'm', ...command } as never, scored.rig.context()),
      );
    await give({ type: 'DefineModel', terms: shares(0.9), by: 'ann' });
    await scored.rig.place('home', { model: 'm' });
    const unapproved = await scored.decide();
    await give({ type: 'ApproveModel', by: 'bob' });
    const inUse = await scored.decide();
    await give({ type: 'RetireModel', reason: 'over', by: 'bob' });
    const retired = await scored.decide();
    expect([unapproved, inUse, retired].map(offered)).toEqual(['high', 'low', 'high']);
    expect(retired.data.offers[0]?.propensityFrom).toBeUndefined();
    for (const record of [unapproved, inUse, retired]) await scored.explained(record);
  });
});

describe('a model at a service', () => {
  beforeEach(async () => {
    await scored.rig.model('m', scored.service());
    await scored.rig.place('home', { model: 'm' });
  });

  test('is asked about the offers that may be shown, and only told what it is to know', async () => {
    scored.server.give({ high: 0.1, low: 0.6 });
    const record = await scored.decide();
    expect(scored.server.asked.map(({ body }) => body)).toEqual([
      { model: 'm', revision: 1, placement: 'home', attributes: {}, offers: ['high', 'low'] },
    ]);
    expect(record.data.offers).toMatchObject([
      { offerId: 'low', score: 6, propensityFrom: { model: 'm', revision: 1, source: 'SCORED' } },
    ]);
    expect(record.data.degradations).toBeUndefined();
    expect(scored.told).toMatchObject([{ model: 'm', placementId: 'home', scored: 2, lastKnown: 0, prior: 0 }]);
    expect(scored.told[0]?.cause).toBeUndefined();
  });

  test('is told attributes and the customer where its terms name them', async () => {
    const { profile } = scored.rig.kairos.deciders;
    const observed = { customerId: 'c1', attributes: { age: 42, tier: 'gold' }, source: 'crm' };
    const context = scored.rig.context();
    const give = (command: object) =>
      surely(scored.rig.kairos.executor.execute(profile, 'c1', { customerId: 'c1', ...command } as never, context));
    await give({ type: 'RegisterCustomer', timeZone: 'UTC', at: scored.rig.at });
    await give({ type: 'ObserveAttributes', ...observed, at: scored.rig.at });
    const attributes = ['profile.age', 'context.page', 'features.views.h24'];
    await scored.rig.model('m', scored.service({ attributes, sendsCustomerId: true }));
    await scored.decide();
    expect(scored.server.asked[0]?.body).toMatchObject({ customerId: 'c1', revision: 2 });
    expect(scored.server.asked[0]?.body.attributes).toEqual({ 'profile.age': 42, 'features.views.h24': 0 });
  });

  test('is recorded as it counted, and computed again without being asked', async () => {
    scored.server.give({ low: 0.6 });
    const record = await scored.decide();
    expect(record.data.basis.propensities).toEqual({
      model: 'm',
      revision: 1,
      scored: { low: 0.6 },
      lastKnown: {},
      prior: ['high'],
    });
    await scored.server.stop();
    await scored.rig.model('m', scored.service({ budgetMs: 1 }));
    await scored.explained(record);
    const catalogue = await scored.rig.kairos.catalogue.catalogueAt(
      scored.rig.kairos.store,
      record.data.basis.catalogue,
    );
    const { verdict } = recompute(catalogue, record, false);
    expect(verdict.survivors.ranked().map(({ components }) => components.propensity)).toEqual([0.6, 0.5]);
    scored.server = await startScoringServer();
  });

  test('decides who reaches the minimum of the placement: offers above it by themselves, and offers below', async () => {
    await scored.rig.place('picky', { model: 'm', minimumPropensity: 0.3 });
    scored.server.give({ high: 0.2, low: 0.4 });
    const record = await scored.decide('picky');
    expect([offered(record), record.data.rejections.PROPENSITY_TOO_LOW]).toEqual(['low', 1]);
    await scored.explained(record);
  });

  test('is seen by a formula', async () => {
    await scored.rig.place('formula', { model: 'm', ranking: { method: 'FORMULA', formula: '1.0 - propensity' } });
    scored.server.give({ high: 0.9, low: 0.8 });
    const record = await scored.decide('formula');
    expect(record.data.offers).toMatchObject([{ offerId: 'low', score: 1 - 0.8 }]);
  });

  test('changes nothing about the probability with which an offer is chosen', async () => {
    await scored.rig.place('curious', { model: 'm', explorationShare: 0.4 });
    scored.server.give({ high: 0.1, low: 0.6 });
    for (let times = 0; times < 20; times++) {
      const record = await scored.decide('curious');
      const expected = offered(record) === 'low' ? 0.6 + 0.4 / 2 : 0.4 / 2;
      expect(record.data.offers[0]?.selectionProbability).toBeCloseTo(expected, 12);
      await scored.explained(record);
    }
  });

  test('is not asked where nothing may be shown, whatever it says', async () => {
    await scored.rig.decide('stranger', 'home');
    expect(scored.server.asked).toEqual([]);
  });

  test('is told nothing of a customer who may only be shown what needs no consent', async () => {
    await scored.rig.publish('notice', { purposes: [], propensity: 0.3 });
    const stranger = await scored.rig.decide('stranger', 'home');
    expect(stranger.data.offers).toMatchObject([{ offerId: 'notice', propensityFrom: { source: 'PRIOR' } }]);
    expect(stranger.data.degradations).toBeUndefined();
    expect(scored.server.asked).toEqual([]);
    await scored.explained(stranger);
    await scored.decide();
    expect(scored.server.asked[0]?.body.offers).toEqual(['high', 'low', 'notice']);
  });

  test('of one placement is none of the others’ business', async () => {
    await scored.rig.place('plain');
    expect(offered(await scored.decide('plain'))).toBe('high');
    expect(scored.server.asked).toEqual([]);
  });
});

describe('what is tried out', () => {
  beforeEach(async () => {
    await scored.rig.model('m', scored.service());
    await scored.rig.place('home', { model: 'm' });
  });
  const simulate = async (overrides: object = {}) =>
    (await surely(
      scored.rig.kairos.explanations.simulate({
        customerId: 'c1',
        placementId: 'home',
        attributes: {},
        at: scored.rig.at,
        seed: 's',
        overrides,
      }),
    )) as Explanation;

  test('asks the service, and leaves nothing behind', async () => {
    scored.server.give({ high: 0.1, low: 0.6 });
    const { candidates } = await simulate();
    expect(candidates[0]).toMatchObject({ offerId: 'low', scored: { propensityFrom: { source: 'SCORED' } } });
    scored.server.answer = (response) => response.writeHead(500).end();
    expect(offered(await scored.decide())).toBe('high');
  });

  test('fails by itself: decisions go on asking', async () => {
    scored.server.answer = (response) => response.writeHead(500).end();
    for (let times = 0; times < 20; times++) await simulate();
    scored.server.give({ low: 1 });
    expect(offered(await scored.decide())).toBe('low');
  });

  test('does not go by what was known of the customer as he is', async () => {
    scored.server.give({ high: 0.1, low: 0.6 });
    await scored.decide();
    scored.server.answer = (response) => response.writeHead(500).end();
    const { candidates } = await simulate();
    expect(candidates[0]).toMatchObject({ offerId: 'high', scored: { propensityFrom: { source: 'PRIOR' } } });
  });

  test('may be a model that nobody has approved yet', async () => {
    const { model } = scored.rig.kairos.deciders;
    const revise = { type: 'ReviseModel' as const, modelId: 'm', terms: shares(0.9), by: 'ann' };
    await surely(scored.rig.kairos.executor.execute(model, 'm', revise, scored.rig.context()));
    const { candidates } = await simulate({ models: ['m'] });
    expect(candidates[0]?.scored?.propensityFrom).toEqual({ model: 'm', revision: 2, source: 'SCORED' });
    expect(scored.server.asked).toEqual([]);
    await expect(simulate({ models: ['nobody'] })).rejects.toThrow('MODEL_UNKNOWN');
  });
});
