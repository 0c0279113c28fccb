// The answers of the short way and of our own execution are those of Apollo Server and graphql-js: over the whole schema, byte for byte.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createContext } from '../../src/graphql/context.ts';
import { foresee } from '../../src/graphql/foreseen.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { createGraphqlServer, type GraphqlServer } from '../../src/graphql/server.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import {
  conditionalQueryOf,
  fieldsAskedFor,
  fieldsOf,
  objectTypes,
  operationOf,
  rootFields,
  typesIn,
} from './selections.ts';
import { type Answers, given, type Step, steps } from './surface-steps.ts';

const schema = buildSchema();
const failures: unknown[] = [];

/** Two engines that are told the same: one asked as it runs, one through Apollo Server, which executes where a plugin listens. */
interface Side {
  readonly kairos: RunningKairos;
  readonly url: string;
  readonly answers: Map<string, Json>;
}
let ours: Side;
let apollo: Side;
let server: GraphqlServer;

beforeAll(async () => {
  const [one, other] = [await startKairos(failures), await startKairos(failures)];
  server = createGraphqlServer({
    schema: buildSchema(),
    createContext: (caller) => createContext(other.app.kairos, caller),
    host: '127.0.0.1',
    port: 0,
    playground: false,
    ready: () => ({ ready: true }),
    onError: (error) => failures.push(error),
    foresee,
    plugins: [{}],
  });
  ours = { kairos: one, url: one.url, answers: new Map() };
  apollo = { kairos: other, url: `${(await server.listen()).url}/graphql`, answers: new Map() };
});
afterAll(async () => {
  await server.drain();
  await ours.kairos.stop();
  await apollo.kairos.stop();
  expect(failures).toEqual([]);
});

async function ask(side: Side, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(side.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-kairos-at': '2026-11-21T12:00:00.000Z',
      'x-kairos-actor': 'ann',
      'x-correlation-id': 'call-1',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const { date: _, 'content-length': length, ...sent } = Object.fromEntries(response.headers);
  const text = await response.text();
  expect(length).toBe(String(Buffer.byteLength(text)));
  return { status: response.status, headers: sent, body: text };
}

/** What chance made, by the order in which it appears: ids and seeds of the two engines differ. */
function withoutChance(text: string): string {
  const seen = new Map<string, number>();
  const named = (token: string) => {
    if (!seen.has(token)) seen.set(token, seen.size);
    return `<${seen.get(token)}>`;
  };
  return text.replace(/[0-9a-f]{16}/g, named).replace(/"freshness":\{[^}]*\}/g, '"freshness":{}');
}

async function compare(
  body: (answers: Answers) => object,
  headers: Record<string, string> = {},
): Promise<{ ours: Json; apollo: Json }> {
  const expected = await ask(apollo, body(apollo.answers), headers);
  const actual = await ask(ours, body(ours.answers), headers);
  expect({ ...actual, body: withoutChance(actual.body) }).toEqual({ ...expected, body: withoutChance(expected.body) });
  return { ours: JSON.parse(actual.body), apollo: JSON.parse(expected.body) };
}

const nameOf = ({ name, field }: Step) => name ?? field;
const asked: string[] = [];
const seen = new Set<string>();

describe('the whole schema, asked by variables', () => {
  it.each(steps.map((step) => [`${step.kind} ${step.field}: ${nameOf(step)}`, step] as const))(
    '%s',
    async (_, step) => {
      const query = operationOf(schema, step.kind, step.field, given);
      asked.push(query);
      const body = (answers: Answers) => ({ query, variables: step.variables(answers) });
      const headers = { 'x-kairos-actor': step.actor ?? 'ann' };
      const { ours: one, apollo: other } = await compare(body, headers);
      expect(one.data).toBeTruthy();
      ours.answers.set(nameOf(step), one.data[step.field]);
      apollo.answers.set(nameOf(step), other.data[step.field]);
      typesIn(one.data, seen);
      if (step.kind !== 'query') return;
      const conditional = conditionalQueryOf(schema, step.field, given);
      await compare(
        (answers) => ({ query: conditional, variables: { ...step.variables(answers), yes: true } }),
        headers,
      );
      await compare(
        (answers) => ({ query: conditional, variables: { ...step.variables(answers), yes: false, no: true } }),
        headers,
      );
    },
  );

  it('leaves out no root field, no field and no type', () => {
    const called = new Set(steps.map(({ kind, field }) => `${kind} ${field}`));
    for (const kind of ['query', 'mutation'] as const) {
      expect(rootFields(schema, kind).filter(({ name }) => !called.has(`${kind} ${name}`))).toEqual([]);
    }
    const all = fieldsAskedFor(schema, asked);
    expect(fieldsOf(schema).filter((field) => !all.has(field) && !field.startsWith('Subscription.'))).toEqual([]);
    const roots = ['Query', 'Mutation', 'Subscription'];
    expect(objectTypes(schema).filter(({ name }) => !seen.has(name) && !roots.includes(name))).toEqual([]);
  });
});

