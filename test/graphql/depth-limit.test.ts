// How deep operations may go: as deep as anything sensible does, and what goes round in circles is refused at once.
import { getIntrospectionQuery } from 'graphql';
import { expect, it } from 'vitest';
import { depthLimit, limitDepth } from '../../src/graphql/depth-limit.ts';
import { createDocuments } from '../../src/graphql/documents.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { start } from './running-server.ts';

const documents = createDocuments({ schema: buildSchema(), validationRules: [limitDepth] });

/** The messages of what is wrong with a query. */
function problems(query: string): string[] {
  const read = documents.read(query);
  return 'errors' in read ? read.errors.map(({ message }) => message) : [];
}

/** So many fields in each other. */
function nested(depth: number): string {
  const fields = Array.from({ length: depth - 2 }, (_, level) =>
    level % 2 === 0 ? 'nextBestOffer(placement: "p")' : 'customer',
  );
  return `{ customer(id: "c") { ${fields.map((field) => `${field} { `).join('')} __typename ${'}'.repeat(depth)}`;
}

it('admits operations down to the limit, and none below it', () => {
  expect(problems(nested(depthLimit))).toEqual([]);
  expect(problems(nested(depthLimit + 1))).toEqual([
    'An operation nests at most 16 fields in each other; this one nests 17.',
  ]);
});

it('follows fragments, spread and inline, which are no level themselves', () => {
  const inFragments = (depth: number) =>
    Array.from({ length: depth }, (_, level) => {
      const within = level === depth - 1 ? 'id' : `customer { nextBestOffer(placement: "p") { ...F${level + 1} } }`;
      return `fragment F${level} on Decision { ... on Decision { ${within} } }`;
    }).join(' ');
  const query = (depth: number) => `{ decision(id: "d") { ...F0 } } ${inFragments(depth)}`;
  expect(problems(query(8))).toEqual([]);
  expect(problems(query(9))).toEqual(['An operation nests at most 16 fields in each other; this one nests 18.']);
});

it('measures fragments that double each other as fast as any others', () => {
  const levels = Array.from({ length: 60 }, (_, level) => {
    const next = level === 59 ? 'id' : `...F${level + 1}`;
    return `fragment F${level} on Decision { customer { a: nextBestOffer(placement: "p") { ${next} } b: nextBestOffer(placement: "p") { ${next} } } }`;
  });
  const started = performance.now();
  expect(problems(`{ decision(id: "d") { ...F0 } } ${levels.join(' ')}`)).toContain(
    'An operation nests at most 16 fields in each other; this one nests 122.',
  );
  expect(performance.now() - started).toBeLessThan(2000);
});

it('comes to an end with fragments within themselves, which another rule refuses', () => {
  const circle = 'fragment F on Decision { customer { nextBestOffer(placement: "p") { ...F } } }';
  expect(problems(`{ decision(id: "d") { ...F ...Missing } } ${circle}`)).toContain(
    'Cannot spread fragment "F" within itself.',
  );
});

it('admits introspection as tools send it', () => {
  expect(problems(getIntrospectionQuery())).toEqual([]);
  const options = { descriptions: true, inputValueDeprecation: true, schemaDescription: true, oneOf: true };
  expect(problems(getIntrospectionQuery({ ...options, specifiedByUrl: true, directiveIsRepeatable: true }))).toEqual(
    [],
  );
});

it('is kept by a server that is given the rule', async () => {
  const { post } = await start({ validationRules: [limitDepth] });
  const query = (depth: number) => `{ ${'nested { '.repeat(depth - 1)} name ${'}'.repeat(depth)}`;
  expect((await post({ query: query(16) })).json.errors).toBeUndefined();
  expect((await post({ query: query(17) })).json.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
});
