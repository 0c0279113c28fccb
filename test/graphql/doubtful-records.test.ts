// Appends that Kairos gives up and an event store writes all the same: the one place under a cap is nobody else's meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { recountCaps, recountedCategories } from '../../projections/cap-recount.ts';
import { readEventStoreUrl } from '../../src/event-store/event-store-url.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from '../event-store/eventstoredb-double.ts';
import type { Fault } from '../event-store/eventstoredb-double-faults.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';

const timeoutMs = 1000;
const customers = Array.from({ length: 13 }, (_, index) => `c${index}`);
let double: EventStoreDbDouble;
let kairos: RunningKairos;

beforeAll(async () => {
  double = await startEventStoreDbDouble();
  kairos = await startKairos([], { eventStore: { url: readEventStoreUrl(double.url), timeoutMs } });
  const terms = { name: 'Home', channel: 'WEB', timeBudgetMs: 500, recording: 'BEFORE_ANSWER' };
  await kairos.data(
    'mutation ($t: PlacementTermsInput!) { definePlacement(placementId: "home", terms: $t) { __typename } }',
    { t: terms },
  );
  const grant = 'mutation ($c: GrantConsentInput!) { grantConsent(input: $c) { __typename } }';
  await Promise.all(
    customers.map((customerId) =>
      kairos.data(grant, {
        c: { customerId, purpose: 'service', channels: ['WEB'], evidence: 'e', policyVersion: '1' },
      }),
    ),
  );
});
afterAll(async () => {
  await kairos?.stop();
  await double?.close();
});

/** Once for all customers together. */
async function publish(offerId: string): Promise<void> {
  const once = { name: 'once', counts: 'DECISION', scope: { kind: 'OFFER' }, subject: 'TOTAL', limit: 1 };
  const terms = {
    name: offerId,
    category: 'fuel',
    purposes: ['service'],
    value: { amount: 1000, currency: 'USD' },
    propensity: 0.5,
    treatments: [{ channel: 'WEB', headline: 'Ten cents off' }],
    startAt: '2026-01-01T00:00:00Z',
    caps: [{ ...once, window: { kind: 'LIFETIME' } }],
  };
  const { following, store } = kairos.app.kairos;
  const isSeen = async () => expect(await following.waitFor(await store.head(), 10_000)).toBe(true);
  await isSeen();
  const field = (name: string, more = '') => `${name}(offerId: "${offerId}"${more}) { __typename }`;
  await kairos.data(
    `mutation ($t: OfferTermsInput!) { ${field('draftOffer', ', terms: $t')} ${field('submitOffer')} }`,
    { t: terms },
  );
  await kairos.data(`mutation { ${field('approveOffer')} ${field('publishOffer')} }`, {}, { 'x-kairos-actor': 'bob' });
  await isSeen();
}

const ask = (customerId: string) =>
  kairos.ask(
    `{ nextBestOffer(placement: "home", context: { customerId: "${customerId}" }) { offer { offer { id } } } }`,
  );

test.each<[string, Fault]>([
  ['written at once, which the gate hears late', { kind: 'write-then-swallow' }],
  ['written late', { kind: 'write-late', milliseconds: 1800 }],
])('%s', async (_, fault) => {
  await publish(fault.kind);
  const [first = '', ...others] = customers;
  double.faults.share('append', fault, 1);
  double.faults.share('subscribe', { kind: 'slow', milliseconds: 2000 }, 1);
  double.dropSubscriptions();
  expect((await ask(first)).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
  // All attempts meet the fault, and the last has been given up.
  await delay(timeoutMs + 100);
  double.faults.clear();
  // Until after all of them are written.
  await Promise.all(others.map((customerId, index) => delay(index * 100).then(() => ask(customerId))));
  await vi.waitFor(async () => expect((await ask(first)).errors).toBeUndefined(), 5000);
  const { store } = kairos.app.kairos;
  const { violations } = await recountCaps(store.readAll({ categories: recountedCategories }));
  expect(violations).toEqual([]);
  const reserved: string[] = [];
  for await (const { type, data } of store.readAll({ categories: ['cap'] })) {
    if (type === 'CapReserved' && JSON.stringify(data).includes(fault.kind)) reserved.push(JSON.stringify(data));
  }
  expect(reserved).toHaveLength(1);
});
