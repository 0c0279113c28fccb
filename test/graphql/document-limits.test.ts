// What one document may hold and cost: each limit lets through what keeps it, and names itself to what does not.
import { readFileSync } from 'node:fs';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { costLimit } from '../../src/graphql/cost-limit.ts';
import { documentLimits } from '../../src/graphql/document-limits.ts';
import { createDocuments, tokenLimit } from '../../src/graphql/documents.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { validationRules } from '../../src/graphql/validation-rules.ts';
import { startKairos } from '../running-kairos.ts';
import { start } from './running-server.ts';
import { operationOf, rootFields } from './selections.ts';

const schema = buildSchema();
const documents = createDocuments({ schema, validationRules: validationRules(true) });

function refusalOf(query: string) {
  const read = documents.read(query);
  const [error] = 'errors' in read ? read.errors : [];
  return error && { code: error.extensions.code, limit: error.extensions.limit ?? error.message };
}

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const tooMuch = (limit: string) => ({ code: 'OPERATION_TOO_COMPLEX', limit });
const ofTerms = '{ caps { scope { kind } } eligibility { name } contextWeights { name } treatments { channel } }';
const deepOffers = `edges { node { terms ${ofTerms} workingTerms ${ofTerms} } }`;
const inVocabulary = (fields: string) => `{ vocabulary { ${fields} } }`;

describe.each<[keyof typeof documentLimits, (count: number) => string]>([
  ['root fields', (count) => `{ ${many(count, () => 'vocabulary { currency }')} }`],
  ['aliases', (count) => inVocabulary(many(count, (index) => `a${index}: currency`))],
  // The one around them is a field too.
  ['fields', (count) => inVocabulary(many(count - 1, () => 'currency'))],
  ['directives', (count) => inVocabulary(`currency ${many(count, () => '@include(if: true)')}`)],
  ['fragment spreads', (count) => `${inVocabulary(many(count, () => '...f'))} fragment f on Vocabulary { currency }`],
])('so many %s', (limit, query) => {
  const most = documentLimits[limit];

  it('are admitted up to the limit, and none above it', () => {
    expect(refusalOf(query(most))).not.toEqual(tooMuch(limit));
    expect(refusalOf(query(most + 1))).toEqual(tooMuch(limit));
  });
});

describe('the cost of an operation', () => {
  const offers = (first: string) =>
    `query ($n: Int!) { offers(first: ${first}) { edges { node { id history { by } } } } }`;

  it('is that of its lists, multiplied where they are in each other', () => {
    expect(
      refusalOf(`{ ${many(50, (index) => `o${index}: offers(first: 200) { edges { node { id history { by } } } }`)} }`),
    ).toBeUndefined();
    const deeper = many(50, (index) => `o${index}: offers(first: 200) { ${deepOffers} }`);
    expect(refusalOf(`{ ${deeper} }`)).toEqual(tooMuch('cost'));
  });

  it('takes a page whose length a variable tells for the longest', () => {
    expect(refusalOf(offers('200'))).toMatchObject({ limit: expect.stringContaining('$n') });
    const each =
      'history { by } terms { caps { scope { kind } } eligibility { name } } workingTerms { caps { name } levers { name } }';
    const query = (first: string) =>
      `query ($n: Int!) { offers(first: $n) { totalCount } ${many(40, (index) => `o${index}: offers(first: ${first}) { edges { node { ${each} } } }`)} }`;
    expect(refusalOf(query('10'))).toBeUndefined();
    expect(refusalOf(query('$n'))).toEqual(tooMuch('cost'));
  });

  it('is the same where a fragment has the edges of a page', () => {
    const page = (length: number) => `offers(first: ${length}) { ...page }`;
    const query = (length: number) => `{ ${many(50, (index) => `o${index}: ${page(length)}`)} }
      fragment page on OfferConnection { ${deepOffers} }`;
    expect(refusalOf(query(3))).toBeUndefined();
    expect(refusalOf(query(200))).toEqual(tooMuch('cost'));
    expect(refusalOf(query(200).replace('offers(first: 200)', 'offers(first: 3)'))).toEqual(tooMuch('cost'));
  });

  it('has a decision weigh as much as it is', () => {
    const simulate = 'simulateOffer(input: { customerId: "c", placement: "p" }) { candidates { offerId } }';
    expect(refusalOf(`{ ${many(10, (index) => `s${index}: ${simulate}`)} }`)).toBeUndefined();
  });

  it('counts what fragments double, without walking it', () => {
    const doubling = many(7, (index) => {
      const next = `{ ...F${index + 1} }`;
      const of = (name: string) => `${name}: nextBestOffer(placement: "p") { customer ${next} }`;
      return `fragment F${index} on Customer { ${many(8, (number) => of(`n${number}`))} }`;
    });
    const query = `{ customer(id: "c") { ...F0 } } ${doubling} fragment F7 on Customer { id }`;
    expect(refusalOf(query)).toEqual(tooMuch('cost'));
  });

  it('has room for everything there is to ask of a hundred customers, and of a page of offers', () => {
    const given = { 'Customer.nextBestOffer': '(placement: "p")', 'Customer.capUsage': '(placement: "p")' };
    for (const { name } of rootFields(schema, 'query')) {
      // The length of the page is a variable: it is taken for the longest.
      if (!name.startsWith('__')) expect(refusalOf(operationOf(schema, 'query', name, given))).toBeUndefined();
    }
  });
});

