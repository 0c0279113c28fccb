// What a customer allowed, per purpose and channel. What is not granted here is not granted.
import { z } from 'zod';
import { channel, id, instant } from '../values.ts';

export const consentEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ConsentGranted'),
    data: z.strictObject({
      customerId: id,
      purpose: id,
      channel,
      /** Where the proof is: a form version, a call recording's id. */
      evidence: z.string().min(1).max(500),
      policyVersion: z.string().min(1).max(100),
      jurisdiction: z.string().max(20).optional(),
      expiresAt: instant.optional(),
    }),
  }),
  z.strictObject({
    type: z.literal('ConsentWithdrawn'),
    data: z.strictObject({ customerId: id, purpose: id, channel, evidence: z.string().min(1).max(500) }),
  }),
]);
export type ConsentEvent = z.infer<typeof consentEvent>;
