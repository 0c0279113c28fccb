// Variables and arguments become what graphql-js makes of them, whatever was sent.
import {
  buildSchema,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { expect, it } from 'vitest';
import { argumentsOf, variablesOf } from '../../src/graphql/input-values.ts';
import { type Random, seededRandom } from '../projections/random.ts';

const schema = buildSchema(`
  scalar Anything
  enum Kind { RED GREEN }
  input Box { text: String! = "in a box" number: Int list: [ID!] inner: Box must: Float! kinds: [[Kind]] }
  input Plain { a: Boolean! b: Anything }
  input One @oneOf { a: Int b: String }
  type Query {
    field(id: ID!, text: String = "x", box: Box, plain: Plain!, list: [Int!]! = [1], one: One, kind: Kind, any: Anything): Int
  }
`);
const text = `query (
    $id: ID!, $text: String = "y", $box: Box = { must: 1 }, $plain: Plain!, $list: [Int!]! = [2], $one: One, $kind: Kind, $any: Anything
  ) { field(id: $id, text: $text, box: $box, plain: $plain, list: $list, one: $one, kind: $kind, any: $any) }`;
const operation = parse(text).definitions[0] as OperationDefinitionNode;
const leaves = ['text', '', 'RED', 7, 7.5, -1, 2 ** 40, true, false, null, undefined, Number.NaN];
const names = ['text', 'number', 'list', 'inner', 'must', 'kinds', 'a', 'b', '__proto__', 'toString', 'nothing'];

function randomValue(random: Random, depth = 0): unknown {
  const kind = random.share();
  if (kind < 0.5 || depth > 3) return random.oneOf(leaves);
  if (kind < 0.65) return Array.from({ length: random.below(3) }, () => randomValue(random, depth + 1));
  const chosen = names.filter(() => random.share() < 0.3);
  return Object.fromEntries(chosen.map((name) => [name, randomValue(random, depth + 1)]));
}

/** Values of which most are good, with now and then something else in their midst. */
function randomVariables(random: Random): Record<string, unknown> {
  const box = {
    must: 1.5,
    number: 3,
    list: ['a', 7],
    kinds: [['RED', null], 'GREEN'],
    inner: { must: 2, text: 'deep' },
  };
  const good = {
    id: 'a',
    text: 'b',
    box,
    plain: { a: true, b: { any: [1] } },
    list: [1, 2],
    one: { a: 1 },
    kind: 'GREEN',
    any: 'c',
  };
  const entries = Object.entries(good).filter(() => random.share() < 0.9);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (random.share() < 0.7) return [name, value];
      if (name !== 'box' || random.share() < 0.5) return [name, randomValue(random)];
      return [name, { ...box, [random.oneOf(names)]: randomValue(random) }];
    }),
  );
}

it('in ten thousand sets of variables, good and bad', () => {
  const random = seededRandom(3);
  const coerce = variablesOf(schema, operation);
  const field = schema.getQueryType()?.getFields().field;
  if (!field) throw new Error('the schema has no such field');
  const node = operation.selectionSet.selections[0] as FieldNode;
  const take = argumentsOf(field, node);
  let good = 0;
  for (let round = 0; round < 10_000; round++) {
    const given = randomVariables(random);
    const expected = getVariableValues(schema, operation.variableDefinitions ?? [], given, { maxErrors: 50 });
    const actual = coerce(given);
    expect(actual).toEqual(expected);
    if (!expected.coerced) continue;
    good += 1;
    expect(Object.entries(actual.coerced ?? {})).toEqual(Object.entries(expected.coerced));
    const judged = outcome(() => getArgumentValues(field, node, expected.coerced));
    expect(outcome(() => take(expected.coerced))).toEqual(judged);
  }
  expect(good).toBeGreaterThan(1000);
  expect(good).toBeLessThan(9000);
});

it.each<[string, string]>([
  ['query ($constructor: Anything, $toString: Anything) { bare(one: $constructor, other: $toString) }', '{}'],
  ['query ($__proto__: Anything) { bare(one: $__proto__) }', '{"__proto__":"given"}'],
  ['query ($__proto__: Anything) { bare(one: $__proto__) }', '{}'],
  ['query ($__proto__: Anything, $a: Anything) { bare(one: $__proto__, other: $a) }', '{"__proto__":{"a":1}}'],
])('variables may have the names of what every object has: %s of %s', (query, variables) => {
  const schema = buildSchema('scalar Anything type Query { bare(one: Anything, other: Anything): Int }');
  const operation = parse(query).definitions[0] as OperationDefinitionNode;
  const { coerced: expected = {} } = getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    JSON.parse(variables),
  );
  const { coerced = {} } = variablesOf(schema, operation)(JSON.parse(variables));
  expect(Object.entries(coerced)).toEqual(Object.entries(expected));
  const field = schema.getQueryType()?.getFields().bare;
  if (!field) throw new Error('the schema has no such field');
  const node = operation.selectionSet.selections[0] as FieldNode;
  const values = argumentsOf(field, node)(coerced);
  expect(Object.entries(values)).toEqual(Object.entries(getArgumentValues(field, node, expected)));
});

function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return String(error);
  }
}
