// What is recorded of an offer, for ever.
import { z } from 'zod';
import { capRule } from '../cap-rule.ts';
import { id, instant, money, percent, seconds, treatment } from '../values.ts';

/** One condition in CEL, with the name that explanations use. */
export const condition = z.strictObject({
  name: z.string().min(1).max(80),
  expression: z.string().min(1).max(2000),
});

/** Everything that reviewers approve and customers get. */
export const offerTerms = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
  category: id,
  tags: z.array(id).max(20),
  /** What the customer's data is used for; consent to each is needed on the channel of the decision. Empty: it uses none. */
  purposes: z.array(id).max(10),
  /** Shown only to customers with at least one of these audience tags; empty: to everybody. */
  audiences: z.array(id).max(50),
  eligibility: z.array(condition).max(30),
  value: money,
  /** Starting propensity: the share of customers who are expected to accept. */
  propensity: z.number().min(0).max(1),
  priority: z.int().min(0).max(1000),
  contextWeights: z.array(condition.extend({ percent })).max(20),
  levers: z.array(z.strictObject({ name: z.string().min(1).max(80), percent })).max(10),
  treatments: z.array(treatment).min(1).max(9),
  products: z.array(id).max(200),
  /** The outcome that counts as success. */
  successCriterion: z.enum(['CLICK', 'ACCEPTANCE']),
  /** How long after its presentation an outcome is still credited to a decision. */
  creditWindowSeconds: seconds,
  /** How long an answer may be presented. */
  ttlSeconds: seconds,
  startAt: instant,
  endAt: instant.optional(),
  /** The share of customers, chosen by a stable hash, that may see it: 1 is everybody. */
  rolloutShare: z.number().min(0).max(1),
  caps: z.array(capRule).max(20),
  suppression: z.strictObject({
    /** Silence after a decline; `doubling` doubles it with each further decline. */
    afterDecline: z.strictObject({ seconds, doubling: z.boolean() }).optional(),
    /** Silence after an acceptance; absent: none. */
    afterAcceptanceSeconds: seconds.optional(),
    /** Never after that other offer had that outcome; `withinSeconds` absent: ever. */
    neverAfter: z
      .array(
        z.strictObject({ offerId: id, outcome: z.enum(['PRESENTED', 'ACCEPTED']), withinSeconds: seconds.optional() }),
      )
      .max(20),
  }),
  /** The signal without which the moment is wrong; real-time placements only. */
  trigger: z
    .strictObject({
      signal: z.enum(['VIEW', 'SEARCH', 'CART_ADD', 'CART_REMOVE', 'PURCHASE', 'LOGIN']),
      category: id.optional(),
      atLeast: z.int().min(1).max(50),
      withinSeconds: seconds,
    })
    .optional(),
});
export type OfferTerms = z.infer<typeof offerTerms>;

export const offerEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('OfferDrafted'),
    data: z.strictObject({ offerId: id, revision: z.int(), author: z.string(), terms: offerTerms }),
  }),
  z.strictObject({
    type: z.literal('OfferRevised'),
    data: z.strictObject({ offerId: id, revision: z.int(), author: z.string(), terms: offerTerms }),
  }),
  z.strictObject({
    type: z.literal('OfferSubmitted'),
    data: z.strictObject({ offerId: id, revision: z.int(), by: z.string() }),
  }),
  z.strictObject({
    type: z.literal('OfferApproved'),
    data: z.strictObject({ offerId: id, revision: z.int(), by: z.string() }),
  }),
  z.strictObject({
    type: z.literal('OfferRejected'),
    data: z.strictObject({ offerId: id, revision: z.int(), by: z.string(), reason: z.string() }),
  }),
  z.strictObject({
    type: z.literal('OfferPublished'),
    data: z.strictObject({ offerId: id, revision: z.int(), by: z.string() }),
  }),
  z.strictObject({
    type: z.literal('OfferPaused'),
    data: z.strictObject({ offerId: id, by: z.string(), reason: z.string() }),
  }),
  z.strictObject({ type: z.literal('OfferResumed'), data: z.strictObject({ offerId: id, by: z.string() }) }),
  z.strictObject({
    type: z.literal('OfferRetired'),
    data: z.strictObject({ offerId: id, by: z.string(), reason: z.string() }),
  }),
]);
export type OfferEvent = z.infer<typeof offerEvent>;
