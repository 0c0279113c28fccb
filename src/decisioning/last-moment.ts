// Until when an offer may be presented, whatever the decision's time to live: its end and the consents it needs set a limit.
import type { Channel, PublishedOffer } from './catalogue.ts';
import { type CustomerFacts, consentFor } from './facts.ts';

/**
 * Epoch milliseconds of the last instant before the offer ends and before any consent that it needs on the channel expires;
 * `Infinity` when neither ever happens. Whether the consents are given at all is not asked: the funnel has.
 */
export function lastMomentOf({ terms }: PublishedOffer, facts: CustomerFacts, channel: Channel): number {
  let end = terms.endAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(terms.endAt);
  for (const purpose of terms.purposes) {
    end = Math.min(end, consentFor(facts, purpose, channel)?.expiresAt ?? Number.POSITIVE_INFINITY);
  }
  // Ends and expiries are exclusive.
  return end - 1;
}
