// Propensity: what hardly anybody accepts is not worth the contact.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkPropensity({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { minimumPropensity } = moment.placement.published.terms;
  if (minimumPropensity === undefined || offer.published.terms.propensity >= minimumPropensity) return undefined;
  return reject(moment, 'PROPENSITY_TOO_LOW');
}

export function narrowByPropensity(pool: Pool, moment: Moment): void {
  if (moment.placement.published.terms.minimumPropensity !== undefined) pool.check(checkPropensity);
}
