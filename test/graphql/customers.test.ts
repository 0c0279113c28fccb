// Customers through the API: profile, signals and their features, cap usage, recent decisions.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  const daily = {
    name: 'twice a day',
    counts: 'IMPRESSION',
    scope: { kind: 'OFFER' },
    limit: 2,
    window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' },
  };
  const here = {
    name: 'five here',
    counts: 'DECISION',
    scope: { kind: 'EACH_PLACEMENT' },
    limit: 5,
    window: { kind: 'LIFETIME' },
    subject: 'TOTAL',
  };
  await definePlacement(kairos, 'home', { caps: [here] });
  await publishOffer(kairos, 'fuel', { caps: [daily] });
  await publishOffer(kairos, 'snack', {
    value: { amount: 90_000, currency: 'USD' },
    trigger: { signal: 'VIEW', category: 'snacks', atLeast: 2, withinSeconds: 600 },
    eligibility: [{ name: 'spends', expression: 'features.spend.d30 >= 500 && "sku-2" in features.lastViewedSkus' }],
  });
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const decide = async (customerId: string, position?: string) =>
  (await kairos.data(askDecision, { placement: 'home', context: { customerId, position } })).nextBestOffer;

async function signals(customerId: string, ...given: object[]): Promise<string> {
  const all = given.map((signal, index) => ({
    customerId,
    signalId: `${customerId}-${index}`,
    observedAt: kairos.at,
    ...signal,
  }));
  const { recordSignals } = await kairos.data(
    'mutation ($signals: [SignalInput!]!) { recordSignals(signals: $signals) { position results { __typename ... on KairosRefused { rule } } } }',
    { signals: all },
  );
  expect(recordSignals.results.every(({ __typename }: Json) => __typename === 'SignalRecorded')).toBe(true);
  return recordSignals.position;
}

it('what a customer just did is a feature of the very next decision', async () => {
  await registerCustomer(kairos, 'mia');
  expect((await decide('mia')).offers[0].offer.id).toBe('fuel');
  const position = await signals(
    'mia',
    { kind: 'PURCHASE', category: 'snacks', amount: 700 },
    { kind: 'VIEW', sku: 'sku-1', category: 'snacks' },
    { kind: 'VIEW', sku: 'sku-2', category: 'snacks' },
  );
  expect((await decide('mia', position)).offers[0].offer.id).toBe('snack');
  const { customer } = await kairos.data(
    `query ($position: String) { customer(id: "mia", position: $position) { features {
      position lastSeenAt ageSeconds cartValue lastViewedSkus lastViewedCategories spendByCategory { category amount }
      windows { kind counts { h1 d90 } sums { d30 } } } } }`,
    { position },
  );
  expect(customer.features).toMatchObject({
    position,
    lastSeenAt: kairos.at,
    ageSeconds: 0,
    lastViewedSkus: ['sku-2', 'sku-1'],
    lastViewedCategories: ['snacks'],
    spendByCategory: [{ category: 'snacks', amount: 700 }],
  });
  expect(customer.features.windows).toContainEqual({ kind: 'VIEW', counts: { h1: 2, d90: 2 }, sums: { d30: 0 } });
  kairos.at = later(kairos.at, 601);
  expect((await decide('mia')).offers[0].offer.id).toBe('fuel');
});

it('what is known of a customer is what was recorded, and nothing of a stranger', async () => {
  await registerCustomer(kairos, 'ned');
  const { linkIdentity, observeAttributes, joinAudiences } = await kairos.data(`mutation {
    linkIdentity(customerId: "ned", identity: { kind: "crm", value: "4711" }) { __typename }
    observeAttributes(customerId: "ned", attributes: { age: 41, tier: "gold" }, source: "crm") { __typename }
    joinAudiences(customerId: "ned", audiences: ["vip"]) { __typename ... on CustomerRecorded { position customer { audiences } } }
  }`);
  expect([linkIdentity, observeAttributes].map(({ __typename }) => __typename)).toEqual([
    'CustomerRecorded',
    'CustomerRecorded',
  ]);
  expect(joinAudiences.customer.audiences).toEqual(['vip']);
  const { customer, stranger } = await kairos.data(`{
    customer(id: "ned") { registeredAt timeZone attributes audiences identities { kind value } }
    stranger: customer(id: "nobody") { id }
  }`);
  expect(customer).toEqual({
    registeredAt: kairos.at,
    timeZone: 'UTC',
    attributes: { age: 41, tier: 'gold' },
    audiences: ['vip'],
    identities: [{ kind: 'crm', value: '4711' }],
  });
  expect(stranger).toBeNull();
});

it('cap usage tells how full each cap is that applies in a placement', async () => {
  await registerCustomer(kairos, 'ola');
  const before = await usage('ola');
  const decision = await decide('ola');
  const after = await usage('ola');
  const used = (usages: Json[], cap: string) => usages.find((each) => each.cap === cap)?.used;
  expect(used(after, 'twice a day')).toBe(used(before, 'twice a day') + 1);
  expect(used(after, 'five here')).toBe(used(before, 'five here') + 1);
  expect(after).toContainEqual({
    cap: 'twice a day',
    offerId: 'fuel',
    counts: 'IMPRESSION',
    subject: 'CUSTOMER',
    used: 1,
    limit: 2,
    pausedUntil: null,
  });
  await kairos.data(
    'mutation ($id: ID!) { recordOutcomes(outcomes: [{ decisionId: $id, kind: DECLINED }]) { position } }',
    { id: decision.id },
  );
  expect(used(await usage('ola'), 'twice a day')).toBe(1);
});

it('recent decisions are listed, newest first', async () => {
  const { customer } = await kairos.data('{ customer(id: "mia") { recentDecisions { placementId offerIds } } }');
  expect(customer.recentDecisions.map(({ offerIds }: Json) => offerIds)).toEqual([['fuel'], ['snack'], ['fuel']]);
});

async function usage(customerId: string): Promise<Json[]> {
  const query =
    'query ($id: ID!) { customer(id: $id) { capUsage(placement: "home") { cap offerId counts subject used limit pausedUntil } } }';
  return (await kairos.data(query, { id: customerId })).customer.capUsage;
}

it('each mutation of one operation answers with what it has just written', async () => {
  const consent = '{ customerId: "pat", purpose: "service", channels: [WEB], evidence: "e", policyVersion: "1" }';
  const { registerCustomer: registered, grantConsent } = await kairos.data(`mutation {
    registerCustomer(customerId: "pat") { ... on CustomerRecorded { customer { consents { purpose } } } }
    grantConsent(input: ${consent}) { ... on CustomerRecorded { customer { consents { purpose } } } }
  }`);
  expect(registered.customer.consents).toEqual([]);
  expect(grantConsent.customer.consents).toEqual([{ purpose: 'service' }]);
});
