// What the library's errors say, in the words of the project.
import { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { Problem } from '../expression-rules.ts';

/** What is wrong with an expression that the library refuses. */
export function problemOf(error: unknown): Problem {
  if (!isCelError(error)) return { problem: messageOf(error), at: 0 };
  const mixed = /\bint\b/.test(error.summary) && /\bdouble\b/.test(error.summary);
  const hint = error.code === 'no_such_overload' && mixed ? ' (write 2.0 for a double, double(x) for an int x)' : '';
  return { problem: error.summary + hint, at: error.range?.start ?? 0 };
}

/** Why an expression could not be evaluated. */
export function causeOf(error: unknown, expression: string): string {
  // Whatever the library throws: one condition must not cost the customer all other offers.
  if (!isCelError(error)) return messageOf(error);
  const { node } = error;
  return error.code === 'no_such_key' && node ? notKnown(expression, node) : error.summary;
}

export function notKnown(expression: string, { start, end }: { readonly start: number; readonly end: number }): string {
  return `${expression.slice(start, end)} is not known`;
}

function isCelError(error: unknown): error is ParseError | CelTypeError | EvaluationError {
  return error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
