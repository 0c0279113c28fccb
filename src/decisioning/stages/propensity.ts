// Propensity: what hardly anybody accepts is not worth the contact.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkPropensity({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { minimumPropensity } = moment.placement.published.terms;
  if (minimumPropensity === undefined || offer.propensity >= minimumPropensity) return undefined;
  return reject(moment, 'PROPENSITY_TOO_LOW');
}

export function narrowByPropensity(pool: Pool, moment: Moment): void {
  const { minimumPropensity } = moment.placement.published.terms;
  if (minimumPropensity !== undefined) pool.drop(pool.index.belowPropensity(minimumPropensity), 'PROPENSITY_TOO_LOW');
}
