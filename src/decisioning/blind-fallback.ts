// Which fallback may be shown while nobody knows the customer's features and contacts: one that asks for neither.
import type { CompiledCandidate } from './compiled-placement.ts';

/** What the log is read for has happened in so many seconds (366 days): what is older is not known. */
const rememberedSeconds = 366 * 86_400;

/**
 * No cap has to count it, no silence must be kept before it, none of its conditions reads features or the history with the customer,
 * and what it must not follow would have happened lately. Dates, consent, audiences, the other conditions and what the customer
 * said to it are for the funnel to look at, as ever.
 */
export function canBeShownBlindly({ offer, placement, caps }: CompiledCandidate): boolean {
  if (caps.length > 0 || placement.cooling) return false;
  const { neverAfter } = offer.published.terms.suppression;
  if (neverAfter.some(({ withinSeconds }) => (withinSeconds ?? Number.POSITIVE_INFINITY) > rememberedSeconds))
    return false;
  return offer.eligibility.every(({ condition }) =>
    condition.predicates.every(
      ({ reads: { features, history } }) => features.size === 0 && history !== 'ALL' && history.size === 0,
    ),
  );
}
