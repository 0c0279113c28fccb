// What frequency caps count, per customer and month of the decision: `cap-<customerId>_<yyyymm>`.
import { z } from 'zod';
import { channel, decisionId, id, instant } from '../values.ts';

export const counted = z.enum(['IMPRESSION', 'CLICK', 'ACCEPTANCE']);
export type Counted = z.infer<typeof counted>;

/** One offer of a decision as caps see it. `tags` are those of the moment of the decision. */
export const reservedOffer = z.strictObject({ offerId: id, tags: z.array(id) });

export const capEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('CapReserved'),
    data: z.strictObject({
      customerId: id,
      decisionId,
      placementId: id,
      channel,
      offers: z.array(reservedOffer).min(1),
      /** The decisions of one call share it: together they are one contact for a cooling window. */
      callId: id,
      timeZone: z.string(),
      /** Position of the last catalogue event that the decision saw: its caps are those of then. */
      catalogue: z.string().optional(),
      /** Until then the reservation counts as an impression, a click and an acceptance; after it, as none of them. */
      heldUntil: instant,
    }),
  }),
  z.strictObject({
    type: z.literal('CapConfirmed'),
    data: z.strictObject({
      customerId: id,
      decisionId,
      offerId: id,
      counted,
      /** After an impression: how long the click and the acceptance that may follow stay reserved. */
      heldUntil: instant,
    }),
  }),
  /** Without a reservation before it: there was none, and none comes. */
  z.strictObject({
    type: z.literal('CapReleased'),
    data: z.strictObject({
      customerId: id,
      decisionId,
      offerId: id,
      reason: z.enum(['DECLINED', 'DISMISSED', 'EXPIRED']),
    }),
  }),
]);
export type CapEvent = z.infer<typeof capEvent>;
