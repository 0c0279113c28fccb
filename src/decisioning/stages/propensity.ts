// Propensity: what hardly anybody accepts is not worth the contact.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import { forEachInBoth, remove } from '../offer-index/offer-mask.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkPropensity({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { minimumPropensity } = moment.placement.published.terms;
  if (minimumPropensity === undefined) return undefined;
  const propensity = moment.scores ? moment.scores.propensityOf(offer) : offer.propensity;
  return propensity >= minimumPropensity ? undefined : reject(moment, 'PROPENSITY_TOO_LOW');
}

export function narrowByPropensity(pool: Pool, { placement, scores }: Moment): void {
  const { minimumPropensity } = placement.published.terms;
  if (minimumPropensity === undefined) return;
  if (!scores) {
    pool.drop(pool.index.belowPropensity(minimumPropensity), 'PROPENSITY_TOO_LOW');
    return;
  }
  const propensityOf = scores.propensitiesIn(pool.index);
  pool.narrow('PROPENSITY_TOO_LOW', ({ remaining }) =>
    forEachInBoth(remaining, remaining, (offer) => {
      if (!(propensityOf(offer) >= minimumPropensity)) remove(remaining, offer);
    }),
  );
}
