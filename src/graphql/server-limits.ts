// What a server allows its callers, where that is for its operator to say.
import type { MutationRate } from './mutation-rate.ts';
import type { MutationShedding } from './mutation-shedding.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import type { WrittenAnswers } from './written-answers.ts';

export interface ServerLimits {
  /** The only operations that are run; absent: any. */
  readonly persisted?: PersistedOperations | undefined;
  /** Errors are told without the names of the schema that are like those asked for. */
  readonly hideSuggestions?: boolean;
  /** Absent: as many as they like. */
  readonly mutationRate?: MutationRate | undefined;
  /** Absent: all are let in. */
  readonly shedding?: MutationShedding | undefined;
  /** What they are answered who are turned away, where others were before; absent: each is answered anew. */
  readonly written?: WrittenAnswers | undefined;
  /** Of one address at a time; 5,000. */
  readonly connectionsPerAddress?: number;
}

export const defaultConnectionsPerAddress = 5000;
