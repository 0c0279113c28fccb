// From outcomes to answers: what a refusal is in a mutation and in a query, and what a position token waits for.
import { isRefused, type Refused } from '../aggregates/decider.ts';
import { id } from '../aggregates/values.ts';
import type { Context } from './context.ts';
import { type ErrorCode, fail } from './errors.ts';
import type { KairosRefused, RefusalReason } from './generated.ts';

/** How long a read waits for the position that it was given. */
const patienceMs = 250;

export interface RefusedAnswer extends KairosRefused {
  readonly __typename: 'KairosRefused';
}

/** A refusal as a value. The schema lists every reason of every decider: a test compares them. */
export function refused({ refused, rule, field }: Refused): RefusedAnswer {
  return { __typename: 'KairosRefused', reason: refused as RefusalReason, rule, field: field ?? null };
}

/** A refusal where the schema has no room for one: the call cannot be served. */
export function orFail<Outcome extends object>(
  outcome: Outcome | Refused,
  codes: Readonly<Record<string, ErrorCode>> = {},
): Exclude<Outcome, Refused> {
  if (!isRefused(outcome)) return outcome as Exclude<Outcome, Refused>;
  const code = codes[outcome.refused] ?? (outcome.refused.endsWith('_UNKNOWN') ? 'NOT_FOUND' : 'BAD_USER_INPUT');
  throw fail(code, outcome.rule, {
    reason: outcome.refused,
    ...(outcome.field === undefined ? {} : { field: outcome.field }),
  });
}

/** @throws fail('BAD_USER_INPUT') naming the argument. */
export function checkedId(value: string, argument: string): string {
  const parsed = id.safeParse(value);
  if (!parsed.success)
    throw fail('BAD_USER_INPUT', `${argument} ${parsed.error.issues[0]?.message}`, { field: argument });
  return value;
}

/** A JSON argument that must be an object of attributes. */
export function attributesOf(value: unknown, argument: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw fail('BAD_USER_INPUT', `${argument} must be an object of attributes`, { field: argument });
  }
  return value as Record<string, unknown>;
}

/** Waits until the read models have seen a position that the caller knows of; false when that takes too long. */
export function hasSeen({ kairos }: Context, position: string | null | undefined): Promise<boolean> {
  return position ? kairos.runner.waitFor(position, patienceMs) : Promise.resolve(true);
}

/** As `hasSeen`, where an answer that has not seen it would be wrong. */
export async function mustHaveSeen(context: Context, position: string | null | undefined): Promise<void> {
  if (!(await hasSeen(context, position))) {
    throw fail('UNAVAILABLE', `the read models have not seen this position within ${patienceMs} ms`, {
      field: 'position',
    });
  }
}

/** GraphQL says null where commands leave a field out. */
export function withoutNulls<Input>(input: Input): Input {
  if (Array.isArray(input)) return input.map(withoutNulls) as Input;
  if (typeof input !== 'object' || input === null) return input;
  const entries = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutNulls(value)])) as Input;
}
