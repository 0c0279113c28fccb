// Plans are made once for a document and its conditions, and never fill the memory.
import { buildSchema, type DocumentNode, parse } from 'graphql';
import { expect, it } from 'vitest';
import { createQueryPlans } from '../../src/graphql/query-plans.ts';

const schema = buildSchema('type Query { a: Int b: Int c: Query }');
const document = parse('query one ($if: Boolean!) { a @skip(if: $if) b } query other { a }');

it('a plan serves every run under the same conditions, and only those', () => {
  const plans = createQueryPlans(schema);
  const planOf = (document: DocumentNode, name: string, variables: object) =>
    plans.operationOf(document, name)?.plan({ ...variables });
  const plan = planOf(document, 'one', { if: true });
  expect(planOf(document, 'one', { if: true, more: 1 })).toBe(plan);
  expect(planOf(document, 'one', { if: false })).not.toBe(plan);
  expect(planOf(document, 'other', { if: true })).not.toBe(plan);
  expect(plan?.root()?.fields.map(({ name }) => name)).toEqual(['b']);
});

it('an operation that the document does not have has none, and neither has a nameless one of two', () => {
  const plans = createQueryPlans(schema);
  expect(plans.operationOf(document, 'third')).toBeUndefined();
  expect(plans.operationOf(document, null)).toBeUndefined();
  expect(plans.operationOf(document, undefined)).toBeUndefined();
});

it('where plans have too many fields together, all are forgotten and made again', () => {
  const plans = createQueryPlans(schema, 10);
  const known = plans.operationOf(document, 'other');
  known?.plan({}).root();
  expect(plans.operationOf(document, 'other')).toBe(known);
  const large = parse(`{ ${Array.from({ length: 10 }, (_, index) => `a${index}: a`).join(' ')} }`);
  expect(plans.operationOf(large, null)?.plan({}).root()?.fields).toHaveLength(10);
  expect(plans.operationOf(document, 'other')).not.toBe(known);
});

it('a variable that another operation looks at, whatever its value is here, makes no further plan', () => {
  const schema = buildSchema('scalar JSON type Query { a(json: JSON): Int }');
  const document = parse('query one($x: JSON) { a(json: $x) } query other($x: Boolean!) { a @skip(if: $x) }');
  const one = createQueryPlans(schema).operationOf(document, 'one');
  const plan = one?.plan({ x: 'a text' });
  expect(one?.plan({ x: 'another' })).toBe(plan);
  expect(one?.plan({ x: { toString: 1 } })).toBe(plan);
});

it('the conditions that a plan is for count as its fields do: thousands of plans without fields are forgotten too', () => {
  const names = Array.from({ length: 10 }, (_, index) => `v${index}`);
  const declared = names.map((name) => `$${name}: Boolean!`).join(' ');
  const fields = names.map((name) => `${name}: a @skip(if: $${name})`).join(' ');
  const document = parse(`query ($all: Boolean!, ${declared}) { ... @skip(if: $all) { ${fields} } }`);
  const plans = createQueryPlans(schema, 100);
  const known = plans.operationOf(document, null);
  for (let bits = 0; bits < 20; bits++) {
    const values = names.map((name, index) => [name, ((bits >> index) & 1) === 1]);
    known?.plan({ ...Object.fromEntries(values), all: true }).root();
  }
  expect(plans.operationOf(document, null)).not.toBe(known);
});
