// When more is asked than can be done in time: who gets a default answer, who is told to come again, and what is never turned away.
import { afterEach, describe, expect, test } from 'vitest';
import { createGraphqlClient } from '../../demo/graphql-client.ts';
import type { Config } from '../../src/config.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;
afterEach(async () => {
  await kairos.stop();
  expect(failures.splice(0)).toEqual([]);
});

const start = async (own: Partial<Config>) => {
  kairos = await startKairos(failures, own);
};
const post = (query: string) =>
  fetch(kairos.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-kairos-at': kairos.at },
    body: JSON.stringify({ query }),
  });
const define = (id: string, more = '') =>
  `mutation { definePlacement(placementId: "${id}", terms: { name: "${id}", channel: WEB ${more} }) { __typename } }`;
const ask = (placement: string, customerId: string) =>
  `{ nextBestOffer(placement: "${placement}", context: { customerId: "${customerId}" }) { id resolution recorded degradations { stage cause instead } } }`;

describe('when everybody is turned away', () => {
  test('a mutation is told when to come again, and nothing of it is done', async () => {
    await start({ mostUnderWay: 0 });
    const response = await post(define('home'));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'OVERLOADED', retryable: true, retryAfter: 1 } }],
    });
    expect(await kairos.events()).toBe(0);
    const metrics = await (await fetch(new URL('/metrics', kairos.url))).text();
    expect(metrics).toContain('kairos_mutations_total{field="definePlacement",outcome="OVERLOADED"} 1\n');
  });

  test('what reads is answered, and so is who asks how the process is', async () => {
    await start({ mostUnderWay: 0 });
    expect(await kairos.data('{ vocabulary { currency } placements { id } }')).toMatchObject({ placements: [] });
    const states = await Promise.all(['/healthz', '/readyz'].map((path) => fetch(new URL(path, kairos.url))));
    expect(states.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('when one is under way', () => {
  test('a decision is the default of its placement, which says so', async () => {
    await start({ mostUnderWay: 1 });
    await kairos.data(define('home', 'defaultAnswer: ON'));
    const asked = Array.from({ length: 20 }, (_, number) => kairos.data(ask('home', `c${number}`)));
    const answers = (await Promise.all(asked)).map(({ nextBestOffer }) => nextBestOffer);
    const [defaults, decided] = [true, false].map((isDefault) =>
      answers.filter(({ recorded }) => (recorded === 'NOT_RECORDED') === isDefault),
    );
    expect([decided?.length, defaults?.length]).not.toContain(0);
    for (const { id, resolution, degradations } of defaults ?? []) {
      expect(id).toMatch(/^default_home_~/);
      expect(resolution).toBe('CACHED');
      expect(degradations).toEqual([{ stage: 'LOAD', cause: 'OVERLOAD', instead: 'DEFAULT' }]);
      const query = `{ decision(id: "${id}") { id } explainDecision(id: "${id}") { decisionId } }`;
      expect(await kairos.data(query)).toEqual({ decision: null, explainDecision: null });
    }
  });

  test('a decision for a placement without a default is told to come again', async () => {
    await start({ mostUnderWay: 1 });
    await kairos.data(define('till'));
    const asked = Array.from({ length: 20 }, (_, number) => kairos.ask(ask('till', `c${number}`)));
    const refused = (await Promise.all(asked)).filter(({ errors }) => errors);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) {
      expect(answer).toMatchObject({
        data: { nextBestOffer: null },
        errors: [{ extensions: { code: 'OVERLOADED', retryable: true, retryAfter: 1 } }],
      });
    }
  });
});

describe('as it comes, nothing is turned away', () => {
  test('of 64 callers who come at once, time after time', async () => {
    await start({ mostUnderWay: 2000 });
    await kairos.data(define('home', 'defaultAnswer: ON'));
    const client = createGraphqlClient({ url: kairos.url, concurrency: 64, patienceMs: 0 });
    for (let burst = 0; burst < 5; burst++) {
      const asked = Array.from({ length: 64 }, (_, number) => client.send<never>(ask('home', `c${number}`), {}));
      const answers = (await Promise.all(asked)) as { nextBestOffer: { recorded: string } }[];
      expect(answers.filter(({ nextBestOffer }) => nextBestOffer.recorded !== 'BEFORE_ANSWER')).toEqual([]);
    }
    client.close();
  });

  test('of a thousand decisions in one operation', async () => {
    await start({ mostUnderWay: 64 });
    await kairos.data(define('home', 'defaultAnswer: ON'));
    const representations = Array.from({ length: 1000 }, (_, number) => ({ __typename: 'Customer', id: `c${number}` }));
    const query = `query ($representations: [_Any!]!) {
      _entities(representations: $representations) { ... on Customer { nextBestOffer(placement: "home") { recorded } } }
    }`;
    const { _entities } = await kairos.data(query, { representations });
    const recorded = new Set(
      _entities.map(({ nextBestOffer }: never) => (nextBestOffer as { recorded: string }).recorded),
    );
    expect([_entities.length, [...recorded]]).toEqual([1000, ['BEFORE_ANSWER']]);
  });
});
