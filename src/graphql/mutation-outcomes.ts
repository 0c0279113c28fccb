// How the fields of mutations end, told to whoever measures: done, failed, or refused with a reason.
import { defaultFieldResolver, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { Context } from './context.ts';

/** Puts the telling behind the resolvers of all mutations. */
export function observeMutations(schema: GraphQLSchema): void {
  const fields = schema.getMutationType()?.getFields() ?? {};
  for (const field of Object.values(fields) as GraphQLField<unknown, Context>[]) {
    const { name, resolve = defaultFieldResolver } = field;
    field.resolve = async (source, values, context, info) => {
      const { mutated } = context.kairos.observations;
      try {
        const answer: unknown = await resolve(source, values, context, info);
        for (const outcome of outcomesOf(answer)) mutated(name, outcome);
        return answer;
      } catch (error) {
        mutated(name, 'FAILED');
        throw error;
      }
    };
  }
}

interface Answered {
  readonly __typename?: string;
  readonly reason?: string;
  /** Of a batch: one for each item. */
  readonly results?: readonly Answered[];
}

function outcomesOf(answer: unknown): readonly string[] {
  const { __typename, reason, results } = (answer ?? {}) as Answered;
  if (results) return results.flatMap(outcomesOf);
  return [__typename === 'KairosRefused' && reason !== undefined ? reason : 'DONE'];
}
