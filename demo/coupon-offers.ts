// Which offer a coupon belongs to: a campaign's coupons for products of one category are one offer.
import type { CompleteJourney } from './complete-journey.ts';
import { categoryIdOf, offerIdOf } from './identifiers.ts';

/** What the data says of one offer: a campaign and a product category. */
export interface CouponOffer {
  readonly offerId: string;
  readonly campaignId: string;
  readonly category: string;
  readonly categoryId: string;
  /** Products of the category on which a coupon of the offer can be used. */
  readonly products: readonly string[];
}

export interface CouponOffers {
  readonly offers: readonly CouponOffer[];
  /** The offer of a coupon in a campaign; undefined for an unknown coupon. */
  offerOf(campaignId: string, couponId: string): string | undefined;
}

/** The offers of the data, by campaign in its order, then by category. A coupon goes with the most frequent category of its products. */
export function couponOffersOf(journey: CompleteJourney): CouponOffers {
  const coupons = new Map<string, { campaignId: string; productsByCategory: Map<string, string[]> }>();
  for (const { couponId, campaignId, productId } of journey.coupons) {
    const key = `${campaignId} ${couponId}`;
    const coupon = coupons.get(key) ?? { campaignId, productsByCategory: new Map<string, string[]>() };
    coupons.set(key, coupon);
    const category = journey.categories.get(productId) ?? 'OTHER';
    const products = coupon.productsByCategory.get(category);
    if (products) products.push(productId);
    else coupon.productsByCategory.set(category, [productId]);
  }

  const offerByCoupon = new Map<string, string>();
  const found = new Map<string, { category: string; campaignId: string; products: Set<string> }>();
  for (const [key, { campaignId, productsByCategory }] of coupons) {
    const [category, products] = mostFrequent(productsByCategory);
    const offerId = offerIdOf(campaignId, categoryIdOf(category));
    const offer = found.get(offerId) ?? { category, campaignId, products: new Set<string>() };
    found.set(offerId, offer);
    for (const product of products) offer.products.add(product);
    offerByCoupon.set(key, offerId);
  }

  const order = new Map(journey.campaigns.map(({ campaignId }, place) => [campaignId, place]));
  const offers = [...found].map(([offerId, { category, campaignId, products }]): CouponOffer => {
    if (!order.has(campaignId))
      throw new Error(`coupons.csv names campaign ${campaignId}, campaign_descriptions.csv does not`);
    return { offerId, campaignId, category, categoryId: categoryIdOf(category), products: [...products] };
  });
  offers.sort(
    (one, other) =>
      (order.get(one.campaignId) ?? 0) - (order.get(other.campaignId) ?? 0) || (one.offerId < other.offerId ? -1 : 1),
  );
  return { offers, offerOf: (campaignId, couponId) => offerByCoupon.get(`${campaignId} ${couponId}`) };
}

/** The category with the most products; of equals the one that the file names first. */
function mostFrequent(productsByCategory: ReadonlyMap<string, string[]>): [string, string[]] {
  let best: [string, string[]] = ['OTHER', []];
  for (const entry of productsByCategory) if (entry[1].length > best[1].length) best = entry;
  return best;
}
