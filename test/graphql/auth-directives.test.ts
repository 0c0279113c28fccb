// The table of authorization as directives for gateways: by a switch, on every field that needs a role, and so that it composes.
import { composeServices } from '@apollo/composition';
import { composeServices as composeByGuild } from '@theguild/federation-composition';
import { federateSubgraphs } from '@wundergraph/composition';
import { type GraphQLSchema, graphqlSync, parse } from 'graphql';
import { expect, it } from 'vitest';
import { namesOf, rulesOfFields } from '../../src/graphql/authorization.ts';
import { roleNames } from '../../src/graphql/roles.ts';
import { buildSchema } from '../../src/graphql/schema.ts';

function sdlOf(schema: GraphQLSchema): string {
  const contextValue = { identity: {} };
  const { data } = graphqlSync({ schema, source: '{ _service { sdl } }', contextValue });
  return (data as unknown as { _service: { sdl: string } })._service.sdl;
}
const sdl = sdlOf(buildSchema(true));
const second = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { me: Customer } type Customer @key(fields: "id") { id: ID! name: String } type Product @key(fields: "sku") { sku: ID! }`;

it('is not in the SDL unless it is asked for', () => {
  expect(sdlOf(buildSchema())).not.toMatch(/@authenticated|@requiresScopes/);
});

it('says of every field with a rule which roles may ask for it, one of them', () => {
  const published = new Map<string, unknown>();
  for (const definition of parse(sdl).definitions) {
    if (definition.kind !== 'ObjectTypeDefinition') continue;
    for (const { name, directives = [] } of definition.fields ?? []) {
      const [directive] = directives.filter(({ name: { value } }) => /^(authenticated|requiresScopes)$/.test(value));
      const scopes = directive?.arguments?.[0]?.value;
      if (directive) published.set(`${definition.name.value}.${name.value}`, scopes ? literal(scopes) : roleNames);
    }
  }
  const expected = [...rulesOfFields].flatMap(([name, rule]) => {
    if (rule.kind !== 'ROLES' || /^Query\._/.test(name)) return [];
    const names = namesOf(rule.roles);
    return [[name, names.length === roleNames.length ? roleNames : names.map((role) => [role])]] as const;
  });
  expect(Object.fromEntries(published)).toEqual(Object.fromEntries(expected));
});

it.each<[string, () => unknown]>([
  [
    '@apollo/composition',
    () =>
      composeServices([
        { name: 'kairos', url: 'http://kairos', typeDefs: parse(sdl) },
        { name: 'second', url: 'http://second', typeDefs: parse(second) },
      ]).errors,
  ],
  [
    '@theguild/federation-composition',
    () =>
      composeByGuild([
        { name: 'kairos', url: 'http://kairos', typeDefs: parse(sdl) },
        { name: 'second', url: 'http://second', typeDefs: parse(second) },
      ]).errors,
  ],
  [
    '@wundergraph/composition',
    () => {
      const subgraphs = [
        { name: 'kairos', url: 'http://kairos', definitions: parse(sdl) },
        { name: 'second', url: 'http://second', definitions: parse(second) },
      ];
      const result = federateSubgraphs({ subgraphs, version: '1' } as never);
      return result.success ? undefined : result.errors;
    },
  ],
])('composes under %s', (_, compose) => {
  expect(compose()).toBeUndefined();
});

function literal(value: unknown): unknown {
  const node = value as { kind: string; values?: unknown[]; value?: string };
  return node.kind === 'ListValue' ? node.values?.map(literal) : node.value;
}
