// What callers see while the event log is away, and that nothing has to be restarted when it is back.
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import WebSocket from 'ws';
import { openLog } from '../../src/open-log.ts';
import type { InProcessScreenPopFeed } from '../../src/screen-pop/in-process-screen-pop-feed.ts';
import { createUnreachableStore, type Trouble, type UnreachableStore } from '../event-store/unreachable-store.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const cap = {
  name: 'often',
  counts: 'DECISION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 100,
  window: { kind: 'LIFETIME' },
};
const withRedis = process.env.KAIROS_TEST_REDIS === 'on';
const failures: unknown[] = [];
let kairos: RunningKairos;
let log: UnreachableStore;

beforeAll(async () => {
  kairos = await startKairos(failures, {}, async (config, options) => {
    log = createUnreachableStore((await openLog(config, options)).store);
    return { store: log.store, isServer: true };
  });
  const offer = (changes: object) => ({
    name: 'Fuel discount',
    category: 'fuel',
    purposes: ['service'],
    value: { amount: 1000, currency: 'USD' },
    treatments: ['WEB', 'CALL_CENTER'].map((channel) => ({ channel, headline: 'Ten cents off' })),
    startAt: '2026-01-01T00:00:00Z',
    ...changes,
  });
  await publish('capped', offer({ propensity: 0.9, caps: [cap] }));
  await publish('loose', offer({ propensity: 0.5, caps: [{ ...cap, strict: false }] }));
  await publish('free', offer({ propensity: 0.1, caps: [] }));
  for (const [placementId, recording] of [
    ['home', 'BEFORE_ANSWER'],
    ['till', 'LATE'],
    ['desk', 'LATE'],
  ] as const) {
    const channel = placementId === 'desk' ? 'CALL_CENTER' : 'WEB';
    const terms = { name: placementId, channel, timeBudgetMs: 500, recording };
    await kairos.data(
      'mutation ($id: ID!, $t: PlacementTermsInput!) { definePlacement(placementId: $id, terms: $t) { __typename } }',
      { id: placementId, t: terms },
    );
  }
  const consent = {
    customerId: 'carl',
    purpose: 'service',
    channels: ['WEB', 'CALL_CENTER'],
    evidence: 'e',
    policyVersion: '1',
  };
  await kairos.data('mutation ($c: GrantConsentInput!) { grantConsent(input: $c) { __typename } }', { c: consent });
});
afterAll(() => kairos?.stop());

async function publish(offerId: string, terms: object): Promise<void> {
  const field = (name: string, terms = '') => `${name}(offerId: "${offerId}"${terms}) { __typename }`;
  await kairos.data(
    `mutation ($t: OfferTermsInput!) { ${field('draftOffer', ', terms: $t')} ${field('submitOffer')} }`,
    { t: terms },
  );
  await kairos.data(`mutation { ${field('approveOffer')} ${field('publishOffer')} }`, {}, { 'x-kairos-actor': 'bob' });
}

const ask = (placement: string, requestId?: string) =>
  kairos.ask(
    `query ($c: DecisionContext!) {
      nextBestOffer(placement: "${placement}", context: $c) {
        id resolution recorded position offer { offer { id } } rejections { reason count } degradations { stage cause instead }
      }
    }`,
    { c: { customerId: 'carl', requestId } },
  );
const away = async (trouble: Exclude<Trouble, 'NONE'> = 'REFUSED') => {
  log.cut(trouble);
  await log.store.head().catch(() => {});
};
const readiness = async () => {
  const response = await fetch(new URL('/readyz', kairos.url));
  return { status: response.status, ...((await response.json()) as object) };
};
const unavailable = { extensions: { code: 'UNAVAILABLE', retryable: true } };

test('a decision is recorded before it is answered, where the log is there', async () => {
  const { data } = (await ask('till')) as Json;
  expect(data.nextBestOffer).toMatchObject({ recorded: 'BEFORE_ANSWER', offer: { offer: { id: 'capped' } } });
  expect(data.nextBestOffer.position).not.toBe('');
});

