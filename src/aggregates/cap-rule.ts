// The rule space of frequency caps: what is counted, for whom, where, how many, and over which window.
import { z } from 'zod';
import { channel, firstRepeated, type Issue, id, issue, seconds } from './values.ts';

/**
 * One frequency cap.
 *
 * On an offer, OFFER, EACH_PLACEMENT and PLACEMENTS count that offer only; on a placement, EACH_PLACEMENT and PLACEMENTS count
 * whatever was shown there, and OFFER counts each offer for itself. TAG, CHANNEL and EVERYTHING always count across offers.
 * A tag counts the tags that an offer had when it was decided. A cap stops only contacts that would count under it: a cap of the
 * channel WEB does not stop the offer at the till.
 */
export const capRule = z.strictObject({
  name: z.string().min(1).max(80),
  counts: z.enum(['DECISION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE']),
  scope: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('OFFER') }),
    z.strictObject({ kind: z.literal('EACH_PLACEMENT') }),
    z.strictObject({ kind: z.literal('PLACEMENTS'), placements: z.array(id).min(1).max(50) }),
    z.strictObject({ kind: z.literal('TAG'), tag: id }),
    z.strictObject({ kind: z.literal('CHANNEL'), channel }),
    z.strictObject({ kind: z.literal('EVERYTHING') }),
  ]),
  subject: z.enum(['CUSTOMER', 'TOTAL']),
  limit: z.int().min(0).max(1_000_000_000),
  window: z.discriminatedUnion('kind', [
    /** The `seconds` before the decision. */
    z.strictObject({ kind: z.literal('ROLLING'), seconds }),
    /** The day, ISO week (from Monday), month or year, in UTC or in the customer's time zone (TOTAL: always UTC). */
    z.strictObject({
      kind: z.literal('CALENDAR'),
      unit: z.enum(['DAY', 'WEEK', 'MONTH', 'YEAR']),
      zone: z.enum(['UTC', 'CUSTOMER']),
    }),
    z.strictObject({ kind: z.literal('LIFETIME') }),
  ]),
  /** Once the limit was hit: shut for so many days from the contact that hit it. Absent: until the window has room again. */
  pauseDays: z.int().min(1).max(3660).optional(),
  /** Counted before the answer: an offer under it is not shown while decisions cannot be recorded. Absent: it is. */
  strict: z.boolean().optional(),
});
export type CapRule = z.infer<typeof capRule>;

/** As they are recorded: what is said by being absent is left out, so that caps of before it could be said are the same caps. */
export function recordedCaps(caps: readonly CapRule[]): CapRule[] {
  return caps.map(({ strict, ...cap }) => (strict === false ? { ...cap, strict } : cap));
}

/** The first thing that makes a list of caps contradict itself, beyond what the schema says; fields begin with `caps.`. */
export function capIssue(caps: readonly CapRule[]): Issue | undefined {
  const again = firstRepeated(caps.map((cap) => cap.name));
  if (again) return issue(`caps.${again.index}.name`, again.value, 'another cap has this name');
  for (const [index, { scope, subject, window }] of caps.entries()) {
    if (subject === 'TOTAL' && window.kind === 'CALENDAR' && window.zone === 'CUSTOMER')
      return issue(`caps.${index}.window.zone`, window.zone, 'a total over all customers is in no time zone but UTC');
    const twice = scope.kind === 'PLACEMENTS' ? firstRepeated(scope.placements) : undefined;
    if (twice) return issue(`caps.${index}.scope.placements.${twice.index}`, twice.value, 'it is in the list twice');
  }
  return undefined;
}
