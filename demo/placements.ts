// The demo's five places where an offer can be shown or said, and the two offers that are open to everybody.
import type { OfferTermsInput, PlacementTermsInput } from './input-terms.ts';

const hour = 3600;
const day = 24 * hour;

/** Offered where nothing else is eligible: without end, audience or cap, so that a newcomer always gets an answer. */
export const fallbackOfferId = 'loyalty-card';

/** From this propensity on an offer of a campaign takes part; the loyalty card stays below and is the fallback. */
const campaignPropensity = 0.002;

export const placements: readonly { readonly placementId: string; readonly terms: PlacementTermsInput }[] = [
  {
    placementId: 'booklet',
    terms: { name: 'Coupon booklet by mail', channel: 'MAIL', slots: 8, cadence: 'BATCH', perCategoryLimit: 1 },
  },
  {
    placementId: 'web-home',
    terms: {
      name: 'Home page of the web shop',
      channel: 'WEB',
      coolingWindow: { seconds: hour / 2, scope: 'PLACEMENT' },
      fallbackOfferId,
      minimumPropensity: campaignPropensity,
      caps: [
        {
          name: 'an offer three times a week, wherever',
          counts: 'IMPRESSION',
          scope: { kind: 'OFFER' },
          subject: 'CUSTOMER',
          limit: 3,
          window: { kind: 'ROLLING', seconds: 7 * day },
        },
        {
          name: 'an offer four times a month, wherever',
          counts: 'IMPRESSION',
          scope: { kind: 'OFFER' },
          subject: 'CUSTOMER',
          limit: 4,
          window: { kind: 'CALENDAR', unit: 'MONTH', zone: 'CUSTOMER' },
        },
        {
          name: 'six offers a day on the home page',
          counts: 'IMPRESSION',
          scope: { kind: 'EACH_PLACEMENT' },
          subject: 'CUSTOMER',
          limit: 6,
          window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' },
        },
        {
          name: 'quiet after a big booklet',
          counts: 'IMPRESSION',
          scope: { kind: 'TAG', tag: 'type-A' },
          subject: 'CUSTOMER',
          limit: 8,
          window: { kind: 'ROLLING', seconds: 3 * day },
        },
      ],
    },
  },
  {
    placementId: 'checkout',
    terms: { name: 'Checkout of the web shop', channel: 'WEB', fallbackOfferId, minimumPropensity: campaignPropensity },
  },
  { placementId: 'till', terms: { name: 'Till of a store', channel: 'POS' } },
  {
    placementId: 'agent-desk',
    terms: { name: 'Agent of the call center', channel: 'CALL_CENTER', slots: 2, fallbackOfferId },
  },
];

/** The offers without a campaign, for all days from `startAt` on. */
export function evergreenOffers(
  startAt: string,
  currency: string,
): readonly { readonly offerId: string; readonly terms: OfferTermsInput }[] {
  return [
    {
      offerId: fallbackOfferId,
      terms: {
        name: 'Loyalty card',
        description: 'Free card; coupons of later campaigns arrive by mail.',
        category: 'programme',
        tags: ['evergreen'],
        purposes: ['marketing'],
        audiences: [],
        eligibility: [{ name: 'no coupon is being scanned', expression: '!has(context.coupon)' }],
        value: { amount: 100, currency },
        propensity: 0.001,
        contextWeights: [],
        levers: [],
        treatments: [
          { channel: 'WEB', headline: 'Your free loyalty card', deepLink: 'https://shop.example/loyalty-card' },
          {
            channel: 'CALL_CENTER',
            headline: 'Loyalty card',
            agentScript: 'Do you already have our loyalty card? It is free, and the coupons come to your home.',
          },
        ],
        products: [],
        creditWindowSeconds: 30 * day,
        ttlSeconds: hour,
        startAt,
        caps: [],
        suppression: {},
      },
    },
    {
      offerId: 'home-delivery',
      terms: {
        name: 'Home delivery',
        description: 'First delivery free, for homes that shop often. Half of them, until the vans are many enough.',
        category: 'programme',
        tags: ['evergreen'],
        purposes: ['marketing'],
        audiences: [],
        eligibility: [{ name: 'no coupon is being scanned', expression: '!has(context.coupon)' }],
        value: { amount: 500, currency },
        propensity: 0.004,
        contextWeights: [
          {
            name: 'your basket is a large one',
            expression: 'has(context.basketValue) && context.basketValue >= 5000',
            percent: 50,
          },
        ],
        levers: [],
        treatments: [
          { channel: 'WEB', headline: 'We bring it to your door', deepLink: 'https://shop.example/home-delivery' },
          {
            channel: 'CALL_CENTER',
            headline: 'Home delivery',
            agentScript: 'Shall we bring your next shopping to your door? The first delivery is free.',
          },
        ],
        products: [],
        creditWindowSeconds: 30 * day,
        ttlSeconds: hour,
        startAt,
        rolloutShare: 0.5,
        caps: [
          {
            name: 'delivery twice a month',
            counts: 'IMPRESSION',
            scope: { kind: 'OFFER' },
            subject: 'CUSTOMER',
            limit: 2,
            window: { kind: 'CALENDAR', unit: 'MONTH', zone: 'CUSTOMER' },
          },
          {
            name: 'thirty homes a month',
            counts: 'IMPRESSION',
            scope: { kind: 'OFFER' },
            subject: 'TOTAL',
            limit: 30,
            window: { kind: 'CALENDAR', unit: 'MONTH', zone: 'UTC' },
          },
          {
            name: 'delivery accepted once',
            counts: 'ACCEPTANCE',
            scope: { kind: 'OFFER' },
            subject: 'CUSTOMER',
            limit: 1,
            window: { kind: 'LIFETIME' },
          },
        ],
        suppression: {
          afterDecline: { seconds: 30 * day, doubling: true },
          neverAfter: [{ offerId: fallbackOfferId, outcome: 'PRESENTED', withinSeconds: day }],
        },
        trigger: { signal: 'PURCHASE', atLeast: 2, withinSeconds: 30 * day },
      },
    },
  ];
}
