// What a customer just did, high in volume: one stream per customer and day, `signal-<customerId>_<yyyymmdd>`.
import { z } from 'zod';
import { id, instant } from '../values.ts';

export const signalKind = z.enum(['VIEW', 'SEARCH', 'CART_ADD', 'CART_REMOVE', 'PURCHASE', 'LOGIN']);
export type SignalKind = z.infer<typeof signalKind>;

export const signal = z.strictObject({
  /** The sender's id of this signal: the same id is recorded once. */
  signalId: id,
  kind: signalKind,
  observedAt: instant,
  sku: id.optional(),
  category: z.string().min(1).max(100).optional(),
  quantity: z.int().min(0).max(1_000_000).optional(),
  /** Minor units of the deployment's currency, for the whole quantity. */
  amount: z.int().min(0).max(1_000_000_000_000).optional(),
});
export type Signal = z.infer<typeof signal>;

export const signalEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('SignalObserved'), data: signal.extend({ customerId: id }) }),
]);
export type SignalEvent = z.infer<typeof signalEvent>;
