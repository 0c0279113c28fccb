// A reservation whose append was given up may be in the log later: its places are nobody else's until that is known.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Append, type EventStore, OutcomeUnknown } from '../../src/event-store/event-store.ts';
import { openLog } from '../../src/open-log.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

let kairos: RunningKairos;
let real: EventStore;
/** Of the next appends: given up, and kept for the test to do. */
let settledMs: number | undefined;
let givenUp: readonly Append[] = [];

beforeAll(async () => {
  kairos = await startKairos([], {}, async (config, options) => {
    const log = await openLog(config, options);
    real = log.store;
    const appendAll: EventStore['appendAll'] = async (appends) => {
      if (settledMs === undefined) return real.appendAll(appends);
      givenUp = structuredClone(appends);
      throw new OutcomeUnknown('the test gives it up', settledMs, undefined);
    };
    return { ...log, store: { ...real, appendAll } };
  });
  await kairos.data(
    'mutation ($t: PlacementTermsInput!) { definePlacement(placementId: "home", terms: $t) { __typename } }',
    { t: { name: 'home', channel: 'WEB', timeBudgetMs: 2000 } },
  );
  for (const customerId of ['ann', 'bob']) {
    await kairos.data('mutation ($c: GrantConsentInput!) { grantConsent(input: $c) { __typename } }', {
      c: { customerId, purpose: 'service', channels: ['WEB'], evidence: 'e', policyVersion: '1' },
    });
  }
});
afterAll(() => kairos?.stop());

/** An offer for one customer in all. */
async function publish(offerId: string): Promise<void> {
  const once = { name: 'once', counts: 'DECISION', scope: { kind: 'OFFER' }, subject: 'TOTAL', limit: 1 };
  const terms = {
    name: offerId,
    category: 'fuel',
    purposes: ['service'],
    value: { amount: 1000, currency: 'USD' },
    treatments: [{ channel: 'WEB', headline: 'Ten cents off' }],
    startAt: '2026-01-01T00:00:00Z',
    propensity: 0.5,
    caps: [{ ...once, window: { kind: 'LIFETIME' } }],
  };
  const field = (name: string, more = '') => `${name}(offerId: "${offerId}"${more}) { __typename }`;
  await kairos.data(
    `mutation ($t: OfferTermsInput!) { ${field('draftOffer', ', terms: $t')} ${field('submitOffer')} }`,
    { t: terms },
  );
  await kairos.data(`mutation { ${field('approveOffer')} ${field('publishOffer')} }`, {}, { 'x-kairos-actor': 'bob' });
}

async function ask(customerId: string, requestId: string): Promise<Json> {
  const { data, errors } = await kairos.ask(
    'query ($c: DecisionContext!) { nextBestOffer(placement: "home", context: $c) { offer { offer { id } } } }',
    { c: { customerId, requestId } },
  );
  return errors ? errors[0]?.extensions.code : ((data as Json).nextBestOffer.offer?.offer.id ?? 'NOTHING');
}

async function askInVain(customerId: string, requestId: string, settledWithin: number): Promise<void> {
  settledMs = settledWithin;
  expect(await ask(customerId, requestId)).toBe('UNAVAILABLE');
  settledMs = undefined;
}

test('a reservation that is written after it was given up keeps its place, and its request gets it', async () => {
  await publish('written');
  await vi.waitFor(() => askInVain('ann', 'written', 60_000), 5000);
  expect(await ask('bob', 'meanwhile')).toBe('NOTHING');
  await real.appendAll(givenUp);
  expect(await vi.waitFor(() => ask('ann', 'written'), 5000)).toBe('written');
  expect(await ask('bob', 'after')).toBe('NOTHING');
});

test('a reservation that is not written by the time when it can be is taken back', async () => {
  await publish('never-written');
  await vi.waitFor(() => askInVain('ann', 'never', 300), 5000);
  let asked = 0;
  await vi.waitFor(async () => expect(await ask('bob', `waiting-${++asked}`)).toBe('never-written'), 5000);
});
