// Eligibility: the customer is in an audience of the offer, and meets its conditions.
import type { CompiledCandidate } from '../compiled-catalogue.ts';
import { type Moment, reject } from '../moment.ts';
import type { Reason } from '../reasons.ts';

export function checkEligibility({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { audiences } = offer.published.terms;
  if (audiences.length > 0 && !audiences.some((audience) => moment.facts.audiences.includes(audience))) {
    return reject(moment, 'AUDIENCE_MISMATCH', offer.audienceNames);
  }
  for (const { name, condition } of offer.eligibility) {
    const outcome = moment.outcomeOf(condition);
    if (outcome === true) continue;
    return reject(moment, 'NOT_ELIGIBLE', name, undefined, outcome === false ? '' : outcome.missing);
  }
  return undefined;
}
