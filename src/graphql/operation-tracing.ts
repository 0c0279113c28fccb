// The port by which operations become parts of a trace: the server says when one is run, and knows nothing of traces itself.
import type { ExecutionResult, OperationDefinitionNode } from 'graphql';

export interface OperationTracing {
  /**
   * Of a query or mutation, or of the answer to an event of a subscription, which may be of a trace of its own. Undefined: nobody looks
   * at this one. What it causes is of the trace by what this writes into the context.
   */
  begin(definition: OperationDefinitionNode, context: object, event?: unknown): TracedOperation | undefined;
}

export interface TracedOperation {
  run<Result>(work: () => Result): Result;
  end(result: ExecutionResult): void;
}
