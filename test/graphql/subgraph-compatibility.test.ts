// What a federation may ask of any subgraph, asked of the server with a schema of products that is none of Kairos'.
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Trace } from '@apollo/usage-reporting-protobuf';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { fail } from '../../src/graphql/errors.ts';
import type { Guard } from '../../src/graphql/guard.ts';
import { start } from './running-server.ts';

const typeDefs = `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.9"
      import: ["@composeDirective", "@extends", "@external", "@inaccessible", "@interfaceObject", "@key", "@override", "@provides", "@requires", "@shareable", "@tag"]
    )
    @link(url: "https://shop.example/custom/v1.0", import: ["@custom"])
    @composeDirective(name: "@custom")

  directive @custom on OBJECT

  type Query {
    product(id: ID!): Product
    failing: String
  }
  type Product @custom @key(fields: "id") @key(fields: "sku package") @key(fields: "sku variation { id }") {
    id: ID!
    sku: String
    package: String
    variation: Variation
    dimensions: Dimension
    createdBy: User @provides(fields: "totalProductsCreated")
    notes: String @tag(name: "internal")
    research: [Study!]!
  }
  type Variation { id: ID! }
  type Study @shareable { number: ID! description: String }
  type Dimension @shareable { size: String weight: Float unit: String @inaccessible }
  type User @key(fields: "email") @extends {
    averageProductsCreatedPerYear: Int @requires(fields: "totalProductsCreated yearsOfEmployment")
    email: ID! @external
    name: String @override(from: "users")
    totalProductsCreated: Int @external
    yearsOfEmployment: Int! @external
  }
  type Inventory @interfaceObject @key(fields: "id") { id: ID! deprecatedProducts: [Product!]! }
`;

const products = [
  { id: 'federation', sku: 'federation', package: '@shop/federation', variation: { id: 'OSS' }, notes: 'kept' },
  { id: 'studio', sku: 'studio', package: '', variation: { id: 'platform' }, notes: 'kept' },
];
const whole = {
  dimensions: { size: 'small', weight: 1, unit: 'kg' },
  createdBy: { email: 'support@shop.example', totalProductsCreated: 1337, yearsOfEmployment: 10 },
  research: [{ number: '1234', description: 'A study.' }],
};

interface Reference {
  readonly id?: string;
  readonly sku?: string;
  readonly package?: string;
  readonly variation?: { readonly id: string };
}

const productOf = async (reference: Reference) => {
  const found = products.find(
    ({ id, sku, package: box, variation }) =>
      reference.id === id ||
      (reference.sku === sku && (reference.package === box || reference.variation?.id === variation.id)),
  );
  return found ? { __typename: 'Product', ...found, ...whole } : null;
};

const resolvers = {
  Query: {
    product: (_: unknown, { id }: { id: string }) => productOf({ id }),
    failing: () => {
      throw new Error('the table at /srv/products is gone');
    },
  },
  Product: { __resolveReference: productOf },
  User: {
    __resolveReference: async ({ email, ...required }: { email: string }) =>
      email === whole.createdBy.email ? { __typename: 'User', email, ...required, name: 'Jane' } : null,
    averageProductsCreatedPerYear: (user: { totalProductsCreated?: number; yearsOfEmployment: number }) =>
      user.totalProductsCreated === undefined ? null : Math.round(user.totalProductsCreated / user.yearsOfEmployment),
  },
  Inventory: { __resolveReference: async ({ id }: { id: string }) => ({ id, deprecatedProducts: [] }) },
};

const productsSchema = () => buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]);
const subgraph = (own: { readonly guard?: Guard } = {}) => start({ schema: productsSchema(), ...own });

