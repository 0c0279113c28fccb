// Decisions through the API: reasons, caps under concurrency, request ids, slots, fallbacks.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

async function decide(customerId: string, placement: string, more: object = {}) {
  const { nextBestOffer } = await kairos.data(askDecision, { placement, context: { customerId, ...more } });
  return nextBestOffer;
}

/** Offers of a name of their own, in a placement of their own, that no other test's decisions see as eligible. */
async function catalogue(name: string, placement: object, ...offers: object[]): Promise<void> {
  await definePlacement(kairos, name, placement);
  for (const [index, terms] of offers.entries()) {
    const only = { name: 'asked for here', expression: `context.page == "${name}"` };
    await publishOffer(kairos, `${name}-${index + 1}`, { eligibility: [only], ...terms });
  }
}
const page = (name: string) => ({ attributes: { page: name } });

describe('nextBestOffer', () => {
  it('answers with the best offer, why it, and why not the others', async () => {
    await catalogue(
      'best',
      {},
      { value: { amount: 500, currency: 'USD' } },
      { value: { amount: 900, currency: 'USD' } },
    );
    await registerCustomer(kairos, 'best-customer');
    const decision = await decide('best-customer', 'best', page('best'));
    expect(decision.offers).toHaveLength(1);
    expect(decision.offers[0]).toMatchObject({
      slot: 0,
      offer: { id: 'best-2' },
      reasons: ['It is meant for you: asked for here.'],
      selectionProbability: 1,
      treatment: { headline: 'Ten cents off' },
    });
    expect(decision.offers[0].score).toBeCloseTo(0.2 * 9, 12);
    expect(decision.rejections).toContainEqual({ reason: 'OUTRANKED', count: 1 });
    expect(decision).toMatchObject({ resolution: 'FRESH', cause: null, stale: false });
  });

  it('reserves exactly as many as a cap allows, however many ask at once, and the others get the next best or the cause', async () => {
    const three = {
      name: 'three ever',
      counts: 'IMPRESSION',
      scope: { kind: 'OFFER' },
      limit: 3,
      window: { kind: 'LIFETIME' },
    };
    await catalogue(
      'capped',
      {},
      { priority: 9, caps: [three], value: { amount: 900, currency: 'USD' } },
      { caps: [three] },
    );
    await registerCustomer(kairos, 'capped-customer');
    const asking = Array.from({ length: 200 }, () => decide('capped-customer', 'capped', page('capped')));
    const decisions = await Promise.all(asking);
    const chosen = decisions.map((decision) => decision.offers[0]?.offer.id ?? decision.cause);
    const count = (what: string) => chosen.filter((each) => each === what).length;
    expect(count('capped-1')).toBe(3);
    expect(count('capped-2')).toBe(3);
    expect(count('CAP_REACHED')).toBe(194);
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(200);
  });

  it('never exceeds a total cap shared by many customers at once', async () => {
    const ten = {
      name: 'ten in all',
      counts: 'DECISION',
      scope: { kind: 'OFFER' },
      subject: 'TOTAL',
      limit: 10,
      window: { kind: 'LIFETIME' },
    };
    await catalogue('total', {}, { caps: [ten] });
    const customers = Array.from({ length: 50 }, (_, index) => `total-${index}`);
    await Promise.all(customers.map((customer) => registerCustomer(kairos, customer)));
    const decisions = await Promise.all(customers.map((customer) => decide(customer, 'total', page('total'))));
    expect(decisions.filter(({ offers }) => offers.length === 1)).toHaveLength(10);
  });

  it('gives a place back when the offer is dismissed, and when its time is over', async () => {
    const once = {
      name: 'once a day',
      counts: 'IMPRESSION',
      scope: { kind: 'OFFER' },
      limit: 1,
      window: { kind: 'ROLLING', seconds: 86_400 },
    };
    await catalogue('given', {}, { caps: [once], ttlSeconds: 60 });
    await registerCustomer(kairos, 'given-customer');
    const first = await decide('given-customer', 'given', page('given'));
    expect((await decide('given-customer', 'given', page('given'))).cause).toBe('CAP_REACHED');
    await outcome({ decisionId: first.id, kind: 'DISMISSED' });
    const second = await decide('given-customer', 'given', page('given'));
    expect(second.offers).toHaveLength(1);
    // 60 seconds to live, and the grace of outcomes that are under way.
    kairos.at = later(kairos.at, 96);
    expect((await decide('given-customer', 'given', page('given'))).offers).toHaveLength(1);
  });

  it('keeps a placement silent for its cooling window after a contact, also under concurrency', async () => {
    await catalogue('cool', { coolingWindow: { seconds: 600, scope: 'PLACEMENT' } }, {}, { priority: 1 });
    await registerCustomer(kairos, 'cool-customer');
    const decisions = await Promise.all(
      Array.from({ length: 20 }, () => decide('cool-customer', 'cool', page('cool'))),
    );
    expect(decisions.filter(({ offers }) => offers.length > 0)).toHaveLength(1);
    expect(decisions.filter(({ cause }) => cause === 'COOLING_WINDOW')).toHaveLength(19);
  });

  it('answers a repeated request id with the same decision while it lives, also at once, and counts nothing twice', async () => {
    const events = async () => kairos.events();
    await catalogue('again', {}, { ttlSeconds: 60 });
    await registerCustomer(kairos, 'again-customer');
    const ask = () => decide('again-customer', 'again', { requestId: 'r-1', ...page('again') });
    const before = await events();
    const decisions = await Promise.all([ask(), ask(), ask()]);
    expect(await ask()).toEqual(decisions[0]);
    expect(new Set(decisions.map(({ id }) => id)).size).toBe(1);
    expect(await events()).toBe(before + 2);
    kairos.at = later(kairos.at, 61);
    expect((await ask()).id).not.toBe(decisions[0].id);
  });

  it('that has not seen the position asked for says STALE, and says so for ever', async () => {
    await catalogue('late', {}, {});
    await registerCustomer(kairos, 'late-customer');
    const answered = await decide('late-customer', 'late', { position: '9999999999999999', ...page('late') });
    expect(answered).toMatchObject({ resolution: 'STALE', stale: true, offers: [{ offer: { id: 'late-1' } }] });
    const { decision } = await kairos.data('query ($id: ID!) { decision(id: $id) { resolution stale } }', {
      id: answered.id,
    });
    expect(decision).toEqual({ resolution: 'STALE', stale: true });
  });

  it('fills several slots, and shows no offer twice in one call over several placements', async () => {
    await definePlacement(kairos, 'twin-b');
    await catalogue('twin-a', { slots: 2 }, {}, {}, {});
    await registerCustomer(kairos, 'twin-customer');
    const { nextBestOffers } = await kairos.data(
      `query ($context: DecisionContext!) { nextBestOffers(placements: ["twin-a", "twin-b"], context: $context) {
        placementId offers { slot offer { id } } rejections { reason count } } }`,
      { context: { customerId: 'twin-customer', ...page('twin-a') } },
    );
    const ids = nextBestOffers.flatMap((each: { offers: { offer: { id: string } }[] }) =>
      each.offers.map(({ offer }) => offer.id),
    );
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    expect(nextBestOffers[1].rejections).toContainEqual({ reason: 'SHOWN_ELSEWHERE', count: 2 });
  });

  it('falls back to the fallback offer, which still needs consent', async () => {
    await publishOffer(kairos, 'card', { propensity: 0.01 });
    await definePlacement(kairos, 'with-fallback', { fallbackOfferId: 'card', minimumPropensity: 0.5 });
    await registerCustomer(kairos, 'fallback-customer');
    const decision = await decide('fallback-customer', 'with-fallback');
    expect(decision).toMatchObject({ resolution: 'FALLBACK', offers: [{ offer: { id: 'card' } }] });
    expect(await decide('fallback-stranger', 'with-fallback')).toMatchObject({ offers: [], cause: 'CONSENT_MISSING' });
  });

  it('makes at most 1,000 decisions in one operation', async () => {
    // They are one customer's, one after the other.
    await definePlacement(kairos, 'nested', { timeBudgetMs: 60_000 });
    await registerCustomer(kairos, 'nested-customer');
    const before = await kairos.events();
    const representations = Array.from({ length: 600 }, () => ({ __typename: 'Customer', id: 'nested-customer' }));
    const { errors } = await kairos.ask(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer {
        a: nextBestOffer(placement: "nested") { id } b: nextBestOffer(placement: "nested") { id } } } }`,
      { representations },
    );
    const codes = new Set(errors?.map(({ extensions: { code, limit } }) => `${code} ${limit}`));
    expect(codes).toEqual(new Set(['BAD_USER_INPUT 1000']));
    expect(await kairos.events()).toBeLessThanOrEqual(before + 2000);
  }, 30_000);

  it('answers customers of a gateway in one request', async () => {
    await catalogue('gateway', {}, {});
    const ids = Array.from({ length: 100 }, (_, index) => `gateway-${index}`);
    await Promise.all(ids.map((id) => registerCustomer(kairos, id)));
    const { _entities } = await kairos.data(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Customer {
        id nextBestOffer(placement: "gateway", context: { attributes: { page: "gateway" } }) { offer { offer { id } } } } } }`,
      { representations: ids.map((id) => ({ __typename: 'Customer', id })) },
    );
    expect(_entities.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(_entities.every((each: Json) => each.nextBestOffer.offer.offer.id === 'gateway-1')).toBe(true);
  });
});

async function outcome(given: object) {
  const { recordOutcomes } = await kairos.data(
    `mutation ($outcome: OutcomeInput!) { recordOutcomes(outcomes: [$outcome]) { position results {
      __typename ... on OutcomeRecorded { alreadyRecorded } ... on KairosRefused { reason rule field } } } }`,
    { outcome: given },
  );
  return recordOutcomes.results[0];
}
