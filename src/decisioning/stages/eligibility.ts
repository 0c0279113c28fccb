// Eligibility: the customer is in an audience of the offer, and meets its conditions.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { OfferIndex } from '../offer-index/offer-index.ts';
import { add, forEachInBoth, intersect, type OfferMask, remove, unite } from '../offer-index/offer-mask.ts';
import { removeSet, removeUnserved } from '../offer-index/value-lookup.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkEligibility({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { audiences } = offer.published.terms;
  if (audiences.length > 0 && !audiences.some((audience) => moment.facts.audiences.includes(audience))) {
    return reject(moment, 'AUDIENCE_MISMATCH', offer.audienceNames);
  }
  for (const named of offer.eligibility) {
    if (!moment.holds(named)) return reject(moment, 'NOT_ELIGIBLE', named.name, undefined, named.condition);
  }
  return undefined;
}

export function narrowByEligibility(pool: Pool, moment: Moment): void {
  const { index } = pool;
  pool.narrow('AUDIENCE_MISMATCH', () => keepInvited(pool, index, moment.facts.audiences));
  pool.narrow('NOT_ELIGIBLE', ({ remaining }) => {
    for (const lookup of index.lookups) removeUnserved(remaining, lookup, moment.scope);
    const { shared } = index;
    for (let place = 0; place < shared.length; place++) {
      const { predicate, offers } = shared[place] as OfferIndex['shared'][number];
      if (!moment.answer(predicate)) removeSet(remaining, offers);
    }
    removeByOwnPredicates(remaining, index, moment);
  });
}

function keepInvited(pool: Pool, { openToAll, byAudience }: OfferIndex, audiences: readonly string[]): boolean {
  const invited = pool.spare;
  invited.set(openToAll);
  for (const audience of audiences) {
    const others = byAudience.get(audience);
    if (others instanceof Uint32Array) unite(invited, others);
    else if (others) for (const offer of others) add(invited, offer);
  }
  return intersect(pool.remaining, invited);
}

function removeByOwnPredicates(remaining: OfferMask, { own, withOwn }: OfferIndex, { answer }: Moment): void {
  const { starts, numbers } = own;
  forEachInBoth(remaining, withOwn, (offer) => {
    const end = starts[offer + 1] as number;
    for (let place = starts[offer] as number; place < end; place++) {
      if (answer(numbers[place] as number)) continue;
      remove(remaining, offer);
      return;
    }
  });
}
