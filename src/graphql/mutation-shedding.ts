// Mutations when more is under way than can be done in time: turned away before they begin, to be sent again.
import type { GraphQLError } from 'graphql';
import type { Operations } from './operations.ts';

/** Who is let in, by the context of an operation. */
export interface MutationShedding {
  enter(context: object): boolean;
  leave(context: object): void;
  isFull(): boolean;
  /** What those are told who are not let in. */
  refusal(): GraphQLError;
}

/** The same operations; mutations that are not let in are answered with the refusal, and nothing of them is executed. */
export function shedMutations(operations: Operations, shedding: MutationShedding | undefined): Operations {
  if (!shedding) return operations;
  const { enter, leave, isFull, refusal } = shedding;
  return {
    ...operations,
    excess: (operation, context) =>
      operation.kind === 'mutation' && isFull() ? refusal() : operations.excess(operation, context),
    execute(operation, context) {
      if (operation.kind !== 'mutation') return operations.execute(operation, context);
      if (!enter(context)) return { errors: [refusal()] };
      const result = operations.execute(operation, context);
      if (result instanceof Promise) return result.finally(() => leave(context));
      leave(context);
      return result;
    },
  };
}
