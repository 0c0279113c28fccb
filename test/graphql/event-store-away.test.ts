// A log at an event store that goes away and comes back: what callers see, with the adapter between (its double plays the server).
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readEventStoreUrl } from '../../src/event-store/event-store-url.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from '../event-store/eventstoredb-double.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const timeoutMs = 1000;
const failures: unknown[] = [];
let double: EventStoreDbDouble;
let kairos: RunningKairos;

beforeAll(async () => {
  double = await startEventStoreDbDouble();
  kairos = await startKairos(failures, { eventStore: { url: readEventStoreUrl(double.url), timeoutMs } });
  await publish('capped', [
    {
      name: 'often',
      counts: 'DECISION',
      scope: { kind: 'OFFER' },
      subject: 'CUSTOMER',
      limit: 99,
      window: { kind: 'LIFETIME' },
    },
  ]);
  await publish('free', []);
  for (const [id, recording] of [
    ['home', 'BEFORE_ANSWER'],
    ['till', 'LATE'],
  ] as const) {
    await kairos.data(
      'mutation ($id: ID!, $t: PlacementTermsInput!) { definePlacement(placementId: $id, terms: $t) { __typename } }',
      { id, t: { name: id, channel: 'WEB', timeBudgetMs: 300, recording } },
    );
  }
  await kairos.data('mutation ($c: GrantConsentInput!) { grantConsent(input: $c) { __typename } }', {
    c: { customerId: 'carl', purpose: 'service', channels: ['WEB'], evidence: 'e', policyVersion: '1' },
  });
});
afterAll(async () => {
  await kairos?.stop();
  await double?.close();
});

async function publish(offerId: string, caps: readonly object[]): Promise<void> {
  const terms = {
    name: offerId,
    category: 'fuel',
    purposes: ['service'],
    value: { amount: 1000, currency: 'USD' },
    treatments: [{ channel: 'WEB', headline: 'Ten cents off' }],
    startAt: '2026-01-01T00:00:00Z',
    propensity: caps.length > 0 ? 0.9 : 0.1,
    caps,
  };
  const field = (name: string, more = '') => `${name}(offerId: "${offerId}"${more}) { __typename }`;
  await kairos.data(
    `mutation ($t: OfferTermsInput!) { ${field('draftOffer', ', terms: $t')} ${field('submitOffer')} }`,
    {
      t: terms,
    },
  );
  await kairos.data(`mutation { ${field('approveOffer')} ${field('publishOffer')} }`, {}, { 'x-kairos-actor': 'bob' });
}

const ask = (placement: string, customerId = 'carl') =>
  kairos.ask(
    `{ nextBestOffer(placement: "${placement}", context: { customerId: "${customerId}" }) { id recorded offer { offer { id } } } }`,
  );
const register = (customerId: string) =>
  kairos.ask(`mutation { registerCustomer(customerId: "${customerId}") { __typename } }`);
async function readiness(): Promise<Json> {
  const response = await fetch(new URL('/readyz', kairos.url));
  return { status: response.status, ...((await response.json()) as object) };
}
async function timed<Result>(work: Promise<Result>): Promise<[Result, number]> {
  const begun = performance.now();
  return [await work, performance.now() - begun];
}
const unavailable = [{ extensions: { code: 'UNAVAILABLE', retryable: true } }];

describe.each([
  { trouble: 'stopped', cut: () => double.stop(), heal: () => double.restart() },
  { trouble: 'frozen', cut: async () => double.freeze(), heal: async () => double.thaw() },
])('while the event store is $trouble', ({ trouble, cut, heal }) => {
  let late: Json;

  test('before, everything is recorded before it is answered', async () => {
    await vi.waitFor(
      async () =>
        expect((await ask('till')).data).toMatchObject({
          nextBestOffer: { recorded: 'BEFORE_ANSWER', offer: { offer: { id: 'capped' } } },
        }),
      5000,
    );
    await cut();
  });

  test('decisions that may be recorded late go on', async () => {
    late = (await ask('till')).data?.nextBestOffer as Json;
    expect(late).toMatchObject({ recorded: 'LATE', offer: { offer: { id: 'free' } } });
  });

  test('all others, and mutations, are refused as worth another try, in time', async () => {
    const [[home, homeMs], [zoe, zoeMs]] = await Promise.all([timed(ask('home')), timed(register(`zoe-${trouble}`))]);
    expect([home.errors, zoe.errors]).toMatchObject([unavailable, unavailable]);
    // What is under way in the process besides them is not theirs: generous, and far from what the client alone would take.
    expect(Math.max(homeMs, zoeMs)).toBeLessThan(4 * timeoutMs);
  });

  test('what the read models know is answered, and /readyz says what is away', async () => {
    const { offers } = await kairos.data('{ offers { totalCount } }');
    expect(offers.totalCount).toBe(2);
    await vi.waitFor(
      async () =>
        expect(await readiness()).toMatchObject({
          status: 200,
          ready: true,
          degraded: [{ part: 'EVENT_LOG' }, { part: 'LATE_DECISIONS' }],
        }),
      5000,
    );
  });

  test('everything goes on by itself when it is back, and what was answered is recorded', async () => {
    await heal();
    await vi.waitFor(async () => expect(await readiness()).toEqual({ status: 200, ready: true }), 10_000);
    const { decision } = await kairos.data(`{ decision(id: "${late.id}") { recorded position } }`);
    expect(decision).toMatchObject({ recorded: 'LATE', position: expect.stringMatching(/^\d{32}$/) });
    await vi.waitFor(async () => expect((await register(`zoe-${trouble}`)).errors).toBeUndefined(), 5000);
    await vi.waitFor(
      async () => expect((await ask('home')).data).toMatchObject({ nextBestOffer: { recorded: 'BEFORE_ANSWER' } }),
      5000,
    );
  });
});
