// Kairos is a part of larger graphs: every composer takes it, beside a shop that owns the customers and the products.
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  graphqlSync,
  Kind,
  type NamedTypeNode,
  parse,
  print,
  type TypeNode,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { buildSchema } from '../src/graphql/schema.ts';
import { type Compose, composers, type Subgraph, shopText } from './gateways/composers.ts';
import { operations } from './gateways/operations.ts';
import { schemaText } from './running-kairos.ts';

const shop: Subgraph = { name: 'shop', url: 'http://shop.example/graphql', sdl: shopText };
const kairos = (sdl: string): Subgraph => ({ name: 'kairos', url: 'http://kairos.example/graphql', sdl });

const answer = graphqlSync({ schema: buildSchema(), source: '{ _service { sdl } }' });

describe.each(Object.entries(composers) as [string, Compose][])('%s', (_, compose) => {
  it('composes Kairos with the shop, and has nothing to remark', () => {
    const { supergraph, hints } = compose([kairos(schemaText), shop]);
    expect(supergraph).toContain('nextBestOffer');
    expect(hints).toEqual([]);
  });

  it.each(Object.entries(operations))('gives clients a graph in which they can ask %s', (__, operation) => {
    const { client } = compose([kairos(schemaText), shop]);
    expect(validate(client, parse(operation))).toEqual([]);
  });

  it('keeps the state of the service from clients of the graph', () => {
    const { client } = compose([kairos(schemaText), shop]);
    expect(client.getQueryType()?.getFields()).not.toHaveProperty('readModels');
  });

  it('finds a value type that others mean otherwise, and a field that only one may have', () => {
    const otherMoney = shopText.replace('amount: Int!', 'amount: String!');
    expect(() => compose([kairos(schemaText), { ...shop, sdl: otherMoney }])).toThrow('Money.amount');
    const taken = shopText.replace('type Customer @key(fields: "id") {', '$& timeZone: String!');
    expect(() => compose([kairos(schemaText), { ...shop, sdl: taken }])).toThrow('timeZone');
  });
});

it('serves its schema as it is written', () => {
  expect(answer.data).toEqual({ _service: { sdl: schemaText } });
});

interface Field {
  readonly name: string;
  readonly type: string;
  readonly isList: boolean;
  readonly directives: readonly ConstDirectiveNode[];
}

const fields: readonly Field[] = parse(schemaText).definitions.flatMap((definition) =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION
    ? (definition.fields ?? []).map((field) => ({
        name: `${definition.name.value}.${field.name.value}`,
        type: namedType(field).name.value,
        isList: print(field.type).startsWith('['),
        directives: field.directives ?? [],
      }))
    : [],
);

function namedType({ type }: FieldDefinitionNode): NamedTypeNode {
  let inner: TypeNode = type;
  while (inner.kind !== Kind.NAMED_TYPE) inner = inner.type;
  return inner;
}

const having = (directive: string, argument = '') =>
  fields
    .filter(({ directives }) =>
      directives.some((each) => each.name.value === directive && print(each).includes(argument)),
    )
    .map(({ name }) => name);

describe('a router is told', () => {
  it('how long to take every list for', () => {
    const sized = new Set(having('listSize'));
    // The lists of connections: their fields say which argument asks for how many.
    const connections = fields.filter(({ name }) => sized.has(name)).map(({ type }) => `${type}.edges`);
    const unsized = fields.filter(({ name, isList }) => isList && !sized.has(name) && !connections.includes(name));
    expect(unsized.map(({ name }) => name)).toEqual([]);
  });

  it('that whatever computes a decision weighs more than a reading', () => {
    expect(having('cost')).toEqual([
      'Query.nextBestOffer',
      'Query.nextBestOffers',
      'Query.explainDecision',
      'Query.simulateOffer',
      'Customer.nextBestOffer',
    ]);
  });

  it('which fields are for those who run offers and placements, and which for agents', () => {
    const aboutOffers = fields
      .map(({ name }) => name)
      .filter((name) => /^Mutation\..*(Offer|Placement)$/.test(name) && name !== 'Mutation.respondToOffer');
    expect(having('tag', '"admin"')).toEqual(expect.arrayContaining(aboutOffers));
    const aboutCalls = fields
      .map(({ name }) => name)
      .filter((name) => /^(Query|Mutation|Subscription)\..*([iI]nteraction|screenPop|respondToOffer)$/.test(name));
    expect(having('tag', '"agent"')).toEqual(aboutCalls);
  });
});