async function entities(representations: readonly object[], selection: string) {
  const { post } = await subgraph();
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ${selection} } }`;
  return (await post({ query, variables: { of: representations } })).json;
}

describe('the SDL', () => {
  test.each([
    ['@link', /@link\([^)]*url: "https:\/\/specs\.apollo\.dev\/federation\/v2\.9"/],
    ['@shareable', /type Dimension @shareable/],
    ['@tag', /notes: String @tag\(name: "internal"\)/],
    ['@inaccessible', /unit: String @inaccessible/],
    ['@override', /name: String @override\(from: "users"\)/],
    ['@requires', /@requires\(fields: "totalProductsCreated yearsOfEmployment"\)/],
    ['@provides', /createdBy: User @provides\(fields: "totalProductsCreated"\)/],
    ['@interfaceObject', /type Inventory.*@interfaceObject/],
    ['@composeDirective', /@composeDirective\(name: "@custom"\)/],
    ['several @key', /@key\(fields: "id"\) @key\(fields: "sku package"\) @key\(fields: "sku variation \{ id \}"\)/],
  ])('has %s', async (_, pattern) => {
    const { post } = await subgraph();
    expect((await post({ query: '{ _service { sdl } }' })).json.data._service.sdl).toMatch(pattern);
  });
});

describe('_entities', () => {
  test.each([
    ['one field', { id: 'federation' }],
    ['several fields', { sku: 'federation', package: '@shop/federation' }],
    ['a nested field', { sku: 'federation', variation: { id: 'OSS' } }],
  ])('finds an entity by a key of %s', async (_, key) => {
    expect(await entities([{ __typename: 'Product', ...key }], '... on Product { id }')).toEqual({
      data: { _entities: [{ id: 'federation' }] },
    });
  });

  test('answers many of several types, in their order', async () => {
    const many = [
      { __typename: 'Product', id: 'studio' },
      { __typename: 'User', email: 'support@shop.example' },
      { __typename: 'Inventory', id: 'i1' },
      { __typename: 'Product', id: 'federation' },
    ];
    const selection =
      '__typename ... on Product { id } ... on User { name } ... on Inventory { deprecatedProducts { id } }';
    expect((await entities(many, selection)).data._entities).toEqual([
      { __typename: 'Product', id: 'studio' },
      { __typename: 'User', name: 'Jane' },
      { __typename: 'Inventory', deprecatedProducts: [] },
      { __typename: 'Product', id: 'federation' },
    ]);
  });

  test('is null for a key of nothing, without an error and without harm to its neighbours', async () => {
    const known = { __typename: 'Product', id: 'studio' };
    expect(await entities([{ __typename: 'Product', id: 'none' }, known], '... on Product { id }')).toEqual({
      data: { _entities: [null, { id: 'studio' }] },
    });
  });

  test.each([
    ['a type that is not there', { __typename: 'Nothing', id: '1' }],
    ['no type', { id: '1' }],
  ])('refuses %s, and says nothing about its insides', async (_, representation) => {
    const { errors } = await entities([representation], '__typename');
    expect(errors).toHaveLength(1);
    expect(JSON.stringify(errors)).not.toMatch(/node_modules|stack/);
  });

  test('gives resolvers the fields that they require of others', async () => {
    const required = { email: 'support@shop.example', totalProductsCreated: 1337, yearsOfEmployment: 10 };
    const { data } = await entities(
      [{ __typename: 'User', ...required }],
      '... on User { averageProductsCreatedPerYear }',
    );
    expect(data._entities).toEqual([{ averageProductsCreatedPerYear: 134 }]);
  });

  test('does not echo fields that a representation brings along where the reference is resolved', async () => {
    const forged = { __typename: 'Product', id: 'studio', notes: 'forged', sku: 'forged' };
    expect((await entities([forged], '... on Product { notes sku }')).data._entities).toEqual([
      { notes: 'kept', sku: 'studio' },
    ]);
  });
});

describe('a trace', () => {
  const traced = { 'apollo-federation-include-trace': 'ftv1' };
  const traceIn = ({ extensions }: { extensions: { ftv1: string } }) =>
    Trace.decode(Buffer.from(extensions.ftv1, 'base64'));

  test('comes with the answer when it is asked for, of every field that was resolved', async () => {
    const { post } = await subgraph();
    const query = '{ product(id: "studio") { sku createdBy { email } } }';
    const plain = await post({ query });
    expect(plain.json.extensions).toBeUndefined();
    const { json, headers } = await post({ query }, traced);
    expect(json.data).toEqual(plain.json.data);
    expect(headers.get('content-type')).toBe(plain.headers.get('content-type'));
    const [product] = traceIn(json).root?.child ?? [];
    expect(product).toMatchObject({ responseName: 'product', type: 'Product', parentType: 'Query' });
    expect(product?.child?.map(({ responseName }) => responseName)).toEqual(['sku', 'createdBy']);
    expect(Number(product?.endTime)).toBeGreaterThan(0);
  });

  test('comes with entities', async () => {
    const { post } = await subgraph();
    const query = 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Product { sku } } }';
    const { json } = await post({ query, variables: { of: [{ __typename: 'Product', id: 'studio' }] } }, traced);
    expect(json.data._entities).toEqual([{ sku: 'studio' }]);
    expect(traceIn(json).root?.child?.[0]?.child?.[0]?.child?.[0]).toMatchObject({ responseName: 'sku' });
  });

  test('tells of errors no more than the answer does', async () => {
    const { post } = await subgraph();
    const { json } = await post({ query: '{ failing }' }, traced);
    expect(json.errors[0].extensions.code).toBe('INTERNAL');
    const [failing] = traceIn(json).root?.child ?? [];
    expect(failing?.error).toHaveLength(1);
    expect(JSON.stringify(failing)).not.toContain('/srv');
  });

  test('is not made of what the caller may not run', async () => {
    const refused = () => fail('FORBIDDEN', 'Not for you.');
    const guard = { refusalOf: () => refused, listen: () => ({ endsAt: 0, ending: refused, end() {} }) };
    const { post } = await subgraph({ guard });
    const { status, json } = await post({ query: '{ product(id: "studio") { sku } }' }, traced);
    expect(status).toBe(403);
    expect(json).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(json.data ?? null).toBeNull();
  });

  test('of one request leaves those that follow as they were, and the schema too', async () => {
    const schema = productsSchema();
    const resolve = () => schema.getQueryType()?.getFields().failing?.resolve;
    const before = resolve();
    const { post } = await start({ schema });
    const query = '{ product(id: "studio") { sku dimensions { size } } }';
    const plain = await post({ query });
    expect((await post({ query }, traced)).json.extensions).toBeDefined();
    expect((await post({ query })).json).toEqual(plain.json);
    expect((await post({ query }, { 'apollo-federation-include-trace': 'ftv2' })).json).toEqual(plain.json);
    expect(resolve()).toBe(before);
  });
});
