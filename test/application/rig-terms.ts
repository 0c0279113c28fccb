// What offers and placements of a rig are, where a test does not say otherwise.
import type { OfferTerms } from '../../src/aggregates/offer/events.ts';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';

/** Of an offer that everybody with consent may see. */
export const terms: OfferTerms = {
  name: 'Fuel discount',
  category: 'fuel',
  tags: [],
  purposes: ['marketing'],
  audiences: [],
  eligibility: [],
  value: { amount: 1000, currency: 'USD' },
  propensity: 0.2,
  priority: 0,
  contextWeights: [],
  levers: [],
  treatments: [
    { channel: 'WEB', headline: 'Ten cents off' },
    { channel: 'CALL_CENTER', headline: 'Ten cents off' },
  ],
  products: [],
  successCriterion: 'ACCEPTANCE',
  creditWindowSeconds: 86_400,
  ttlSeconds: 600,
  startAt: '2026-01-01T00:00:00.000Z',
  rolloutShare: 1,
  caps: [],
  suppression: { neverAfter: [] },
};
/** Of a placement that asks for nothing. */
export const placementTerms: PlacementTerms = {
  name: 'Home',
  channel: 'WEB',
  slots: 1,
  ranking: { method: 'ARITHMETIC' },
  timeBudgetMs: 5000,
  cadence: 'REAL_TIME',
  explorationShare: 0,
  caps: [],
};

/** Under it an offer is shown to a customer one time. */
export const once = {
  name: 'once',
  counts: 'IMPRESSION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 1,
  window: { kind: 'LIFETIME' },
} as const;
