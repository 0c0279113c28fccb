// How full caps are, through the API: of what is live, each once, and told apart.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  const weekly = { name: 'weekly', counts: 'IMPRESSION', limit: 3, window: { kind: 'ROLLING', seconds: 604_800 } };
  const own = { ...weekly, name: 'own', scope: { kind: 'OFFER' } };
  const tagged = { ...weekly, scope: { kind: 'TAG', tag: 'fuel' } };
  const web = { ...weekly, scope: { kind: 'CHANNEL', channel: 'WEB' } };
  await publishOffer(kairos, 'fuel', { caps: [own, tagged] });
  await publishOffer(kairos, 'wash', { caps: [own, tagged] });
  await publishOffer(kairos, 'tires', { caps: [web] });
  await publishOffer(kairos, 'oil', { caps: [{ ...web, limit: 5 }] });
  await publishOffer(kairos, 'past', { caps: [own], endAt: kairos.at });
  await publishOffer(kairos, 'next', { caps: [own], startAt: later(kairos.at, 1) });
  await publishOffer(kairos, 'held', { caps: [own] });
  await kairos.data('mutation { pauseOffer(offerId: "held", reason: "sold out") { __typename } }');
  const here = { ...weekly, name: 'here', scope: { kind: 'EACH_PLACEMENT' } };
  await definePlacement(kairos, 'home', { caps: [here, { ...here, name: 'each', scope: { kind: 'OFFER' } }] });
  await registerCustomer(kairos, 'carl');
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

async function usage(): Promise<Json[]> {
  const { customer } = await kairos.data(
    '{ customer(id: "carl") { capUsage(placement: "home") { cap offerId limit scope { kind placements tag channel } } } }',
  );
  return customer.capUsage;
}
const rows = async (name: string) => (await usage()).filter(({ cap }) => cap === name);

it('caps of offers that have ended, not begun or are paused are left out', async () => {
  expect((await rows('own')).map(({ offerId }) => offerId)).toEqual(['fuel', 'wash']);
  const now = kairos.at;
  kairos.at = later(now, 1);
  expect((await rows('own')).map(({ offerId }) => offerId).sort()).toEqual(['fuel', 'next', 'wash']);
  kairos.at = later(now, 366 * 86_400);
  expect(await usage()).toEqual([expect.objectContaining({ cap: 'here', offerId: null })]);
  kairos.at = now;
});

it('caps that count across offers are there once, each with its scope, and with each limit', async () => {
  const none = { placements: null, tag: null, channel: null };
  const weekly = await rows('weekly');
  expect(weekly).toHaveLength(3);
  for (const [limit, scope] of [
    [3, { ...none, kind: 'TAG', tag: 'fuel' }],
    [3, { ...none, kind: 'CHANNEL', channel: 'WEB' }],
    [5, { ...none, kind: 'CHANNEL', channel: 'WEB' }],
  ] as const) {
    expect(weekly).toContainEqual({ cap: 'weekly', offerId: null, limit, scope });
  }
  expect(await rows('here')).toEqual([
    { cap: 'here', offerId: null, limit: 3, scope: { ...none, kind: 'EACH_PLACEMENT' } },
  ]);
});

it('a cart of more than 2,147,483,647 cents is a number', async () => {
  const signals = Array.from({ length: 3 }, (_, index) => ({
    customerId: 'carl',
    signalId: `s-${index}`,
    kind: 'CART_ADD',
    observedAt: kairos.at,
    sku: `sku-${index}`,
    quantity: 1,
    amount: 2_000_000_000,
  }));
  const { recordSignals } = await kairos.data(
    'mutation ($signals: [SignalInput!]!) { recordSignals(signals: $signals) { position } }',
    { signals },
  );
  const { customer } = await kairos.data(
    'query ($position: String) { customer(id: "carl", position: $position) { features { cartValue } } }',
    recordSignals,
  );
  expect(customer.features.cartValue).toBe(6_000_000_000);
});
