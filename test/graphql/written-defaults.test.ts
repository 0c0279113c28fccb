// Default answers to those who are not let in are written once: for whom they are the same, as long as they are.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createContext } from '../../src/graphql/context.ts';
import { createDocuments } from '../../src/graphql/documents.ts';
import { createOperations, type PreparedOperation } from '../../src/graphql/operations.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { createWrittenDefaults } from '../../src/graphql/written-defaults.ts';
import { definePlacement, publishOffer } from '../catalogue-of-tests.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;
/** Who is under way all the time. */
const long = {};

beforeEach(async () => {
  kairos = await startKairos(failures, { mostUnderWay: 1 });
  await publishOffer(kairos, 'stores', { purposes: [], name: 'stores' });
  await publishOffer(kairos, 'card', { purposes: [], name: 'card', propensity: 0.1 });
  await definePlacement(kairos, 'home', { defaultAnswer: 'ON' });
  await definePlacement(kairos, 'side', { defaultAnswer: 'ON' });
});
afterEach(async () => {
  await kairos.stop();
  expect(failures.splice(0)).toEqual([]);
});

const turnAway = () => kairos.app.kairos.admission.enterAnyway(long);
const letIn = () => kairos.app.kairos.admission.leave(long);

const shown = 'query ($c: DecisionContext!) { nextBestOffer(placement: "home", context: $c) { SHOWN } }';
const asking = (fields: string) => shown.replace('SHOWN', fields);

describe('over HTTP', () => {
  const post = async (query: string, c: object, more: object = {}) => {
    const response = await fetch(kairos.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-kairos-at': kairos.at },
      body: JSON.stringify({ query, variables: { c, ...more } }),
    });
    return { status: response.status, body: await response.text() };
  };
  const counted = async () => {
    const page = await (await fetch(new URL('/metrics', kairos.url))).text();
    return /kairos_default_answers_total\{placement="home",cause="OVERLOAD"\} (\d+)/.exec(page)?.[1];
  };

  test('each gets what the first got, byte for byte, and each is counted', async () => {
    turnAway();
    const query = asking(
      'id resolution recorded decidedAt offers { name reasons offer { id } treatment { headline } }',
    );
    const bodies = new Set<string>();
    for (const customerId of ['ann', 'bob', 'cleo', 'dan']) bodies.add((await post(query, { customerId })).body);
    expect([...bodies].map((body) => JSON.parse(body))).toMatchObject([
      { data: { nextBestOffer: { resolution: 'CACHED', recorded: 'NOT_RECORDED', offers: [{ name: 'stores' }] } } },
    ]);
    expect(await counted()).toBe('4');
  });

  test('each has the form in which it was asked for', async () => {
    turnAway();
    const forms = [
      asking('resolution'),
      asking('how: resolution'),
      asking('resolution offers @include(if: false) { name }'),
      shown.replace('nextBestOffer', 'it: nextBestOffer').replace('SHOWN', 'resolution'),
      shown
        .replace('nextBestOffer(placement: "home"', 'nextBestOffers(placements: ["side", "home"]')
        .replace('SHOWN', 'placementId offers { name }'),
    ];
    const once = await Promise.all(forms.map((query) => post(query, { customerId: 'ann' })));
    for (const [form, { body }] of once.entries()) {
      expect((await post(forms[form] ?? '', { customerId: 'bob' })).body).toBe(body);
    }
    expect(once.map(({ body }) => JSON.parse(body).data)).toEqual([
      { nextBestOffer: { resolution: 'CACHED' } },
      { nextBestOffer: { how: 'CACHED' } },
      { nextBestOffer: { resolution: 'CACHED' } },
      { it: { resolution: 'CACHED' } },
      {
        nextBestOffers: [
          { placementId: 'side', offers: [{ name: 'stores' }] },
          // Nothing is shown twice in one call.
          { placementId: 'home', offers: [] },
        ],
      },
    ]);
  });

  test('a condition in a variable is part of the form', async () => {
    turnAway();
    const query =
      'query ($c: DecisionContext!, $all: Boolean!) { nextBestOffer(placement: "home", context: $c) { resolution cause @include(if: $all) } }';
    for (let time = 0; time < 2; time++) {
      const bodies = [];
      for (const all of [true, false]) bodies.push((await post(query, { customerId: 'ann' }, { all })).body);
      expect(bodies.map((body) => Object.keys(JSON.parse(body).data.nextBestOffer))).toEqual([
        ['resolution', 'cause'],
        ['resolution'],
      ]);
    }
  });

  test('each customer is named as himself', async () => {
    turnAway();
    for (const customerId of ['ann', 'bob', 'ann']) {
      const { body } = await post(asking('resolution customer { id }'), { customerId });
      expect(JSON.parse(body).data.nextBestOffer).toEqual({ resolution: 'CACHED', customer: { id: customerId } });
    }
  });

  test('what is wrong with a call is said all the same', async () => {
    turnAway();
    const query = asking('resolution');
    await post(query, { customerId: 'ann' });
    for (const wrong of [
      { customerId: 'a b' },
      { customerId: 'ann', attributes: [] },
      { customerId: 'ann', requestId: ' ' },
    ]) {
      expect(JSON.parse((await post(query, wrong)).body)).toMatchObject({
        errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
      });
    }
  });

  test('a request that was decided gets its decision, whatever others get', async () => {
    const query = asking('id resolution');
    const first = await post(query, { customerId: 'ann', requestId: 'one' });
    turnAway();
    const others = await post(query, { customerId: 'bob' });
    expect(JSON.parse(others.body).data.nextBestOffer.resolution).toBe('CACHED');
    expect((await post(query, { customerId: 'ann', requestId: 'one' })).body).toBe(first.body);
  });

  test('who is let in again is decided for', async () => {
    turnAway();
    const query = asking('resolution');
    const resolutions = [];
    for (const step of [() => {}, letIn, turnAway]) {
      step();
      resolutions.push(JSON.parse((await post(query, { customerId: 'ann' })).body).data.nextBestOffer.resolution);
    }
    expect(resolutions).toEqual(['CACHED', 'FRESH', 'CACHED']);
  });

  test('an offer that is paused is not in it any more', async () => {
    const query = asking('offers { name }');
    const names = [];
    for (const more of ['', 'mutation { pauseOffer(offerId: "stores", reason: "sold out") { __typename } }']) {
      if (more) await kairos.data(more);
      turnAway();
      const { body } = await post(query, { customerId: 'ann' });
      names.push(JSON.parse(body).data.nextBestOffer.offers);
      letIn();
    }
    expect(names).toEqual([[{ name: 'stores' }], [{ name: 'card' }]]);
  });
});

