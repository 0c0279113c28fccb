// The port by which operations become parts of a trace: the server says when one is run, and knows nothing of traces itself.
import type { ExecutionResult, OperationDefinitionNode } from 'graphql';

export interface OperationTracing {
  /**
   * Of a query or mutation, or of the answer to an event of a subscription, which may be of a trace of its own. Undefined: nobody looks
   * at this one.
   */
  begin(definition: OperationDefinitionNode, context: object, event?: unknown): TracedOperation | undefined;
}

export interface TracedOperation {
  /** For the resolvers, instead of the one that it was begun with. */
  readonly context: object;
  run<Result>(work: () => Result): Result;
  end(result: ExecutionResult): void;
}
