// `_entities`, with an answer for each representation: what is wrong with one is the error of that one.
import type { GraphQLError, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { z } from 'zod';
import { decisionId, id } from '../aggregates/values.ts';
import { entityRules, forbidden, isAllowed } from './authorization.ts';
import type { Context } from './context.ts';
import { fail } from './errors.ts';

/** As many as one operation may ask decisions for. */
const representationLimit = 1000;

/** The types that are resolved by a reference, and the rule of their `id`. */
const entityIds: Readonly<Record<string, z.ZodType>> = { Customer: id, Decision: decisionId, Offer: id };

type Resolver = GraphQLFieldResolver<unknown, Context, { representations: readonly unknown[] }>;

/**
 * Puts a check of each representation before the resolver that the subgraph library built: there, the first bad one sinks all.
 * The good ones still reach it together, so that they are read together.
 */
export function checkRepresentations(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const resolveAll = field?.resolve as Resolver | undefined;
  if (!field || !resolveAll) throw new Error('the schema has no _entities');
  const resolve: Resolver = (source, { representations }, context, info) => {
    if (representations.length > representationLimit) {
      throw fail('BAD_USER_INPUT', `representations must be at most ${representationLimit}`, {
        field: 'representations',
      });
    }
    const problems = representations.map((representation, index) => problemOf(representation, index, context));
    const good = representations.filter((_, index) => problems[index] === undefined);
    const entities = (resolveAll(source, { representations: good }, context, info) as unknown[]).values();
    // An error in a list is the error of its place.
    return problems.map((problem) => problem ?? entities.next().value);
  };
  field.resolve = resolve as GraphQLFieldResolver<unknown, unknown>;
}

function problemOf(representation: unknown, index: number, { identity }: Context): GraphQLError | undefined {
  const wrong = (path: readonly string[], rule: string) => {
    const at = ['representations', index, ...path].join('.');
    return fail('BAD_USER_INPUT', `${at} ${rule}`, { field: at });
  };
  if (typeof representation !== 'object' || representation === null) return wrong([], 'must be an object');
  const { __typename, id: key } = representation as Record<string, unknown>;
  if (typeof __typename !== 'string' || !Object.hasOwn(entityIds, __typename)) {
    return wrong(['__typename'], `must be one of ${Object.keys(entityIds).join(', ')}`);
  }
  const rule = entityRules[__typename];
  if (!rule) throw new Error(`the entity ${__typename} has no rule in the table of authorization`);
  if (!isAllowed(rule, identity)) return forbidden(`_entities of ${__typename}`, rule);
  const issue = entityIds[__typename]?.safeParse(key).error?.issues[0];
  return issue && wrong(['id'], typeof key === 'string' ? issue.message : 'must be a string');
}
