// What expressions compute with, and the form in which they do.
import type { Scope } from '../scope.ts';
import type { ScoreComponents } from '../scores.ts';

/**
 * A value of CEL. An int is a number where that is exact (a safe integer, never −0) and a bigint beyond; a timestamp is epoch
 * milliseconds, a duration milliseconds.
 */
export type Value = string | number | bigint | boolean | readonly Value[] | ReadonlyMap<string, Value>;

/** The numbers that a formula sees besides the facts. */
export type FormulaNumbers = ScoreComponents & { readonly priority: number };

export const formulaNumbers = ['propensity', 'contextWeight', 'value', 'lever', 'priority'] as const;

/** Computes an expression; undefined is CEL's error. `local` is the item that a macro is looking at. Throws nothing. */
export type Evaluate<Result extends Value = Value> = (
  scope: Scope,
  numbers?: FormulaNumbers,
  local?: Value,
) => Result | undefined;
