// Explanations through the API: every candidate exactly once, every recorded decision computed again bit for bit.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DecisionRecord, readDecision } from '../../src/application/decision-records.ts';
import { recompute } from '../../src/application/explanations.ts';
import { stages } from '../../src/decisioning/reasons.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
const offers = 12;
const customers = 25;
let kairos: RunningKairos;
const decisionIds: string[] = [];

const explainQuery = `query ($id: ID!) { explainDecision(id: $id) { decisionId reproduced resolution cause
  candidates { offerId name slot stage reason detail score selectionProbability met } } }`;

/** A thousand decisions with everything in play: caps, cooling, declines, exploration, slots, changes of the catalogue. */
beforeAll(async () => {
  kairos = await startKairos(failures);
  const twice = {
    name: 'twice a day',
    counts: 'IMPRESSION',
    scope: { kind: 'OFFER' },
    limit: 2,
    window: { kind: 'ROLLING', seconds: 86_400 },
  };
  const month = {
    name: 'forty a month',
    counts: 'DECISION',
    scope: { kind: 'EVERYTHING' },
    limit: 40,
    window: { kind: 'CALENDAR', unit: 'MONTH', zone: 'CUSTOMER' },
  };
  for (let index = 0; index < offers; index++) {
    await publishOffer(kairos, `offer-${index}`, {
      propensity: 0.05 + index / 50,
      caps: index % 2 === 0 ? [twice] : [],
      eligibility: index % 3 === 0 ? [{ name: 'grown up', expression: 'profile.age >= 40' }] : [],
      contextWeights: [{ name: 'at the checkout', expression: 'context.page == "checkout"', percent: 20 }],
      suppression: { afterDecline: { seconds: 7200, doubling: true } },
      ttlSeconds: 600,
    });
  }
  await definePlacement(kairos, 'home', { slots: 2, explorationShare: 0.3, caps: [month] });
  await definePlacement(kairos, 'calm', {
    coolingWindow: { seconds: 1800, scope: 'EVERYTHING' },
    fallbackOfferId: 'offer-1',
  });
  for (let index = 0; index < customers; index++) {
    await registerCustomer(kairos, `c${index}`);
    await kairos.data(
      'mutation ($id: ID!, $age: JSON!) { observeAttributes(customerId: $id, attributes: $age, source: "t") { __typename } }',
      {
        id: `c${index}`,
        age: { age: 20 + 2 * index },
      },
    );
  }
  for (let round = 0; round < 40; round++) {
    kairos.at = later(kairos.at, 1200);
    const decided = await Promise.all(Array.from({ length: customers }, (_, index) => decide(`c${index}`, round)));
    decisionIds.push(...decided);
    if (round === 20) await publishOffer(kairos, 'late-offer', { propensity: 0.9 });
  }
}, 60_000);
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

async function decide(customerId: string, round: number): Promise<string> {
  const placement = round % 4 === 3 ? 'calm' : 'home';
  const attributes = round % 2 === 0 ? { page: 'checkout' } : {};
  const { nextBestOffer } = await kairos.data(askDecision, { placement, context: { customerId, attributes } });
  const [first] = nextBestOffer.offers;
  if (first) {
    const kind = round % 5 === 0 ? 'DECLINED' : 'PRESENTED';
    await kairos.data('mutation ($outcome: OutcomeInput!) { recordOutcomes(outcomes: [$outcome]) { position } }', {
      outcome: { decisionId: nextBestOffer.id, offerId: first.offer.id, kind },
    });
  }
  return nextBestOffer.id;
}

async function recordOf(id: string): Promise<DecisionRecord> {
  const record = await readDecision(kairos.app.kairos.store, id);
  if (!record) throw new Error(`there is no decision ${id}`);
  return record;
}

