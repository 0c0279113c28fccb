// The three composers that make one supergraph of Kairos and the shop, asked and answering in one form.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices as composeByApollo } from '@apollo/composition';
import { composeServices as composeByGuild, transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import { federateSubgraphs, ROUTER_COMPATIBILITY_VERSION_ONE } from '@wundergraph/composition';
import { buildASTSchema, type GraphQLSchema, parse, print } from 'graphql';

export interface Subgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
}

export interface Composed {
  /** As the composer's own routers take it. */
  readonly supergraph: string;
  /** What clients see of it. */
  readonly client: GraphQLSchema;
  /** What the composer has to say though it composed, with its code in front. */
  readonly hints: readonly string[];
}

/** @throws Error with all that keeps the subgraphs from composing. */
export type Compose = (subgraphs: readonly Subgraph[]) => Composed;

export const shopText = readFileSync(join(import.meta.dirname, 'shop.graphql'), 'utf8');

export const composers = {
  '@apollo/composition'(subgraphs) {
    const { errors, supergraphSdl, hints } = composeByApollo(subgraphs.map(service));
    if (errors) throw refused(errors);
    return {
      supergraph: supergraphSdl,
      client: clientSchema(supergraphSdl),
      hints: hints.map(({ definition, message }) => `${definition.code}: ${message}`),
    };
  },
  // It has no hints: what composes there composes.
  '@theguild/federation-composition'(subgraphs) {
    const { errors, supergraphSdl } = composeByGuild(subgraphs.map(service));
    if (errors) throw refused(errors);
    return { supergraph: supergraphSdl, client: clientSchema(supergraphSdl), hints: [] };
  },
  '@wundergraph/composition'(subgraphs) {
    const federated = federateSubgraphs({
      subgraphs: subgraphs.map(({ name, url, sdl }) => ({ name, url, definitions: parse(sdl) })),
      version: ROUTER_COMPATIBILITY_VERSION_ONE,
    });
    if (!federated.success) throw refused(federated.errors);
    return {
      supergraph: print(federated.federatedGraphAST),
      client: federated.federatedGraphClientSchema,
      hints: federated.warnings.map(({ message }) => message),
    };
  },
} satisfies Record<string, Compose>;

function service({ name, url, sdl }: Subgraph) {
  return { name, url, typeDefs: parse(sdl) };
}

function clientSchema(supergraph: string): GraphQLSchema {
  return buildASTSchema(transformSupergraphToPublicSchema(parse(supergraph)));
}

function refused(errors: readonly Error[]): Error {
  return new Error(errors.map(({ message }) => message).join('\n'));
}
