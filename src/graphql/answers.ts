// From outcomes to answers: what a refusal is in a mutation and in a query, and what a position token waits for.
import { isRefused, type Refused, refuse } from '../aggregates/decider.ts';
import { id } from '../aggregates/values.ts';
import type { KnownNames } from '../application/unknown-names.ts';
import type { Context } from './context.ts';
import { type ErrorCode, fail } from './errors.ts';
import type { KairosRefused, RefusalReason } from './generated.ts';

/** How long a read waits for the position that it was given, and a mutation for its own, in milliseconds. */
export const patienceMs = 250;

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

/** Far beyond any id that exists: such a text is not worth a look into the log. */
const idLimit = 200;

/** Whether a text is so long that it is refused before anything is loaded; shorter ones are judged by the business. */
export function isBeyondIds(value: string | null | undefined): boolean {
  return value != null && value.length > idLimit;
}

/**
 * The id, for the business to judge.
 * @throws fail('BAD_USER_INPUT') naming the argument, for one that no rule would ever admit.
 */
export function boundedId(value: string, argument: string): string {
  if (!isBeyondIds(value)) return value;
  throw fail('BAD_USER_INPUT', `${argument} must be at most ${idLimit} characters`, { field: argument });
}

/** Positions of every store have this form, and so have those that it never gave. */
const positionRule = /^[0-9A-Za-z_-]{16,64}$/;

/**
 * The position that a caller gave; empty for the one before everything, undefined for none.
 * @throws fail('BAD_USER_INPUT') naming the argument.
 */
export function checkedPosition(value: string | null | undefined, argument: string): string | undefined {
  if (value == null) return undefined;
  if (value === '' || positionRule.test(value)) return value;
  const rule = `${argument} must be a position: 16 to 64 of the characters 0-9 A-Z a-z _ -, or empty`;
  throw fail('BAD_USER_INPUT', rule, { field: argument });
}

/** A JSON argument that must be an object of attributes. */
export function attributesOf(value: unknown, argument: string): Record<string, unknown> {
  if (isObjectOrNone(value)) return { ...value };
  throw fail('BAD_USER_INPUT', `${argument} must be an object of attributes`, { field: argument });
}

/** The refusal of attributes of the moment that are no object; undefined when they are one, whose names the business judges. */
export function contextRefusal(value: unknown, field: string): RefusedAnswer | undefined {
  if (isObjectOrNone(value)) return undefined;
  return refused(refuse('CONTEXT_INVALID', `${field} must be an object of attributes.`, field));
}

function isObjectOrNone(value: unknown): value is Record<string, unknown> | null | undefined {
  return value == null || (typeof value === 'object' && !Array.isArray(value));
}

/**
 * Waits until the read models have seen a position that the caller knows of; false when that takes too long.
 * @throws fail('BAD_USER_INPUT') naming the argument, for a text that is no position.
 */
export async function hasSeen(
  { kairos }: Context,
  position: string | null | undefined,
  argument = 'position',
): Promise<boolean> {
  const asked = checkedPosition(position, argument);
  return asked ? kairos.following.waitFor(asked, patienceMs) : true;
}

/** As `hasSeen`, where an answer that has not seen it would be wrong. */
export async function mustHaveSeen(context: Context, position: string | null | undefined): Promise<void> {
  if (!(await hasSeen(context, position))) {
    throw fail('UNAVAILABLE', `the read models have not seen this position within ${patienceMs} ms`, {
      field: 'position',
    });
  }
}

/** What terms may name, read once for an operation. */
export function namesIn({ loaders }: Context): KnownNames {
  return { offer: (id) => loaders.offers.load(id), placement: (id) => loaders.placements.load(id) };
}

/** GraphQL says null where commands leave a field out. */
export function withoutNulls<Input>(input: Input): Input {
  if (Array.isArray(input)) return input.map(withoutNulls) as Input;
  if (typeof input !== 'object' || input === null) return input;
  const entries = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, withoutNulls(value)])) as Input;
}
