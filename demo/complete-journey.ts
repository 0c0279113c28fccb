// The 84.51° Complete Journey as typed rows, from a folder with its seven csv files (whole, or trimmed by demo/trim.ts).
import { readTable } from './csv-table.ts';

export interface Campaign {
  readonly campaignId: string;
  /** `A`, `B` or `C`. */
  readonly type: string;
  /** ISO days, both inclusive. */
  readonly startDay: string;
  readonly endDay: string;
}

/** A campaign was mailed to a household. */
export interface Targeting {
  readonly campaignId: string;
  readonly householdId: string;
}

/** One of the products on which a coupon of a campaign can be used. */
export interface CouponProduct {
  readonly couponId: string;
  readonly productId: string;
  readonly campaignId: string;
}

export interface Redemption {
  readonly householdId: string;
  readonly couponId: string;
  readonly campaignId: string;
  readonly day: string;
}

/** Demographics of a household; what is not known is absent. */
export interface Demographics {
  readonly householdId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface BasketLine {
  readonly householdId: string;
  readonly basketId: string;
  readonly productId: string;
  readonly quantity: number;
  /** What the shop received for the line, in cents. */
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface CompleteJourney {
  readonly campaigns: readonly Campaign[];
  /** Each (campaign, household) once. */
  readonly targetings: readonly Targeting[];
  readonly coupons: readonly CouponProduct[];
  readonly redemptions: readonly Redemption[];
  readonly demographics: readonly Demographics[];
  /** Product category by product; products without a category are absent. */
  readonly categories: ReadonlyMap<string, string>;
  /** By time. */
  readonly basketLines: readonly BasketLine[];
}

/** Columns of demographics.csv and the attributes of demo/vocabulary.json that they become. */
export const demographicColumns = {
  age: 'age',
  income: 'income',
  home_ownership: 'homeOwnership',
  marital_status: 'maritalStatus',
  household_size: 'householdSize',
  household_comp: 'householdComposition',
  kids_count: 'kidsCount',
} as const;

/**
 * Reads the folder.
 * @throws Error that names the file, and the line and column where there is one.
 */
export function readCompleteJourney(folder: string): CompleteJourney {
  const campaigns = readTable(
    folder,
    'campaign_descriptions.csv',
    ['campaign_id', 'campaign_type', 'start_date', 'end_date'],
    (row): Campaign => ({
      campaignId: row.word('campaign_id'),
      type: row.word('campaign_type').replace(/^Type /, ''),
      startDay: row.day('start_date'),
      endDay: row.day('end_date'),
    }),
  );
  const targetings = readTable(
    folder,
    'campaigns.csv',
    ['campaign_id', 'household_id'],
    (row): Targeting => ({ campaignId: row.word('campaign_id'), householdId: row.word('household_id') }),
  );
  const coupons = readTable(
    folder,
    'coupons.csv',
    ['coupon_upc', 'product_id', 'campaign_id'],
    (row): CouponProduct => ({
      couponId: row.word('coupon_upc'),
      productId: row.word('product_id'),
      campaignId: row.word('campaign_id'),
    }),
  );
  const redemptions = readTable(
    folder,
    'coupon_redemptions.csv',
    ['household_id', 'coupon_upc', 'campaign_id', 'redemption_date'],
    (row): Redemption => ({
      householdId: row.word('household_id'),
      couponId: row.word('coupon_upc'),
      campaignId: row.word('campaign_id'),
      day: row.day('redemption_date'),
    }),
  );
  const demographics = readTable(
    folder,
    'demographics.csv',
    ['household_id', ...Object.keys(demographicColumns)],
    (row): Demographics => {
      const attributes: Record<string, string> = {};
      for (const [column, attribute] of Object.entries(demographicColumns)) {
        const value = row.text(column);
        if (value !== '') attributes[attribute] = value;
      }
      return { householdId: row.word('household_id'), attributes };
    },
  );
  const products = readTable(folder, 'products.csv', ['product_id', 'product_category'], (row): [string, string] => [
    row.word('product_id'),
    row.text('product_category'),
  ]);
  const basketLines = readTable(
    folder,
    'transactions_sample.csv',
    ['household_id', 'basket_id', 'product_id', 'quantity', 'sales_value', 'transaction_timestamp'],
    (row): BasketLine => ({
      householdId: row.word('household_id'),
      basketId: row.word('basket_id'),
      productId: row.word('product_id'),
      quantity: row.whole('quantity'),
      amount: row.cents('sales_value'),
      at: row.instant('transaction_timestamp'),
    }),
  );
  return {
    campaigns,
    targetings: once(targetings),
    coupons,
    redemptions,
    demographics,
    categories: new Map(products.filter(([, category]) => category !== '')),
    basketLines: basketLines.sort((one, other) => one.at - other.at || (one.basketId < other.basketId ? -1 : 1)),
  };
}

function once(targetings: readonly Targeting[]): Targeting[] {
  const seen = new Map(targetings.map((targeting) => [`${targeting.campaignId} ${targeting.householdId}`, targeting]));
  return [...seen.values()];
}
