// Eligibility: the customer is in an audience of the offer, and meets its conditions.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { OfferIndex } from '../offer-index/offer-index.ts';
import { add, intersect, type OfferMask, remove, subtract } from '../offer-index/offer-mask.ts';
import { removeUnserved } from '../offer-index/value-lookup.ts';
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
  pool.narrow('AUDIENCE_MISMATCH', (remaining) => keepInvited(remaining, index, moment.facts.audiences));
  pool.narrow('NOT_ELIGIBLE', (remaining) => {
    for (const lookup of index.lookups) removeUnserved(remaining, lookup, moment.scope);
    for (const { predicate, offers } of index.shared) if (!moment.answer(predicate)) subtract(remaining, offers);
    removeByOwnPredicates(remaining, index, moment);
  });
}

function keepInvited(remaining: OfferMask, { openToAll, byAudience }: OfferIndex, audiences: readonly string[]): void {
  const invited = openToAll.slice();
  for (const audience of audiences) {
    for (const offer of byAudience.get(audience) ?? []) add(invited, offer);
  }
  intersect(remaining, invited);
}

function removeByOwnPredicates(remaining: OfferMask, { own, withOwn }: OfferIndex, moment: Moment): void {
  for (let word = 0; word < remaining.length; word++) {
    for (let bits = (remaining[word] as number) & (withOwn[word] as number); bits !== 0; bits &= bits - 1) {
      const offer = (word << 5) + 31 - Math.clz32(bits & -bits);
      for (const predicate of own[offer] as readonly number[]) {
        if (moment.answer(predicate)) continue;
        remove(remaining, offer);
        break;
      }
    }
  }
}
