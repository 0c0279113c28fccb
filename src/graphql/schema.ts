// The subgraph: schema.graphql with its resolvers.
import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isObjectType, parse, print } from 'graphql';
import { withAuthDirectives } from './auth-directives.ts';
import { checkRepresentations } from './entities.ts';
import type { Resolvers } from './generated.ts';
import { observeMutations } from './mutation-outcomes.ts';
import { redactFields } from './redaction.ts';
import { auditResolvers } from './resolvers/audit.ts';
import { customerResolvers } from './resolvers/customers.ts';
import { decisionResolvers } from './resolvers/decisions.ts';
import { engineResolvers } from './resolvers/engine.ts';
import { interactionResolvers } from './resolvers/interactions.ts';
import { modelResolvers } from './resolvers/models.ts';
import { offerResolvers } from './resolvers/offers.ts';
import { placementResolvers } from './resolvers/placements.ts';
import { recordResolvers } from './resolvers/records.ts';
import { dateTime, json } from './scalars.ts';

const bySubject: readonly Resolvers[] = [
  decisionResolvers,
  offerResolvers,
  placementResolvers,
  modelResolvers,
  customerResolvers,
  recordResolvers,
  interactionResolvers,
  engineResolvers,
  auditResolvers,
];

/**
 * @param authDirectives whether the SDL for gateways has the directives of authorization
 * @throws Error naming a resolver for a field that the schema does not have: the subgraph library would ignore it.
 */
export function buildSchema(authDirectives = false): GraphQLSchema {
  const written = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
  const text = authDirectives ? print(withAuthDirectives(parse(written))) : written;
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const subject of bySubject) {
    for (const [type, fields] of Object.entries(subject)) resolvers[type] = { ...resolvers[type], ...fields };
  }
  const schema = buildSubgraphSchema([
    { typeDefs: parse(text), resolvers: { ...resolvers, DateTime: dateTime, JSON: json } as never },
  ]);
  checkRepresentations(schema);
  serveSdl(schema, text);
  redactFields(schema);
  observeMutations(schema);
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    for (const field of Object.keys(fields)) {
      if (field.startsWith('__') || (isObjectType(type) && field in type.getFields())) continue;
      throw new Error(`there is a resolver for ${typeName}.${field}, which the schema does not have`);
    }
  }
  return schema;
}

// What the library would serve defines scalars of the federation too, and Cosmo takes them for our own: clients would see them.
function serveSdl(schema: GraphQLSchema, text: string): void {
  const service = schema.getType('_Service');
  const sdl = isObjectType(service) ? service.getFields().sdl : undefined;
  if (!sdl) throw new Error('the subgraph library no longer defines _Service.sdl');
  sdl.resolve = () => text;
}
