// Lifecycle and dates: live, begun, not over, and rolled out to this customer.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';
import { inRollout } from '../rollout.ts';

export function checkLifecycle({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { offerId, state, terms } = offer.published;
  if (state === 'PAUSED') return reject(moment, 'OFFER_PAUSED');
  // Written so that a date that cannot be read (NaN) shuts the offer.
  if (!(offer.startAt <= moment.at)) return reject(moment, 'NOT_STARTED', terms.startAt);
  if (!(moment.at < offer.endAt)) return reject(moment, 'ENDED', terms.endAt);
  if (!inRollout(offerId, moment.facts.customerId, terms.rolloutShare)) return reject(moment, 'ROLLOUT_EXCLUDED');
  return undefined;
}

export function narrowByLifecycle(pool: Pool, moment: Moment): void {
  const { notStarted, ended } = pool.index.datesAt(moment.at);
  pool.drop(pool.index.paused, 'OFFER_PAUSED');
  pool.drop(notStarted, 'NOT_STARTED');
  pool.drop(ended, 'ENDED');
  pool.check(checkLifecycle, pool.index.partial);
}
