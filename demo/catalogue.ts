// The campaigns of the data as offers: one for each campaign and product category, with its real window. Pure.
import { inPlainWords, isForSmallChildren } from './category-words.ts';
import type { CompleteJourney } from './complete-journey.ts';
import { type CouponOffer, type CouponOffers, couponOffersOf } from './coupon-offers.ts';
import { campaignTagOf, endOfDay, startOfDay } from './identifiers.ts';
import type { CapRuleInput, OfferTermsInput, PlacementTermsInput } from './input-terms.ts';
import { evergreenOffers, placements } from './placements.ts';

const day = 86_400;

export interface CatalogueOffer {
  readonly offerId: string;
  readonly terms: OfferTermsInput;
}

export interface DemoCatalogue {
  /** The evergreen offers first: the fallback is one of them. */
  readonly offers: readonly CatalogueOffer[];
  readonly placements: readonly { readonly placementId: string; readonly terms: PlacementTermsInput }[];
  /** The offer of a coupon in a campaign. */
  readonly offerOf: CouponOffers['offerOf'];
}

/** The catalogue of the data, all days `shiftDays` later. */
export function catalogueOf(journey: CompleteJourney, shiftDays: number, currency = 'USD'): DemoCatalogue {
  const { offers, offerOf } = couponOffersOf(journey);
  const campaigns = new Map(journey.campaigns.map((campaign) => [campaign.campaignId, campaign]));
  const amounts = meanAmounts(journey);
  const shares = redemptionShares(journey, offers, offerOf);
  const firstDay = journey.campaigns.map(({ startDay }) => startDay).sort()[0] ?? '2017-01-01';
  return {
    offers: [
      ...evergreenOffers(startOfDay(firstDay, shiftDays - 1), currency),
      ...offers.map((offer): CatalogueOffer => {
        const campaign = campaigns.get(offer.campaignId);
        if (!campaign) throw new Error(`campaign ${offer.campaignId} is unknown`);
        return {
          offerId: offer.offerId,
          terms: {
            ...couponTerms(offer, campaign.type),
            value: { amount: amounts.of(offer), currency },
            propensity: shares.get(campaign.type) ?? 0,
            startAt: startOfDay(campaign.startDay, shiftDays),
            endAt: endOfDay(campaign.endDay, shiftDays),
          },
        };
      }),
    ],
    placements,
    offerOf,
  };
}

type CouponTerms = Omit<OfferTermsInput, 'value' | 'propensity' | 'startAt' | 'endAt'>;

function couponTerms(offer: CouponOffer, type: string): CouponTerms {
  const { offerId, campaignId, categoryId } = offer;
  const words = inPlainWords(offer.category);
  const tag = campaignTagOf(campaignId);
  const headline = `Coupon for ${words}`;
  return {
    name: `${words.charAt(0).toUpperCase()}${words.slice(1)} coupon`,
    description: `Campaign ${campaignId}, type ${type}: coupons for ${words}.`,
    category: categoryId,
    tags: [tag, `type-${type}`],
    purposes: ['marketing'],
    audiences: [tag],
    eligibility: [
      // A till tells which coupon the customer holds: then that offer and no other.
      {
        name: `your coupon for ${words} counts here`,
        expression: `!has(context.coupon) || context.coupon == "${offerId}"`,
      },
      ...(isForSmallChildren(offer.category)
        ? [
            {
              name: 'there may be children in your home',
              expression: 'has(context.coupon) || !has(profile.kidsCount) || profile.kidsCount != "0"',
            },
          ]
        : []),
    ],
    contextWeights: [
      {
        name: `you have bought ${words} lately`,
        expression: `"${categoryId}" in features.spendByCategory`,
        percent: 40,
      },
      {
        name: `you are looking at ${words}`,
        expression: `has(context.category) && context.category == "${categoryId}"`,
        percent: 30,
      },
    ],
    levers: leversOf(type),
    treatments: [
      { channel: 'MAIL', headline, body: `Cut out the coupon for ${words} and bring it along.` },
      { channel: 'WEB', headline, deepLink: `https://shop.example/coupons/${offerId}` },
      { channel: 'POS', headline, body: `Coupon for ${words} accepted.` },
      {
        channel: 'CALL_CENTER',
        headline,
        deepLink: `https://shop.example/coupons/${offerId}`,
        agentScript: `There is a coupon for ${words} waiting for you. Shall I put it on your card, so that you save at your next visit?`,
      },
    ],
    products: offer.products.slice(0, 200),
    creditWindowSeconds: 45 * day,
    ttlSeconds: 3600,
    caps: couponCaps,
    // A scanned coupon is a fact: nothing here may silence the till, so there is no silence after an acceptance.
    suppression: { afterDecline: { seconds: 14 * day, doubling: true } },
  };
}

