// Terms of an offer and of a placement that nothing is wrong with, to be varied by tests.
import type { OfferTerms } from '../../src/aggregates/offer/events.ts';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';

/** Every optional field is present. */
export function offerTermsWith(changes: Partial<OfferTerms> = {}): OfferTerms {
  return {
    name: 'Ten percent off fuel',
    description: 'For households that drive.',
    category: 'fuel',
    tags: ['fuel', 'autumn'],
    purposes: ['marketing'],
    audiences: ['drivers'],
    eligibility: [
      { name: 'adult', expression: 'profile.age >= 18' },
      { name: 'has a car', expression: 'profile.cars > 0' },
    ],
    value: { amount: 250, currency: 'EUR' },
    propensity: 0.05,
    priority: 10,
    contextWeights: [{ name: 'near a pump', expression: 'context.near', percent: 50 }],
    levers: [{ name: 'autumn push', percent: 25 }],
    treatments: [
      {
        channel: 'WEB',
        headline: 'Ten percent off',
        deepLink: 'https://shop.example/fuel',
        imageUrl: 'https://shop.example/a.png',
      },
      { channel: 'CALL_CENTER', headline: 'Ten percent off', agentScript: 'May I offer you ten percent off fuel?' },
    ],
    products: ['sku-1', 'sku-2'],
    successCriterion: 'ACCEPTANCE',
    creditWindowSeconds: 7 * 86_400,
    ttlSeconds: 3600,
    startAt: '2026-11-01T00:00:00.000Z',
    endAt: '2026-12-01T00:00:00.000Z',
    rolloutShare: 1,
    caps: [
      {
        name: 'three a month',
        counts: 'IMPRESSION',
        scope: { kind: 'OFFER' },
        subject: 'CUSTOMER',
        limit: 3,
        window: { kind: 'CALENDAR', unit: 'MONTH', zone: 'CUSTOMER' },
        pauseDays: 10,
      },
    ],
    suppression: {
      afterDecline: { seconds: 86_400, doubling: true },
      afterAcceptanceSeconds: 86_400,
      neverAfter: [{ offerId: 'o9', outcome: 'ACCEPTED', withinSeconds: 86_400 }],
    },
    trigger: { signal: 'VIEW', category: 'fuel', atLeast: 2, withinSeconds: 3600 },
    ...changes,
  };
}

/** Every optional field is present. */
export function placementTermsWith(changes: Partial<PlacementTerms> = {}): PlacementTerms {
  return {
    name: 'Home page',
    channel: 'WEB',
    slots: 3,
    ranking: { method: 'ARITHMETIC' },
    coolingWindow: { seconds: 3600, scope: 'CHANNEL' },
    timeBudgetMs: 5000,
    stageBudgets: { load: 1000, features: 30_000 },
    fallbackOfferId: 'o1',
    cadence: 'REAL_TIME',
    quietHours: { from: '22:00', to: '07:00' },
    minimumPropensity: 0.01,
    explorationShare: 0.05,
    perCategoryLimit: 2,
    caps: [],
    ...changes,
  };
}