describe('of operations', () => {
  async function sides() {
    const schema = buildSchema();
    const operations = createOperations(schema, createDocuments({ schema }));
    const written = createWrittenDefaults();
    const context = () =>
      createContext(kairos.app.kairos, { headers: { 'x-kairos-at': kairos.at }, correlationId: 'test' });
    const prepared = (query: string, c: object) => operations.prepare({ query, variables: { c } }) as PreparedOperation;
    const keep = async (query: string, c: object) => {
      const own = context();
      const operation = prepared(query, c);
      await operations.execute(operation, own);
      written.keep(operation, own, `what ${query} was answered`);
    };
    const isWritten = (query: string, c: object) =>
      written.find(prepared(query, c), context()) === `what ${query} was answered`;
    return { keep, isWritten };
  }

  test('a default answer to one who was turned away serves the next who is', async () => {
    const { keep, isWritten } = await sides();
    const query = asking('resolution');
    turnAway();
    expect(isWritten(query, { customerId: 'ann' })).toBe(false);
    await keep(query, { customerId: 'ann' });
    expect(isWritten(query, { customerId: 'bob' })).toBe(true);
    letIn();
    expect(isWritten(query, { customerId: 'bob' })).toBe(false);
  });

  test('a decision serves nobody else', async () => {
    const { keep, isWritten } = await sides();
    await keep(asking('resolution'), { customerId: 'ann' });
    turnAway();
    expect(isWritten(asking('resolution'), { customerId: 'bob' })).toBe(false);
  });

  test('who has a request id, or waits for a position, or asks for more than decisions, is answered by himself', async () => {
    const { keep, isWritten } = await sides();
    turnAway();
    const query = asking('resolution');
    await keep(query, { customerId: 'ann' });
    expect(isWritten(query, { customerId: 'bob', requestId: 'one' })).toBe(false);
    expect(isWritten(query, { customerId: 'bob', position: '' })).toBe(false);
    for (const other of [
      asking('resolution customer { id }'),
      asking('resolution offers { offer { lifecycle } }'),
      asking('resolution').replace(/}$/, 'vocabulary { currency } }'),
      asking('resolution').replace(/}$/, 'again: nextBestOffer(placement: "side", context: $c) { resolution } }'),
    ]) {
      await keep(other, { customerId: 'ann' });
      expect(isWritten(other, { customerId: 'bob' })).toBe(false);
    }
  });
});
