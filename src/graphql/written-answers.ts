// Answers that are the same for others: written once, and sent to all of them, with nothing executed.
import type { PreparedOperation } from './operations.ts';

export interface WrittenAnswers {
  /** The body for a caller who may run the operation; undefined: it has to be executed. */
  find(operation: PreparedOperation, context: object): string | undefined;
  /** Told of what was answered, without errors, to an operation that was executed with a context. */
  keep(operation: PreparedOperation, context: object, body: string): void;
}