describe('what a call may be besides', () => {
  const ask =
    'query ($p: ID!, $c: DecisionContext!) { nextBestOffer(placement: $p, context: $c) { placementId cause offer { name } } }';
  const c = { customerId: 'carl', requestId: 'first' };
  const variables = { p: 'home', c };
  it.each<[string, object, Record<string, string>?]>([
    [
      'literals',
      {
        query:
          '{ nextBestOffer(placement: "home", context: { customerId: "carl", requestId: "first", attributes: { page: "checkout" } }) { id } }',
      },
    ],
    [
      'variables within JSON',
      {
        query:
          'query ($page: String) { nextBestOffer(placement: "home", context: { customerId: "carl", requestId: "other", attributes: { page: $page } }) { cause } }',
        variables: { page: 'checkout' },
      },
    ],
    [
      'names of JavaScript',
      { query: '{ __proto__: vocabulary { constructor: currency __proto__: currency toString: __typename } }' },
    ],
    [
      'aliases and two operations',
      { query: 'query a { one: offer(id: "fuel") { same: id same: id } } query b { __typename }', operationName: 'a' },
    ],
    [
      'an introspection',
      {
        query:
          '{ __schema { queryType { name fields { name args { name defaultValue type { kind ofType { name } } } } } } __type(name: "Offer") { kind } }',
      },
    ],
    ['variables that are not asked for', { query: ask, variables: { ...variables, more: 1 } }],
    ['extensions of another kind', { query: ask, variables, extensions: { tracing: true } }],
    ['null for what may be absent', { query: ask, variables, operationName: null, extensions: null }],
    ['a variable that is missing', { query: ask, variables: { p: 'home' } }],
    ['a variable of another type', { query: ask, variables: { ...variables, c: [] } }],
    [
      'a field of an input that does not exist',
      { query: ask, variables: { p: 'home', c: { ...c, __proto__: 1, shoe: 1 } } },
    ],
    ['a number for an id', { query: ask, variables: { p: 7, c } }],
    ['an object for an id', { query: ask, variables: { p: {}, c } }],
    [
      'an instant that is none',
      {
        query:
          'query ($at: DateTime) { simulateOffer(input: { customerId: "carl", placement: "home", at: $at }) { at } }',
        variables: { at: '2026-02-30T00:00:00Z' },
      },
    ],
    [
      'an instant with an offset',
      {
        query:
          'query ($at: DateTime) { simulateOffer(input: { customerId: "carl", placement: "home", at: $at }) { at } }',
        variables: { at: '2026-11-22T01:00:00+01:00' },
      },
    ],
    [
      'one value for a list',
      {
        query:
          'query ($p: [ID!]!) { nextBestOffers(placements: $p, context: { customerId: "carl", requestId: "first" }) { placementId } }',
        variables: { p: 'home' },
      },
    ],
    [
      'null in a list',
      {
        query: 'query ($p: [ID!]!) { nextBestOffers(placements: $p, context: { customerId: "carl" }) { placementId } }',
        variables: { p: ['home', null] },
      },
    ],
    [
      'an enum that does not exist',
      {
        query: 'query ($f: OfferFilter) { offers(filter: $f) { totalCount } }',
        variables: { f: { lifecycle: 'GONE' } },
      },
    ],
    [
      'defaults',
      {
        query:
          'query ($n: Int = 1, $f: OfferFilter = { lifecycle: LIVE }) { offers(first: $n, filter: $f) { totalCount edges { node { id } } } }',
      },
    ],
    [
      'a null for what has a default',
      { query: 'query ($n: Int = 1) { offers(first: $n) { totalCount } }', variables: { n: null } },
    ],
    [
      'an error among answers',
      {
        query:
          '{ vocabulary { currency } offers(first: 0) { totalCount } customer(id: "carl") { id capUsage(placement: "nowhere") { cap } } }',
      },
    ],
    [
      'an error of several fields',
      {
        query: `{ ${['a', 'b', 'c'].map((name) => `${name}: nextBestOffer(placement: "${name}", context: { customerId: "carl" }) { id }`).join(' ')} }`,
      },
    ],
    ['an unknown placement', { query: ask, variables: { p: 'nowhere', c } }],
    ['an unknown field', { query: '{ nothing }' }],
    ['what is no GraphQL', { query: '{' }],
    ['an unknown operation', { query: 'query a { __typename }', operationName: 'b' }],
    ['a nameless operation of two', { query: 'query a { __typename } query b { __typename }' }],
    ['a subscription', { query: 'subscription { screenPop(agentId: "a") { number } }' }],
    ['an empty query', { query: '' }],
    ['a hash without its query', { extensions: { persistedQuery: { version: 1, sha256Hash: 'ab' } } }],
    ['a bad actor', { query: ask, variables }, { 'x-kairos-actor': 'a b' }],
    ['a bad actor and a bad variable', { query: ask }, { 'x-kairos-actor': 'a b' }],
    ['a wrong media type', { query: ask, variables }, { 'content-type': 'text/plain' }],
    ['an attempt to be traced', { query: ask, variables }, { 'apollo-federation-include-trace': 'ftv1' }],
  ])('%s', async (_, body, headers) => {
    await compare(() => body, headers);
  });

  it.each([
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json, application/json;q=0.9',
    'application/json, application/graphql-response+json',
    'multipart/mixed;deferSpec=20220824, application/json',
    '*/*',
    'text/html',
    'application/json;q=0',
    'nonsense',
  ])('the media type for %s, each time', async (accept) => {
    for (const body of [
      { query: ask, variables },
      { query: ask, variables },
      { query: ask },
      { query: '{ nothing }' },
    ]) {
      await compare(() => body, { accept });
      await compare(() => body, { accept, 'x-kairos-actor': 'a b' });
    }
  });

  it('a hash whose query was sent before', async () => {
    const query = '{ vocabulary { currency } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const extensions = { persistedQuery: { version: 1, sha256Hash } };
    for (const body of [{ extensions }, { query, extensions }, { extensions }]) await compare(() => body);
  });

  it('a query by GET', async () => {
    const search = new URLSearchParams({ query: ask, variables: JSON.stringify(variables) });
    const headers = { 'apollo-require-preflight': 'yes', 'x-kairos-at': '2026-11-21T12:00:00.000Z' };
    const [one, other] = await Promise.all([ours, apollo].map(({ url }) => fetch(`${url}?${search}`, { headers })));
    expect(one?.status).toBe(200);
    expect(await one?.text()).toBe(await other?.text());
  });
});
