// Which customers an offer is rolled out to: a stable share of them, independent between offers.
import { unitOf } from './seeded-random.ts';

/** True when the customer is in the share (0 to 1) of an offer. Raising the share keeps everybody who is already in. */
export function inRollout(offerId: string, customerId: string, share: number): boolean {
  return share >= 1 || unitOf(`rollout|${offerId}|${customerId}`) < share;
}
