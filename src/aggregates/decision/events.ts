// What was decided for a customer and all that followed, per month: `decision-<customerId>_<yyyymm>`.
import { z } from 'zod';
import { channel, decisionId, id, instant, treatment } from '../values.ts';

/** An offer that a decision put in a slot. */
export const decidedOffer = z.strictObject({
  offerId: id,
  slot: z.int().min(0),
  /** The revision of the offer that was decided on. */
  revision: z.int(),
  score: z.number(),
  /** The probability with which this offer, and no other survivor, was put in this slot. */
  selectionProbability: z.number().gt(0).max(1),
  /** What was shown or said, as it was approved. */
  name: z.string(),
  category: id,
  treatment,
  components: z.strictObject({
    propensity: z.number(),
    contextWeight: z.number(),
    value: z.number(),
    lever: z.number(),
  }),
  /** Who gave the propensity; absent: it is the offer's own, as the placement has no model. */
  propensityFrom: z
    .strictObject({ model: id, revision: z.int(), source: z.enum(['SCORED', 'LAST_KNOWN', 'PRIOR']) })
    .optional(),
  /** Names of the eligibility conditions and of the context weights that were met. */
  met: z.array(z.string()),
  weights: z.array(z.string()),
  creditWindowSeconds: z.int().min(1),
});
export type DecidedOffer = z.infer<typeof decidedOffer>;

/** The stages of making a decision, in this order; those of the funnel are all within DECIDE. */
export const decisionStage = z.enum(['LOAD', 'FEATURES', 'MODEL', 'DECIDE', 'RESERVE', 'RECORD']);
export type DecisionStage = z.infer<typeof decisionStage>;

/** What a stage did instead of its work, and why. */
export const degradation = z.strictObject({
  stage: decisionStage,
  /**
   * Its time was up; it could not be reached; it was not asked, as it had failed just before; what it answered cannot be used; more was
   * under way than could be done in time.
   */
  cause: z.enum(['OVERRUN', 'UNAVAILABLE', 'BREAKER_OPEN', 'INVALID', 'OVERLOAD']),
  /**
   * Facts from the log, for the fallback only; facts that are older than they should be; the scores of before; the prior of the offer;
   * recorded after the answer; the default answer of the placement, which is never recorded; nothing, as it cannot be cut off: what
   * follows it had less time.
   */
  instead: z.enum(['LOG', 'STALE', 'LAST_KNOWN', 'PRIOR', 'LATE', 'DEFAULT', 'WAITED']),
});
export type Degradation = z.infer<typeof degradation>;

export const resolution = z.enum(['FRESH', 'STALE', 'CACHED', 'FALLBACK']);

const outcomeOf = { customerId: id, decisionId, offerId: id };

export const decisionEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('OfferDecided'),
    data: z.strictObject({
      customerId: id,
      decisionId,
      placementId: id,
      channel,
      requestId: id.optional(),
      callId: id,
      interactionId: id.optional(),
      /** Empty when nothing was eligible: `cause` says why. */
      offers: z.array(decidedOffer),
      resolution,
      cause: z.string().optional(),
      expiresAt: instant,
      /** How many candidates each reason removed. */
      rejections: z.record(z.string(), z.int()),
      /** Everything the decision was computed from: with it, the same decision can be computed again. */
      basis: z.strictObject({
        /** Position of the last catalogue event that the decision saw. */
        catalogue: z.string(),
        /** Fingerprint of the vocabulary under which the conditions were read. */
        vocabulary: z.string().optional(),
        seed: z.string(),
        context: z.record(z.string(), z.unknown()),
        facts: z.record(z.string(), z.unknown()),
        /** Offers already chosen by other placements in the same call. */
        taken: z.array(id),
        /** Offers whose reservation another decision won meanwhile. */
        lost: z.array(id),
        /** The read models could not be asked: only the placement's fallback was considered, with what the log said. */
        isBlind: z.literal(true).optional(),
        /** What the service of the placement's model was asked about, and what counted for each offer. */
        propensities: z
          .strictObject({
            model: id,
            revision: z.int(),
            /** Propensities by offer id: of now, and of an earlier time. */
            scored: z.record(z.string(), z.number()),
            lastKnown: z.record(z.string(), z.number()),
            /** Offers that went by their own propensity. */
            prior: z.array(id),
          })
          .optional(),
        /** Offers under such caps were left out, as it could not be recorded before it was answered. */
        unrecordable: z.enum(['STRICT', 'ALL']).optional(),
      }),
      /** What was done instead of what could not be done in time; absent: nothing. */
      degradations: z.array(degradation).min(1).optional(),
      /** It was answered before it was recorded. */
      recorded: z.literal('LATE').optional(),
    }),
  }),
  z.strictObject({ type: z.literal('OfferPresented'), data: z.strictObject({ ...outcomeOf, creditedUntil: instant }) }),
  z.strictObject({ type: z.literal('OfferClicked'), data: z.strictObject(outcomeOf) }),
  z.strictObject({ type: z.literal('OfferAccepted'), data: z.strictObject(outcomeOf) }),
  z.strictObject({
    type: z.literal('OfferDeclined'),
    data: z.strictObject({ ...outcomeOf, reason: z.string().max(200) }),
  }),
  z.strictObject({
    type: z.literal('OfferDismissed'),
    data: z.strictObject({ ...outcomeOf, reason: z.string().max(200) }),
  }),
  z.strictObject({ type: z.literal('OfferPostponed'), data: z.strictObject({ ...outcomeOf, until: instant }) }),
  z.strictObject({ type: z.literal('OfferExpired'), data: z.strictObject(outcomeOf) }),
]);
export type DecisionEvent = z.infer<typeof decisionEvent>;
