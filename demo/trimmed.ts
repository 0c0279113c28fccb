// What of the Complete Journey goes into demo/data: every campaign and offer, the busiest households, their last months. Pure.
import type { BasketLine, CompleteJourney, CouponProduct } from './complete-journey.ts';

/** The day of the data that the demo takes for the present: three campaigns run, the next begins in a week. */
export const referenceDay = '2017-11-20';

export interface TrimOptions {
  readonly households: number;
  readonly productsPerCoupon: number;
  /** Basket lines of so many days before the week of the reference day ends. */
  readonly days: number;
}

export const usualTrim: TrimOptions = { households: 200, productsPerCoupon: 4, days: 100 };

/** The same data, less of it: the same offers with the same ids, and households with demographics that were targeted. */
export function trimmed(
  journey: CompleteJourney,
  { households, productsPerCoupon, days }: TrimOptions,
): CompleteJourney {
  const kept = busiest(journey, households);
  const isKept = ({ householdId }: { readonly householdId: string }) => kept.has(householdId);
  const end = Date.parse(referenceDay) + 7 * 86_400_000;
  const basketLines = journey.basketLines.filter(
    (line) => isKept(line) && line.at < end && line.at >= end - days * 86_400_000,
  );
  const coupons = fewerProducts(journey, basketLines, productsPerCoupon);
  const products = new Set([...basketLines, ...coupons].map(({ productId }) => productId));
  return {
    campaigns: journey.campaigns,
    targetings: journey.targetings.filter(isKept),
    coupons,
    redemptions: journey.redemptions.filter(isKept),
    demographics: journey.demographics.filter(isKept),
    categories: new Map([...journey.categories].filter(([productId]) => products.has(productId))),
    basketLines,
  };
}

/** Targeted households with demographics, those with the most basket lines and redemptions. */
function busiest(journey: CompleteJourney, count: number): Set<string> {
  const known = new Set(journey.demographics.map(({ householdId }) => householdId));
  const activity = new Map<string, number>();
  for (const { householdId } of journey.targetings) if (known.has(householdId)) activity.set(householdId, 0);
  for (const { householdId } of [...journey.basketLines, ...journey.redemptions]) {
    const so = activity.get(householdId);
    if (so !== undefined) activity.set(householdId, so + 1);
  }
  const order = [...activity].sort(([one, busy], [other, busier]) => busier - busy || Number(one) - Number(other));
  return new Set(order.slice(0, count).map(([householdId]) => householdId));
}

/** Of each coupon some products of its own category, those that were bought first: its offer stays the same. */
function fewerProducts(journey: CompleteJourney, bought: readonly BasketLine[], count: number): CouponProduct[] {
  const isBought = new Set(bought.map(({ productId }) => productId));
  const byCoupon = Map.groupBy(journey.coupons, ({ campaignId, couponId }) => `${campaignId} ${couponId}`);
  const boughtFirst = (one: CouponProduct, other: CouponProduct) =>
    Number(isBought.has(other.productId)) - Number(isBought.has(one.productId));
  return [...byCoupon.values()].flatMap((rows) => {
    const own = categoryOfMost(rows, journey.categories);
    return rows
      .filter(({ productId }) => journey.categories.get(productId) === own)
      .sort(boughtFirst)
      .slice(0, count);
  });
}

function categoryOfMost(rows: readonly CouponProduct[], categories: CompleteJourney['categories']): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { productId } of rows) {
    const category = categories.get(productId);
    counts.set(category, (counts.get(category) ?? 0) + 1);
  }
  let best: [string | undefined, number] = [undefined, 0];
  for (const entry of counts) if (entry[1] > best[1]) best = entry;
  return best[0];
}
