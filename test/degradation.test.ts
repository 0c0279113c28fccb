// Redis that is slow, down or frozen, over a log that is well or slow: who has a fallback is answered in time, and what was done is said.
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readEventStoreUrl } from '../src/event-store/event-store-url.ts';
import { readRedisUrl } from '../src/redis/redis-settings.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './event-store/eventstoredb-double.ts';
import { type CuttableLine, createCuttableLine } from './redis/cuttable-line.ts';
import { hasRedis, startRedis, type TestRedis } from './redis/redis-server.ts';
import { type Json, type RunningKairos, startKairos } from './running-kairos.ts';

/** Many times what is needed: a busy machine is not a fault. */
const timeBudgetMs = 4000;
const stageBudgets = { load: 100, reserve: 100 };
const failures: unknown[] = [];
let redis: TestRedis;
let line: CuttableLine;
let double: EventStoreDbDouble;
let kairos: RunningKairos;

const publish = async (offerId: string, terms: object) => {
  const field = (name: string, more = '') => `${name}(offerId: "${offerId}"${more}) { __typename }`;
  const all = {
    name: offerId,
    category: 'fuel',
    purposes: ['service'],
    value: { amount: 1000, currency: 'USD' },
    treatments: [{ channel: 'WEB', headline: 'Ten cents off' }],
    startAt: '2026-01-01T00:00:00Z',
    ...terms,
  };
  await kairos.data(
    `mutation ($t: OfferTermsInput!) { ${field('draftOffer', ', terms: $t')} ${field('submitOffer')} }`,
    { t: all },
  );
  await kairos.data(`mutation { ${field('approveOffer')} ${field('publishOffer')} }`, {}, { 'x-kairos-actor': 'bob' });
};

interface Answered {
  readonly offer: string | undefined;
  readonly resolution: string;
  readonly degradations: readonly string[];
  readonly milliseconds: number;
}

async function ask(): Promise<Answered> {
  const begun = performance.now();
  const { nextBestOffer } = await kairos.data(`{
    nextBestOffer(placement: "home", context: { customerId: "carl" }) {
      resolution offer { offer { id } } degradations { stage cause instead }
    }
  }`);
  return {
    offer: nextBestOffer.offer?.offer.id,
    resolution: nextBestOffer.resolution,
    degradations: nextBestOffer.degradations.map((each: object) => Object.values(each).join(' ')),
    milliseconds: performance.now() - begun,
  };
}

async function readiness(): Promise<Json> {
  const response = await fetch(new URL('/readyz', kairos.url));
  return response.json();
}

const isWell = () =>
  vi.waitFor(
    async () => {
      expect(await ask()).toMatchObject({ offer: 'fuel', resolution: 'FRESH', degradations: [] });
      expect(await readiness()).toEqual({ ready: true });
    },
    { timeout: 10_000, interval: 50 },
  );

describe.skipIf(!hasRedis)('with Redis behind a line', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    [redis, double] = await Promise.all([startRedis(), startEventStoreDbDouble()]);
    line = await createCuttableLine(redis.port);
    kairos = await startKairos(failures, {
      redis: { settings: readRedisUrl(`redis://127.0.0.1:${line.port}`), prefix: 'kairos' },
      eventStore: { url: readEventStoreUrl(double.url), timeoutMs: 3000 },
    });
    const cap = { name: 'often', counts: 'DECISION', scope: { kind: 'OFFER' }, subject: 'CUSTOMER', limit: 1000 };
    await publish('fuel', { propensity: 0.9, caps: [{ ...cap, window: { kind: 'LIFETIME' } }] });
    await publish('news', { propensity: 0.1 });
    await kairos.data(
      'mutation ($t: PlacementTermsInput!) { definePlacement(placementId: "home", terms: $t) { __typename } }',
      { t: { name: 'home', channel: 'WEB', fallbackOfferId: 'news', timeBudgetMs, stageBudgets } },
    );
    await kairos.data('mutation ($c: GrantConsentInput!) { grantConsent(input: $c) { __typename } }', {
      c: { customerId: 'carl', purpose: 'service', channels: ['WEB'], evidence: 'e', policyVersion: '1' },
    });
  });
  afterAll(async () => {
    line?.heal();
    await kairos?.stop();
    await double?.close();
    await line?.stop();
    await redis?.stop();
  });
  afterEach(async () => {
    line.heal();
    double.faults.clear();
    await isWell();
  });

  const troubles = [
    { trouble: 'slow', begin: () => line.slow(200), cause: 'OVERRUN' },
    { trouble: 'down', begin: () => line.refuse(), cause: 'UNAVAILABLE' },
    { trouble: 'frozen', begin: () => line.silence(), cause: 'OVERRUN' },
  ];
  test.each(troubles)(
    'Redis that is $trouble: the fallback in time, soon without asking, and /readyz says so; then all is as before',
    async ({ begin, cause }) => {
      await isWell();
      begin();
      const answers: Answered[] = [];
      await vi.waitFor(
        async () => {
          answers.push(await ask());
          expect(answers.at(-1)?.degradations).toEqual(['LOAD BREAKER_OPEN LOG']);
        },
        { timeout: 20_000, interval: 1 },
      );
      const { ready, degraded } = await readiness();
      expect([ready, degraded]).toEqual([
        true,
        [{ part: 'READ_SIDE', since: expect.stringMatching(/Z$/), cause: expect.stringMatching(/./) }],
      ]);
      for (let more = 0; more < 10; more++) answers.push(await ask());
      expect(answers.flatMap(({ degradations }) => degradations)).toContain(`LOAD ${cause} LOG`);
      for (const answer of answers) expect(answer).toMatchObject({ offer: 'news', resolution: 'FALLBACK' });
      expect(Math.max(...answers.map(({ milliseconds }) => milliseconds))).toBeLessThan(timeBudgetMs);
    },
  );

  test('an outage that no decision runs into: /readyz says so, and two sentences are told of it', async () => {
    await isWell();
    const toldBefore = failures.length;
    line.silence();
    await vi.waitFor(
      async () =>
        expect(await readiness()).toEqual({
          ready: true,
          degraded: [
            { part: 'READ_SIDE', since: expect.any(String), cause: expect.stringMatching(/^Redis does not answer: /) },
          ],
        }),
      { timeout: 20_000, interval: 50 },
    );
    line.heal();
    await vi.waitFor(() => expect(failures.at(-1)).toMatch(/^Redis answers again, after \d/), { timeout: 20_000 });
    expect(failures.slice(toldBefore)).toEqual([
      expect.stringMatching(/^Redis does not answer: .*[^.]\. Kairos answers without it until it does\.$/),
      expect.stringMatching(/^Redis answers again/),
    ]);
  });

  test.each(troubles)('Redis that is $trouble over a slow log: the fallback in time', async ({ begin }) => {
    await isWell();
    for (const operation of ['append', 'read'] as const) {
      double.faults.share(operation, { kind: 'slow', milliseconds: 200 }, 1);
    }
    begin();
    for (let times = 0; times < 4; times++) {
      const answer = await ask();
      expect(answer).toMatchObject({ offer: 'news', resolution: 'FALLBACK' });
      expect(answer.milliseconds).toBeLessThan(timeBudgetMs);
    }
  });
});