it('introspection as tools send it keeps every limit', () => {
  const all = { descriptions: true, inputValueDeprecation: true, schemaDescription: true, oneOf: true };
  expect(
    refusalOf(getIntrospectionQuery({ ...all, specifiedByUrl: true, directiveIsRepeatable: true })),
  ).toBeUndefined();
});

it('ten thousand aliases are refused by the parser, before anything looks at them', async () => {
  const { post } = await start();
  const answer = await post({ query: `{ ${many(10_000, (index) => `a${index}: hello`)} }` });
  expect([answer.status, answer.json.errors[0].extensions.code]).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
});

it.each(Object.entries({ ...documentLimits, cost: costLimit, tokens: tokenLimit }))(
  'the page of limits has %s: %d',
  (limit, most) => {
    const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
    expect(page).toMatch(new RegExp(`^\\| ${limit}( of an operation)? \\| ${most.toLocaleString('en-US')} \\|`, 'm'));
  },
);

it('two hundred levels are refused, whatever they lead to', () => {
  const query = `{ ${'decision(id: "d") { customer { nextBestOffer(placement: "p") { '.repeat(66)} id ${'}'.repeat(199)}`;
  expect(refusalOf(query)?.limit).toMatch(/nests at most 16 fields/);
});

describe('a schema that is not told', () => {
  const rules = { validationRules: validationRules(false), limits: { hideSuggestions: true } };

  it.each(['{ __schema { types { name } } }', '{ __type(name: "Query") { name } }'])('refuses %s', async (query) => {
    const { post } = await start(rules);
    const answer = await post({ query });
    expect([answer.status, answer.json.errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
    expect((await post({ query: '{ __typename hello }' })).json.data).toEqual({ __typename: 'Query', hello: 'world' });
  });

  it('keeps back its SDL, too', () => {
    const silent = createDocuments({ schema: buildSchema(), validationRules: validationRules(false) });
    expect(silent.read('{ _service { sdl } }')).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  });

  it('does not guess what somebody may have meant', async () => {
    const told = await start();
    expect((await told.post({ query: '{ helo }' })).text).toContain('Did you mean');
    const silent = await start(rules);
    expect((await silent.post({ query: '{ helo }' })).text).not.toContain('Did you mean');
  });

  it('does not guess it of the values of variables either', async () => {
    const query = 'query ($filter: OfferFilter) { offers(filter: $filter) { totalCount } }';
    const ask = async (introspection: boolean, variables: object) => {
      const failures: unknown[] = [];
      const kairos = await startKairos(failures, { introspection });
      const { errors } = await kairos.ask(query, variables);
      await kairos.stop();
      expect(failures).toEqual([]);
      return errors?.[0]?.message;
    };
    const likeAName = { filter: { lifecycl: 'LIVE' } };
    expect(await ask(true, likeAName)).toContain('Did you mean');
    expect(await ask(false, likeAName)).toMatch(/is not defined by type "OfferFilter"\.$/);
  });
});
