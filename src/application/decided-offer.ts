// A chosen candidate as it is recorded and answered.
import type { DecidedOffer } from '../aggregates/decision/events.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import { lastMomentOf } from '../decisioning/last-moment.ts';
import type { Selection } from '../decisioning/selection.ts';

/** How long an answer without an offer holds for a repeated request id. */
const emptyAnswerSeconds = 30;
/** Longer than a request may be under way: an outcome that came in time finds its place still held when its turn comes. */
const graceSeconds = 35;

export function decidedOffer({ candidate, slot, selectionProbability }: Selection['chosen'][number]): DecidedOffer {
  const { offer, propensityFrom } = candidate;
  return {
    offerId: offer.offerId,
    slot,
    revision: offer.revision,
    score: candidate.score,
    selectionProbability,
    name: offer.terms.name,
    category: offer.terms.category,
    treatment: candidate.treatment,
    components: { ...candidate.components },
    ...(propensityFrom && { propensityFrom: { ...propensityFrom } }),
    met: [...candidate.met],
    weights: [...candidate.weights],
    creditWindowSeconds: offer.terms.creditWindowSeconds,
  };
}

/**
 * A decision may be presented as long as the shortest-lived of its offers, its end and the consents that it needs. Instants are
 * epoch milliseconds.
 */
export function expiryOf({ chosen }: Selection, customer: CustomerFacts, at: number): number {
  if (chosen.length === 0) return at + emptyAnswerSeconds * 1000;
  let last = Number.POSITIVE_INFINITY;
  for (const { candidate } of chosen) {
    const { offer, treatment } = candidate;
    last = Math.min(last, at + offer.terms.ttlSeconds * 1000, lastMomentOf(offer, customer, treatment.channel));
  }
  return Math.max(last, at + 1);
}

/** How long places under caps are held for what may happen until an instant: that an offer is presented, or clicked after it was. */
export function holdEndOf(expiresAt: number): number {
  return expiresAt + graceSeconds * 1000;
}