describe('a recorded decision', () => {
  it('is computed again byte for byte from its record: 1,000 of 1,000', async () => {
    expect(decisionIds).toHaveLength(1000);
    let chosen = 0;
    for (const id of decisionIds) {
      const record = await recordOf(id);
      const { catalogue, store } = kairos.app.kairos;
      const past = await catalogue.catalogueAt(store, record.data.basis.catalogue);
      const once = JSON.stringify(recompute(past, record, false).selection);
      expect(JSON.stringify(recompute(past, record, false).selection)).toBe(once);
      const { selection } = recompute(past, record, false);
      const answered = selection.chosen.map(({ candidate, slot, selectionProbability }) => [
        candidate.offer.offerId,
        candidate.offer.revision,
        slot,
        candidate.score,
        selectionProbability,
      ]);
      const recorded = record.data.offers.map((each) => [
        each.offerId,
        each.revision,
        each.slot,
        each.score,
        each.selectionProbability,
      ]);
      expect(JSON.stringify(answered)).toBe(JSON.stringify(recorded));
      expect(selection.counts).toEqual(record.data.rejections);
      expect(selection.cause).toBe(record.data.cause);
      chosen += recorded.length;
    }
    expect(chosen).toBeGreaterThan(500);
  });

  it('is explained with every published offer exactly once', async () => {
    for (const id of decisionIds.filter((_, index) => index % 10 === 0)) {
      const { explainDecision } = await kairos.data(explainQuery, { id });
      expect(explainDecision.reproduced).toBe(true);
      const ids: string[] = explainDecision.candidates.map(({ offerId }: { offerId: string }) => offerId);
      const published = decisionIds.indexOf(id) < 21 * customers ? offers : offers + 1;
      expect(ids).toHaveLength(published);
      expect(new Set(ids).size).toBe(published);
      for (const candidate of explainDecision.candidates) {
        expect((candidate.slot === null) !== (candidate.reason === null)).toBe(true);
      }
      const rejected = explainDecision.candidates.filter(({ reason }: Json) => reason !== null);
      const furthest = ({ stage }: Json) => stages.indexOf(stage);
      expect(rejected).toEqual(
        rejected.toSorted((a: Json, b: Json) => furthest(b) - furthest(a) || (a.offerId < b.offerId ? -1 : 1)),
      );
    }
  });

  it('keeps its explanation when the offer changes later', async () => {
    const id = decisionIds[0] ?? '';
    const before = await kairos.data(explainQuery, { id });
    await kairos.data('mutation { pauseOffer(offerId: "offer-11", reason: "stock") { __typename } }');
    expect(await kairos.data(explainQuery, { id })).toEqual(before);
    await kairos.data('mutation { resumeOffer(offerId: "offer-11") { __typename } }');
  });

  it('is one of at most ten that one operation explains or simulates', async () => {
    const aliases = Array.from(
      { length: 11 },
      (_, index) => `e${index}: explainDecision(id: "${decisionIds[0]}") { at }`,
    );
    const { errors, data } = await kairos.ask(`{ ${aliases.join(' ')} }`);
    expect(errors?.map(({ extensions: { code, limit } }) => [code, limit])).toEqual([['BAD_USER_INPUT', 10]]);
    expect(Object.values(data ?? {}).filter(Boolean)).toHaveLength(10);
  });

  it('that does not exist has no explanation', async () => {
    expect(await kairos.data(explainQuery, { id: 'c1_202611_nope' })).toEqual({ explainDecision: null });
  });
});

describe('simulateOffer', () => {
  const simulate = (input: object) =>
    kairos.data(
      `query ($input: SimulateOfferInput!) { simulateOffer(input: $input) { decisionId reproduced cause
        candidates { offerId slot reason detail } } }`,
      { input },
    );

  it('writes nothing and reserves nothing', async () => {
    const before = await kairos.events();
    const input = { customerId: 'c1', placement: 'home', at: '2026-12-24T00:00:00Z' };
    const first = await simulate(input);
    expect(await simulate(input)).toEqual(first);
    expect(first.simulateOffer).toMatchObject({ decisionId: null, reproduced: null });
    expect(await kairos.events()).toBe(before);
  });

  it('decides as if: other attributes, granted purposes, an offer that is a draft', async () => {
    const terms = `{ name: "Draft", category: "fuel", purposes: ["service"], value: { amount: 900000, currency: "USD" }, propensity: 1,
      treatments: [{ channel: WEB, headline: "h" }], startAt: "2026-01-01T00:00:00Z",
      eligibility: [{ name: "gold", expression: "profile.tier == 'gold'" }] }`;
    await kairos.data(`mutation { draftOffer(offerId: "draft", terms: ${terms}) { __typename } }`);
    const input = { customerId: 'c1', placement: 'calm', at: '2026-12-24T00:00:00Z' };
    const overrides = { offers: ['draft'], grantedPurposes: ['service', 'marketing'], attributes: { tier: 'gold' } };
    const winner = async (given: object) =>
      (await simulate(given)).simulateOffer.candidates.find(({ slot }: { slot: number | null }) => slot === 0)?.offerId;
    expect(await winner({ ...input, overrides })).toBe('draft');
    const { simulateOffer } = await simulate({ ...input, overrides: { ...overrides, attributes: { tier: null } } });
    expect(simulateOffer.candidates.find(({ offerId }: Json) => offerId === 'draft')).toMatchObject({
      reason: 'NOT_ELIGIBLE',
    });
  });

  it('refuses an attribute of the wrong type and an unknown offer', async () => {
    const ask = (overrides: object) =>
      kairos.ask('query ($input: SimulateOfferInput!) { simulateOffer(input: $input) { cause } }', {
        input: { customerId: 'c1', placement: 'home', overrides },
      });
    expect((await ask({ attributes: { age: 'old' } })).errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.overrides.attributes.age',
    });
    expect((await ask({ offers: ['nope'] })).errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
  });
});
