// Mutations when more is under way than can be done in time: turned away before they begin, to be sent again.
import type { GraphQLError } from 'graphql';
import type { Kairos } from '../application/kairos.ts';
import type { Context } from './context.ts';
import { overloaded } from './foreseen.ts';
import type { Operations, PreparedOperation } from './operations.ts';

/** Who is let in, by the context of an operation. */
export interface MutationShedding {
  enter(context: object): boolean;
  leave(context: object): void;
  isFull(): boolean;
  /** Told of the fields of one that is not let in; what its caller is told. */
  refusal(fields: readonly string[]): GraphQLError;
}

/** Lets in what the engine has room for; who is turned away is counted with all other mutations. */
export function mutationShedding({ admission, observations }: Kairos): MutationShedding {
  const operationOf = (context: object) => (context as Context).command;
  return {
    enter: (context) => admission.enterOrFail(operationOf(context)),
    leave: (context) => admission.leave(operationOf(context)),
    isFull: admission.isFull,
    refusal(fields) {
      for (const field of fields) observations.mutated(field, 'OVERLOADED');
      return overloaded();
    },
  };
}

/** The same operations; mutations that are not let in are answered with the refusal, and nothing of them is executed. */
export function shedMutations(operations: Operations, shedding: MutationShedding | undefined): Operations {
  if (!shedding) return operations;
  const { enter, leave, isFull, refusal } = shedding;
  return {
    ...operations,
    excess: (operation, context) =>
      operation.kind === 'mutation' && isFull() ? refusal(fieldsOf(operation)) : operations.excess(operation, context),
    execute(operation, context) {
      if (operation.kind !== 'mutation') return operations.execute(operation, context);
      if (!enter(context)) return { errors: [refusal(fieldsOf(operation))] };
      const result = operations.execute(operation, context);
      if (result instanceof Promise) return result.finally(() => leave(context));
      leave(context);
      return result;
    },
  };
}

/** Those that would be executed: none where the values of its variables are wrong. */
function fieldsOf({ planned, variables: { coerced } }: PreparedOperation): readonly string[] {
  const fields = coerced && planned.plan(coerced).root()?.fields;
  return fields?.map(({ definition }) => definition.name) ?? [];
}
