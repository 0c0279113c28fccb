// What is recorded of a placement: a place in a channel where an offer can be shown or said.
import { z } from 'zod';
import { capRule } from '../cap-rule.ts';
import { channel, id, seconds } from '../values.ts';
import { stageBudgets } from './stage-budgets.ts';

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, 21:30');

export const placementTerms = z.strictObject({
  name: z.string().min(1).max(200),
  channel,
  /** How many offers one decision fills. */
  slots: z.int().min(1).max(50),
  ranking: z.discriminatedUnion('method', [
    /** propensity × context weight × value × lever */
    z.strictObject({ method: z.literal('ARITHMETIC') }),
    z.strictObject({ method: z.literal('PRIORITY') }),
    /** A CEL expression of type double over propensity, contextWeight, value, lever, priority and the facts. */
    z.strictObject({ method: z.literal('FORMULA'), formula: z.string().min(1).max(2000) }),
  ]),
  /** Silence here for so long after a contact anywhere, in this channel or in this placement. */
  coolingWindow: z.strictObject({ seconds, scope: z.enum(['EVERYTHING', 'CHANNEL', 'PLACEMENT']) }).optional(),
  /** From the arrival of a call to its answer. */
  timeBudgetMs: z.int().min(1).max(60_000),
  /** Those that are not derived from `timeBudgetMs`; absent: all are. */
  stageBudgets: stageBudgets.optional(),
  /** Offered when nothing else survives; it obeys dates, consent, quiet hours, cooling and caps. */
  fallbackOfferId: id.optional(),
  /** BATCH ignores triggers: offers that wait for a signal are not shown there. */
  cadence: z.enum(['REAL_TIME', 'BATCH']),
  /** No offers between these times of the customer's day; `from` after `to` spans midnight. */
  quietHours: z.strictObject({ from: clockTime, to: clockTime }).optional(),
  minimumPropensity: z.number().min(0).max(1).optional(),
  /** The share of decisions in which a slot is filled by a uniform draw from the survivors (epsilon-greedy). */
  explorationShare: z.number().min(0).max(1),
  /** At most so many offers of one category in one decision. */
  perCategoryLimit: z.int().min(1).max(50).optional(),
  caps: z.array(capRule).max(20),
  /** LATE: while the log is away decisions are answered, and recorded afterwards. Absent: BEFORE_ANSWER. */
  recording: z.enum(['BEFORE_ANSWER', 'LATE']).optional(),
  /** ON: who cannot be decided for in time is shown what would be shown to anybody. Absent: OFF. */
  defaultAnswer: z.enum(['ON', 'OFF']).optional(),
  /** The model whose propensities count here, once a revision of it is approved; absent: the offers' own. */
  model: id.optional(),
});
export type PlacementTerms = z.infer<typeof placementTerms>;

export const placementEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('PlacementDefined'),
    data: z.strictObject({ placementId: id, revision: z.int(), by: z.string(), terms: placementTerms }),
  }),
  z.strictObject({
    type: z.literal('PlacementRedefined'),
    data: z.strictObject({ placementId: id, revision: z.int(), by: z.string(), terms: placementTerms }),
  }),
  z.strictObject({ type: z.literal('PlacementRetired'), data: z.strictObject({ placementId: id, by: z.string() }) }),
]);
export type PlacementEvent = z.infer<typeof placementEvent>;
