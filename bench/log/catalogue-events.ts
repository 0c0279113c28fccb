// The events that made a catalogue: drafted, submitted, approved, published, and the placement.
import type { OfferTerms } from '../../src/decisioning/catalogue.ts';
import { type BenchOffer, placement } from '../decide/offers.ts';
import { placementId } from '../decide/people.ts';
import type { Happening } from './written-log.ts';

const author = 'ann';
const approver = 'bob';

export function* catalogueEvents(offers: readonly BenchOffer[], at: string): Generator<Happening> {
  for (const { published } of offers) yield offerEvents(published.offerId, published.terms, at, 'PUBLISHED');
  const data = { placementId, revision: 1, by: author, terms: placement.terms };
  yield { stream: `placement-${placementId}`, at, events: [{ type: 'PlacementDefined', data }] };
}

/** The life of one offer, up to and with its publication or only its approval. */
export function offerEvents(offerId: string, terms: OfferTerms, at: string, upTo: 'APPROVED' | 'PUBLISHED'): Happening {
  const revision = 1;
  const asDrafted = { ...terms, products: [], successCriterion: 'ACCEPTANCE' };
  const events = [
    { type: 'OfferDrafted', data: { offerId, revision, author, terms: asDrafted } },
    { type: 'OfferSubmitted', data: { offerId, revision, by: author } },
    { type: 'OfferApproved', data: { offerId, revision, by: approver } },
    { type: 'OfferPublished', data: { offerId, revision, by: approver } },
  ];
  return { stream: `offer-${offerId}`, at, events: upTo === 'PUBLISHED' ? events : events.slice(0, -1) };
}