describe('while the log is away', () => {
  let decided: Json;
  let requestId = '';
  let requests = 0;
  beforeEach(async () => {
    await away();
    requestId = `r${++requests}`;
    decided = ((await ask('till', requestId)) as Json).data.nextBestOffer;
    return () => log.heal();
  });

  test('a decision that may be recorded late is answered and says so; an offer under a strict cap is not shown', () => {
    expect(decided).toMatchObject({
      resolution: 'FRESH',
      degradations: [{ stage: 'RECORD', cause: 'UNAVAILABLE', instead: 'LATE' }],
      recorded: 'LATE',
      position: '',
      offer: { offer: { id: withRedis ? 'free' : 'loose' } },
      // Redis may forget what is not in the log: there no cap can be counted late.
      rejections: expect.arrayContaining([{ reason: 'CAP_NOT_RECORDABLE', count: withRedis ? 2 : 1 }]),
    });
  });

  test('the same request gets the same decision, and it can be read', async () => {
    expect(((await ask('till', requestId)) as Json).data.nextBestOffer).toEqual(decided);
    expect(await kairos.data(`{ decision(id: "${decided.id}") { id recorded } }`)).toEqual({
      decision: { id: decided.id, recorded: 'LATE' },
    });
  });

  test('any other decision fails, and is worth another try', async () => {
    expect((await ask('home')).errors).toMatchObject([unavailable]);
    const several = '{ nextBestOffers(placements: ["till", "home"], context: { customerId: "dora" }) { id } }';
    expect((await kairos.ask(several)).errors).toMatchObject([unavailable]);
  });

  test.each([
    'registerCustomer(customerId: "zoe") { __typename }',
    'pauseOffer(offerId: "capped", reason: "sold out") { __typename }',
    'retirePlacement(placementId: "home") { __typename }',
    'withdrawConsent(input: { customerId: "carl", purpose: "service", channels: [WEB], evidence: "e" }) { __typename }',
    'recordSignals(signals: [{ customerId: "carl", signalId: "s", kind: VIEW, observedAt: "2026-11-21T12:00:00Z" }]) { position }',
    'startInteraction(input: { interactionId: "i", agentId: "a", customerId: "carl", placement: "desk" }) { __typename }',
  ])('a mutation fails, and is worth another try: %s', async (mutation) => {
    const { errors } = await kairos.ask(`mutation { ${mutation} }`);
    expect(errors).toMatchObject([unavailable]);
  });

  test('an outcome of what was answered fails, and is worth another try', async () => {
    const record = 'mutation ($o: OutcomeInput!) { recordOutcomes(outcomes: [$o]) { results { __typename } } }';
    const outcome = { o: { decisionId: decided.id, kind: 'PRESENTED' } };
    expect((await kairos.ask(record, outcome)).errors).toMatchObject([unavailable]);
    log.heal();
    expect(await kairos.data(record, outcome)).toEqual({
      recordOutcomes: { results: [{ __typename: 'OutcomeRecorded' }] },
    });
  });

  test('what the read models know is answered', async () => {
    const { offers, placements, customer } = await kairos.data(
      '{ offers { totalCount } placements { id terms { recording } } customer(id: "carl") { consents { purpose } } readModels { position } }',
    );
    expect([offers.totalCount, customer.consents]).toEqual([3, [{ purpose: 'service' }, { purpose: 'service' }]]);
    expect(placements).toContainEqual({ id: 'till', terms: { recording: 'LATE' } });
  });

  test('what has to be read from the log fails, and is worth another try', async () => {
    const id = 'carl_202611_0000000000000000';
    expect((await kairos.ask(`{ decision(id: "${id}") { id } }`)).errors).toMatchObject([unavailable]);
    expect((await kairos.ask(`{ explainDecision(id: "${id}") { at } }`)).errors).toMatchObject([unavailable]);
  });

  test('a request that was answered before cannot be answered again until its decision can be read', async () => {
    log.heal();
    await vi.waitFor(async () => expect(await readiness()).toEqual({ status: 200, ready: true }));
    await away();
    expect((await ask('till', requestId)).errors).toMatchObject([unavailable]);
  });

  test('/readyz says so, since when and why, and that work may be given all the same', async () => {
    expect(await readiness()).toEqual({
      status: 200,
      ready: true,
      degraded: [
        { part: 'EVENT_LOG', since: expect.stringMatching(/^\d{4}-.*Z$/), cause: 'the test keeps the log away' },
        { part: 'LATE_DECISIONS', cause: expect.stringMatching(/^[1-9] decisions wait/) },
      ],
    });
  });

  test('all is as before when it is back: what was answered is in the log, and nothing was told more than twice', async () => {
    log.heal();
    await vi.waitFor(async () => expect(await readiness()).toEqual({ status: 200, ready: true }));
    const { decision, explainDecision } = await kairos.data(
      `{ decision(id: "${decided.id}") { recorded position } explainDecision(id: "${decided.id}") { reproduced } }`,
    );
    expect([decision.recorded, explainDecision.reproduced]).toEqual(['LATE', true]);
    expect(decision.position).not.toBe('');
    expect(((await ask('home')) as Json).data.nextBestOffer).toMatchObject({ offer: { offer: { id: 'capped' } } });
  });
});

