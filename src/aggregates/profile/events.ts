// What is recorded of a customer, slowly changing: registration, identities, attributes. Signals have streams of their own.
import { z } from 'zod';
import { attributes, id } from '../values.ts';

/** A link to the customer in another system: `{ kind: 'crm', value: '…' }`. The value is data, never part of a name or a key. */
export const identity = z.strictObject({ kind: id, value: z.string().min(1).max(300) });

export const profileEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('CustomerRegistered'),
    /** `timeZone`: an IANA name; calendar caps and quiet hours of the customer's day use it. */
    data: z.strictObject({ customerId: id, timeZone: z.string() }),
  }),
  z.strictObject({
    type: z.literal('TimeZoneObserved'),
    data: z.strictObject({ customerId: id, timeZone: z.string() }),
  }),
  z.strictObject({ type: z.literal('IdentityLinked'), data: z.strictObject({ customerId: id, identity }) }),
  z.strictObject({ type: z.literal('IdentityUnlinked'), data: z.strictObject({ customerId: id, identity }) }),
  z.strictObject({
    type: z.literal('AttributesObserved'),
    /** Only what differs from what was known; `null` forgets. */
    data: z.strictObject({ customerId: id, attributes, source: z.string().max(100) }),
  }),
  z.strictObject({
    type: z.literal('AudiencesJoined'),
    data: z.strictObject({ customerId: id, audiences: z.array(id).min(1) }),
  }),
  z.strictObject({
    type: z.literal('AudiencesLeft'),
    data: z.strictObject({ customerId: id, audiences: z.array(id).min(1) }),
  }),
]);
export type ProfileEvent = z.infer<typeof profileEvent>;
