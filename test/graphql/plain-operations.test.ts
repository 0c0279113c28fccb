// Whatever a call may be, the short way answers it as Apollo Server does or leaves it to it: status, headers and every byte.
import { createHash } from 'node:crypto';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { beforeAll, expect, it } from 'vitest';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { errorOf, start } from './running-server.ts';
import { at, twoSides } from './two-sides.ts';

const { sides, compare } = twoSides();

beforeAll(async () => {
  for (const { kairos } of [sides.ours, sides.apollo]) {
    await publishOffer(kairos, 'fuel');
    await definePlacement(kairos, 'home');
    await registerCustomer(kairos, 'carl');
  }
});

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
  for (const body of [{ query: ask, variables }, { query: ask, variables }, { query: ask }, { query: '{ nothing }' }]) {
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
  const headers = { 'apollo-require-preflight': 'yes', 'x-kairos-at': at };
  const [one, other] = await Promise.all(
    [sides.ours, sides.apollo].map(({ url }) => fetch(`${url}?${search}`, { headers })),
  );
  expect(one?.status).toBe(200);
  expect(await one?.text()).toBe(await other?.text());
});

it('Apollo Server, which copies contexts, is only asked the first time that an accept header is seen', async () => {
  const contexts = new Set<unknown>();
  const { post } = await start({
    schema: makeExecutableSchema({
      typeDefs: 'type Query { isOurs: Boolean }',
      resolvers: { Query: { isOurs: (_: unknown, __: unknown, context: unknown) => contexts.has(context) } },
    }),
    createContext: (request) => {
      const context = { number: contexts.size, request };
      contexts.add(context);
      return context;
    },
  });
  const isOurs = async (accept: string) => (await post({ query: '{ isOurs }' }, { accept })).json.data.isOurs;
  expect(await isOurs('application/json')).toBe(false);
  expect(await isOurs('application/json')).toBe(true);
  expect(await isOurs('*/*')).toBe(false);
  expect(await isOurs('*/*')).toBe(true);
  for (let form = 101; form <= 200; form++) expect(await isOurs(`*/*;q=0.${form}`)).toBe(false);
  expect(await isOurs('*/*;q=0.200')).toBe(true);
  expect(await isOurs('*/*')).toBe(false);
});

it('an answer that cannot be written as JSON is a fault of ours, and the connection goes on', async () => {
  const { post, stage } = await start({
    schema: makeExecutableSchema({
      typeDefs: 'scalar JSON type Query { big: JSON small: Int }',
      resolvers: { Query: { big: () => 1n, small: () => 1 } },
    }),
  });
  for (let time = 0; time < 2; time++) {
    expect((await post({ query: '{ small }' })).json).toEqual({ data: { small: 1 } });
    const answer = await post({ query: '{ big }' });
    expect({ status: answer.status, code: errorOf(answer).extensions.code }).toEqual({ status: 500, code: 'INTERNAL' });
    expect(stage.logged).toHaveLength(time + 1);
  }
});