test('a console that listens stays, and is shown what comes when the log is back', async () => {
  const webSocketImpl = WebSocket;
  const client = createClient({ url: kairos.url.replace('http', 'ws'), webSocketImpl, lazy: false, retryAttempts: 0 });
  onTestFinished(() => void client.dispose());
  const query =
    'subscription { screenPop(agentId: "amy") { interactionId decision { recorded offer { offer { id } } } } }';
  const pops = client.iterate({ query });
  const first = pops.next();
  const feed = kairos.app.kairos.screenPops as InProcessScreenPopFeed;
  await expect.poll(() => feed.agents()).toBe(1);
  const start = (id: string) =>
    kairos.ask('mutation ($s: StartInteractionInput!) { startInteraction(input: $s) { __typename } }', {
      s: { interactionId: id, agentId: 'amy', customerId: 'carl', placement: 'desk' },
    });
  await away();
  expect((await start('i1')).errors).toMatchObject([unavailable]);
  log.heal();
  expect(((await start('i1')) as Json).data.startInteraction.__typename).toBe('InteractionRecorded');
  expect((await first).value.data.screenPop).toEqual({
    interactionId: 'i1',
    decision: { recorded: 'BEFORE_ANSWER', offer: { offer: { id: 'capped' } } },
  });
});

test('a log that does not answer costs a decision its time budget, and no more', async () => {
  log.cut('SILENT');
  // One after the other: waiting for the customer's turn counts, and both have the same time.
  const home = await ask('home');
  const till = await ask('till');
  expect(home.errors).toMatchObject([unavailable]);
  expect((till as Json).data.nextBestOffer).toMatchObject({ recorded: 'LATE' });
  log.heal();
});

test('each outage was told when it began and when it was over, and nothing else', async () => {
  await vi.waitFor(async () => expect(await readiness()).toEqual({ status: 200, ready: true }));
  // Work that the log answered before it went away may end after it, and tell otherwise.
  await vi.waitFor(async () => {
    await away();
    expect(failures.at(-1)).toMatch(/^The event log does not answer: the test/);
  });
  const told = failures.length;
  await ask('home');
  log.heal();
  await vi.waitFor(() => expect(failures.at(-1)).toMatch(/^The event log answers again, after/));
  expect(failures).toHaveLength(told + 1);
  expect(failures.filter((failure) => !/^The event log (does not answer|answers again)/.test(String(failure)))).toEqual(
    [],
  );
});
