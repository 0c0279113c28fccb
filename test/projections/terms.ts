// Terms of an offer and a placement for tests, as they are in the log.
import { type OfferTerms, offerTerms } from '../../src/aggregates/offer/events.ts';
import { type PlacementTerms, placementTerms } from '../../src/aggregates/placement/events.ts';

export function someOffer(name: string): OfferTerms {
  return offerTerms.parse({
    name,
    category: 'fuel',
    tags: ['fuel'],
    purposes: ['marketing'],
    audiences: [],
    eligibility: [],
    value: { amount: 500, currency: 'EUR' },
    propensity: 0.1,
    priority: 10,
    contextWeights: [],
    levers: [],
    treatments: [{ channel: 'WEB', headline: name }],
    products: [],
    successCriterion: 'CLICK',
    creditWindowSeconds: 86_400,
    ttlSeconds: 600,
    startAt: '2026-01-01T00:00:00.000Z',
    rolloutShare: 1,
    caps: [],
    suppression: { neverAfter: [] },
  });
}

export function somePlacement(name: string): PlacementTerms {
  return placementTerms.parse({
    name,
    channel: 'WEB',
    slots: 2,
    ranking: { method: 'ARITHMETIC' },
    timeBudgetMs: 5000,
    cadence: 'REAL_TIME',
    explorationShare: 0,
    caps: [],
  });
}