function leversOf(type: string): OfferTermsInput['levers'] {
  if (type === 'A') return [{ name: 'flagship campaign', percent: 20 }];
  if (type === 'C') return [{ name: 'partner campaign', percent: 10 }];
  return [];
}

/**
 * Nobody in the data redeems one offer more than four times, so that this cap never shuts a till. What is to bite on the web only
 * is a cap of those placements.
 */
const couponCaps: readonly CapRuleInput[] = [
  {
    name: 'five times a month in one place',
    counts: 'IMPRESSION',
    scope: { kind: 'EACH_PLACEMENT' },
    subject: 'CUSTOMER',
    limit: 5,
    window: { kind: 'CALENDAR', unit: 'MONTH', zone: 'CUSTOMER' },
  },
];

/** Mean receipts of a basket line, in cents: of the offer's products, else of its category, else of all. */
function meanAmounts(journey: CompleteJourney): { of(offer: CouponOffer): number } {
  const byProduct = new Map<string, Sum>();
  const byCategory = new Map<string, Sum>();
  const all: Sum = { amount: 0, lines: 0 };
  for (const { productId, amount } of journey.basketLines) {
    const category = journey.categories.get(productId) ?? '';
    for (const sum of [entry(byProduct, productId), entry(byCategory, category), all]) {
      sum.amount += amount;
      sum.lines += 1;
    }
  }
  return {
    of(offer) {
      const own: Sum = { amount: 0, lines: 0 };
      for (const product of offer.products) {
        const sum = byProduct.get(product);
        if (!sum) continue;
        own.amount += sum.amount;
        own.lines += sum.lines;
      }
      // A handful of lines says little of an offer; its category says more.
      const sum = [own, byCategory.get(offer.category), all].find((candidate) => candidate && candidate.lines >= 5);
      return sum ? Math.round(sum.amount / sum.lines) : 100;
    },
  };
}

interface Sum {
  amount: number;
  lines: number;
}

function entry(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? { amount: 0, lines: 0 };
  sums.set(key, sum);
  return sum;
}

/**
 * Share of (household, offer) pairs with a redemption among all pairs that were targeted, by campaign type; one redemption and
 * two hundred targetings are added to each so that no type is at nought. It is a prior of the whole year, not a forecast.
 */
export function redemptionShares(
  journey: CompleteJourney,
  offers: readonly CouponOffer[],
  offerOf: CouponOffers['offerOf'],
): Map<string, number> {
  const typeOf = new Map(journey.campaigns.map(({ campaignId, type }) => [campaignId, type]));
  const targeted = new Map<string, number>();
  for (const { campaignId } of journey.targetings) targeted.set(campaignId, (targeted.get(campaignId) ?? 0) + 1);
  const pairs = new Map<string, number>();
  for (const { campaignId } of offers) {
    const type = typeOf.get(campaignId) ?? '';
    pairs.set(type, (pairs.get(type) ?? 0) + (targeted.get(campaignId) ?? 0));
  }
  const redeemed = new Map<string, Set<string>>();
  for (const { campaignId, couponId, householdId } of journey.redemptions) {
    const type = typeOf.get(campaignId) ?? '';
    const households = redeemed.get(type) ?? new Set<string>();
    redeemed.set(type, households.add(`${householdId} ${offerOf(campaignId, couponId)}`));
  }
  return new Map([...pairs].map(([type, count]) => [type, ((redeemed.get(type)?.size ?? 0) + 1) / (count + 200)]));
}
