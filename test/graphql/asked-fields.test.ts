// What an operation asks for, by its text: fragments, conditions and other operations of the document included or not.
import { buildSchema, type FragmentDefinitionNode, getOperationAST, Kind, parse } from 'graphql';
import { expect, it } from 'vitest';
import { askedFields } from '../../src/graphql/asked-fields.ts';

const schema = buildSchema(`
  type Query { one: One any: Any named: Named }
  type Mutation { write: One }
  union Any = One | Two
  interface Named { name: String }
  type One implements Named { name: String one: One two: Two }
  type Two implements Named { name: String }
`);

function askedBy(text: string, operationName?: string, conditions = {}): string[] {
  const document = parse(text);
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('no operation');
  const fragments = Object.fromEntries(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );
  return askedFields(schema, operation, fragments, conditions).map(({ name }) => name);
}

it.each<[string, string, string[]]>([
  ['fields under other names', '{ x: one { y: name } }', ['Query.one', 'One.name']],
  ['a field twice', '{ one { name } b: one { name } }', ['Query.one', 'One.name']],
  ['fields in fragments', '{ ...f } fragment f on Query { one { ... on One { name } } }', ['Query.one', 'One.name']],
  ['members of a union', '{ any { ... on Two { name } } }', ['Query.any', 'Two.name']],
  ['fields of an interface', '{ named { name } }', ['Query.named', 'One.name', 'Two.name']],
  ['introspection', '{ __schema { types { name } } __type(name: "One") { name } }', ['Query.__schema', 'Query.__type']],
  ['nothing but names', '{ __typename one { __typename } }', ['Query.one']],
  ['a mutation', 'mutation { write { two { name } } }', ['Mutation.write', 'One.two', 'Two.name']],
  ['what is never included', '{ one @include(if: false) { name } any @skip(if: true) { __typename } }', []],
  [
    'both sides of contradicting conditions',
    '{ one { name @include(if: true) @skip(if: true) two @skip(if: false) { name } } }',
    ['Query.one', 'One.two', 'Two.name'],
  ],
])('%s', (_, text, expected) => {
  expect(askedBy(text)).toEqual(expected);
});

it('conditions are as the variables say', () => {
  const text = 'query ($all: Boolean!) { one { name @include(if: $all) two @skip(if: $all) { name } } }';
  expect(askedBy(text, undefined, { all: true })).toEqual(['Query.one', 'One.name']);
  expect(askedBy(text, undefined, { all: false })).toEqual(['Query.one', 'One.two', 'Two.name']);
});

it('other operations of the document ask for themselves', () => {
  const text = 'query a { one { name } } mutation b { write { name } }';
  expect(askedBy(text, 'a')).toEqual(['Query.one', 'One.name']);
  expect(askedBy(text, 'b')).toEqual(['Mutation.write', 'One.name']);
});

it('fragments that double at each level are read once each', () => {
  const levels = Array.from({ length: 200 }, (_, level) => {
    const inner = level === 199 ? 'name' : `a: one { ...f${level + 1} } b: one { ...f${level + 1} }`;
    return `fragment f${level} on One { ${inner} }`;
  });
  expect(askedBy(`{ one { ...f0 } } ${levels.join(' ')}`)).toEqual(['Query.one', 'One.one', 'One.name']);
});
