// Calls that cannot be served: each is an error whose code and message say why, and the log is unchanged.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCodes } from '../../src/graphql/errors.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;
let eventsBefore = 0;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'home');
  await registerCustomer(kairos, 'carl');
  eventsBefore = await kairos.events();
});
afterAll(async () => {
  expect(await kairos.events()).toBe(eventsBefore);
  expect(failures).toEqual([]);
  await kairos.stop();
});

describe('a call that cannot be served is an error with a code', () => {
  const ask = (context: object, placementId = 'home') => kairos.ask(askDecision, { placement: placementId, context });
  it.each<[string, () => Promise<Json>, string, RegExp]>([
    ['an unknown placement', () => ask({ customerId: 'carl' }, 'nowhere'), 'NOT_FOUND', /nowhere/],
    [
      'an undeclared context attribute',
      () => ask({ customerId: 'carl', attributes: { shoe: 1 } }),
      'BAD_USER_INPUT',
      /shoe/,
    ],
    [
      'context attributes that are a list',
      () => ask({ customerId: 'carl', attributes: [1] }),
      'BAD_USER_INPUT',
      /attributes/,
    ],
    ['a customer id with an @', () => ask({ customerId: 'carl@example.org' }), 'BAD_USER_INPUT', /customerId/],
    [
      'an unknown enum value',
      () =>
        kairos.ask(
          'mutation { withdrawConsent(input: { customerId: "c", purpose: "p", channels: [FAX], evidence: "e" }) { __typename } }',
        ),
      'GRAPHQL_VALIDATION_FAILED',
      /FAX/,
    ],
    [
      'a malformed instant',
      () =>
        kairos.ask(
          '{ simulateOffer(input: { customerId: "c", placement: "home", at: "2026-02-30T00:00:00Z" }) { at } }',
        ),
      'GRAPHQL_VALIDATION_FAILED',
      /DateTime/,
    ],
    ['a page of 1,000 offers', () => kairos.ask('{ offers(first: 1000) { totalCount } }'), 'BAD_USER_INPUT', /first/],
    ['a cursor that is none', () => kairos.ask('{ offers(after: "?") { totalCount } }'), 'BAD_USER_INPUT', /after/],
    [
      'a bad clock header',
      () => kairos.ask('{ __typename }', {}, { 'x-kairos-at': 'yesterday' }),
      'BAD_USER_INPUT',
      /x-kairos-at/,
    ],
    [
      'a bad actor header',
      () => kairos.ask('{ __typename }', {}, { 'x-kairos-actor': 'a b' }),
      'BAD_USER_INPUT',
      /x-kairos-actor/,
    ],
    [
      'a position that never comes',
      () => kairos.ask('{ customer(id: "carl", position: "9999999999999999") { id } }'),
      'UNAVAILABLE',
      /250 ms/,
    ],
    [
      'a malformed position of a customer',
      () => kairos.ask('{ customer(id: "carl", position: "yesterday") { id } }'),
      'BAD_USER_INPUT',
      /^position must be a position/,
    ],
    [
      'a malformed position of a page of offers',
      () => kairos.ask('{ offers(position: "0000000000000001 or so") { totalCount } }'),
      'BAD_USER_INPUT',
      /^position must be a position/,
    ],
    [
      'a malformed position of a moment',
      () => ask({ customerId: 'carl', position: 'x'.repeat(65) }),
      'BAD_USER_INPUT',
      /^context.position must be a position/,
    ],
    [
      'the same placement twice',
      () => kairos.ask('{ nextBestOffers(placements: ["home", "home"], context: { customerId: "carl" }) { id } }'),
      'BAD_USER_INPUT',
      /placements/,
    ],
  ])('%s', async (_, act, code, message) => {
    const answer = await act();
    expect(answer.errors?.[0]).toMatchObject({ extensions: { code }, message: expect.stringMatching(message) });
  });

  const long = 'x'.repeat(201);
  it.each([
    `{ offer(id: "${long}") { id } }`,
    `{ customer(id: "${long}") { id } }`,
    `{ interaction(id: "${long}") { id } }`,
    `{ decision(id: "${long}") { id } }`,
    `{ explainDecision(id: "${long}") { decisionId } }`,
    `{ nextBestOffer(placement: "${long}", context: { customerId: "carl" }) { id } }`,
    `{ nextBestOffers(placements: ["home", "${long}"], context: { customerId: "carl" }) { id } }`,
    `{ customer(id: "carl") { capUsage(placement: "${long}") { cap } } }`,
    `{ simulateOffer(input: { customerId: "${long}", placement: "home" }) { at } }`,
    `{ simulateOffer(input: { customerId: "carl", placement: "${long}" }) { at } }`,
    `{ simulateOffer(input: { customerId: "carl", placement: "home", overrides: { offers: ["${long}"] } }) { at } }`,
    `{ simulateOffer(input: { customerId: "carl", placement: "home", seed: "${long.slice(100)}" }) { at } }`,
    `mutation { submitOffer(offerId: "${long}") { __typename } }`,
    `mutation { retirePlacement(placementId: "${long}") { __typename } }`,
    `mutation { registerCustomer(customerId: "${long}") { __typename } }`,
    `mutation { withdrawConsent(input: { customerId: "${long}", purpose: "marketing", channels: [WEB], evidence: "e" }) { __typename } }`,
    `mutation { startInteraction(input: { interactionId: "i", agentId: "${long}", customerId: "carl", placement: "home" }) { __typename } }`,
    `mutation { observeInteraction(interactionId: "${long}", attributes: {}) { __typename } }`,
    `mutation { endInteraction(interactionId: "${long}") { __typename } }`,
    `mutation { respondToOffer(input: { interactionId: "i", decisionId: "${long}", offerId: "o", response: ACCEPT }) { __typename } }`,
  ])('a text beyond its limit is refused, whatever there may be of that name: %.60s…', async (query) => {
    const { errors } = await kairos.ask(query);
    expect(errors?.[0]).toMatchObject({
      message: expect.stringMatching(/must be at most [12]00 characters|must be 1 to 100/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  it('what fails by itself is null by itself', async () => {
    const { data, errors } = await kairos.ask(`{
      offers(first: 0) { totalCount } customer(id: "carl") { id capUsage(placement: "nowhere") { cap } } vocabulary { currency }
    }`);
    expect(data).toEqual({ offers: null, customer: { id: 'carl', capUsage: null }, vocabulary: { currency: 'USD' } });
    expect(errors?.map(({ extensions: { code, field } }) => [code, field]).sort()).toEqual([
      ['BAD_USER_INPUT', 'first'],
      ['NOT_FOUND', 'placement'],
    ]);
  });

  it('a body of 10 MB is refused without being read', async () => {
    const response = await fetch(kairos.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ __typename } # ${'x'.repeat(10 * 1024 * 1024)}` }),
    });
    expect(response.status).toBe(413);
    expect(((await response.json()) as Json).errors[0].extensions.code).toBe('PAYLOAD_TOO_LARGE');
  });

  it('a log that cannot be reached is UNAVAILABLE, and worth another try', async () => {
    const other = await startKairos();
    await other.app.kairos.store.close();
    const answer = await other.ask('mutation { registerCustomer(customerId: "c") { __typename } }');
    expect(answer.errors?.[0]?.extensions).toEqual({ code: 'UNAVAILABLE', retryable: true });
    await other.stop();
  });
});

describe('docs/errors.md', () => {
  it('lists every code with its status and meaning', () => {
    const rows = Object.entries(errorCodes).map(
      ([code, { status, retryable, meaning }]) =>
        `| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} | ${meaning} |`,
    );
    const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');
    expect(page.split('\n').filter((line) => line.startsWith('| `'))).toEqual(rows);
  });
});
