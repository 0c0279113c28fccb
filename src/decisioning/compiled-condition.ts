// A condition as decisions ask it: split at its `&&` into predicates, so that what many offers ask is found out once.
import type { Scope } from './scope.ts';

/** Met or not. What cannot be evaluated (an attribute is not known, a division by zero) is not met, with the cause in words. */
export type Outcome = true | false | { readonly missing: string };

export interface CompiledCondition {
  /** All of them are met exactly when the condition is; equal predicates of one language are the same object. At least one. */
  readonly predicates: readonly Predicate[];
  /** For people who want to know why. */
  outcome(scope: Scope): Outcome;
  /** Present for one that could not be compiled: it works, but is a hundred times slower. A catalogue should have none. */
  readonly evaluatedBy?: 'LIBRARY';
}

export interface Predicate {
  /** In a form that equal predicates share, however they were written. */
  readonly text: string;
  /** What cannot be evaluated does not hold. Throws nothing. */
  readonly holds: (scope: Scope) => boolean;
  /** What an evaluation costs, relative to reading one attribute. */
  readonly cost: number;
  /** Present when it compares one value of the scope with constants, and does nothing else. */
  readonly comparison?: Comparison;
  /** Present when it asks whether something of the scope has a constant, and does nothing else. */
  readonly membership?: Membership;
  readonly reads: Reads;
}

/** `subject operator constant`, for `in`: one of the constants. */
export interface Comparison {
  /** Comparisons of equal subject read the same value: `context.category`. */
  readonly subject: string;
  /** Undefined where it is not known. Whole numbers come as numbers. */
  readonly read: (scope: Scope) => string | number | boolean | undefined;
  readonly operator: '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in';
  /** One, but for `in`. Of the type of what is read. */
  readonly constants: readonly (string | number | boolean)[];
  /** It holds where the value is not known; without this no comparison does. */
  readonly orUnknown?: true;
}

/** `constant in subject`, of a list or the keys of a map. */
export interface Membership {
  /** Memberships of equal subject ask the same. */
  readonly subject: string;
  /** All that is in it; nothing where it is not known. */
  readonly items: (scope: Scope) => readonly unknown[];
  readonly constant: unknown;
}

/** Which facts an expression can look at: the others need not be kept to evaluate it again. */
export interface Reads {
  readonly profile: ReadonlySet<string>;
  readonly context: ReadonlySet<string>;
  /** Names of fields: `views`, `spendByCategory`, `minutesSinceLastSeen`. */
  readonly features: ReadonlySet<string>;
  /** The offers whose history is asked for; `'ALL'` where that depends on the customer. */
  readonly history: ReadonlySet<string> | 'ALL';
}
