// What conditions see: the facts of a customer and a moment, as they are.
import type { DecisionRequest } from './decision-request.ts';
import type { CustomerFacts } from './facts.ts';

/** The facts of one decision, and what conditions have found in them. It means something only to the language that made it. */
export interface Scope {
  readonly facts: CustomerFacts;
  readonly at: number;
  readonly context: Readonly<Record<string, unknown>>;
  /** What has been read, by slot: many conditions of one decision read the same. */
  readonly read: unknown[];
}

export type ScopeOf = (facts: CustomerFacts, request: Pick<DecisionRequest, 'at' | 'context'>) => Scope;

/** Hours or minutes since something that never happened. */
export const never = 1e9;
