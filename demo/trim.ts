// npm run demo:trim -- --data <folder> [--into demo/data]: writes the part of the Complete Journey that npm start loads.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askedOrExit } from '../src/command-help.ts';
import { type CompleteJourney, demographicColumns, readCompleteJourney } from './complete-journey.ts';
import { trimmed, usualTrim } from './trimmed.ts';

type Cell = string | number;

/** Writes a journey as the csv files that readCompleteJourney reads, with the columns that it asks for. */
export function writeCompleteJourney(journey: CompleteJourney, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, columns: readonly string[], rows: Iterable<readonly Cell[]>) => {
    const lines = [columns, ...rows].map((cells) => cells.map(quoted).join(','));
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
  };
  write(
    'campaign_descriptions.csv',
    ['campaign_id', 'campaign_type', 'start_date', 'end_date'],
    journey.campaigns.map(({ campaignId, type, startDay, endDay }) => [campaignId, `Type ${type}`, startDay, endDay]),
  );
  write(
    'campaigns.csv',
    ['campaign_id', 'household_id'],
    journey.targetings.map(({ campaignId, householdId }) => [campaignId, householdId]),
  );
  write(
    'coupons.csv',
    ['coupon_upc', 'product_id', 'campaign_id'],
    journey.coupons.map(({ couponId, productId, campaignId }) => [couponId, productId, campaignId]),
  );
  write(
    'coupon_redemptions.csv',
    ['household_id', 'coupon_upc', 'campaign_id', 'redemption_date'],
    journey.redemptions.map(({ householdId, couponId, campaignId, day }) => [householdId, couponId, campaignId, day]),
  );
  write(
    'demographics.csv',
    ['household_id', ...Object.keys(demographicColumns)],
    journey.demographics.map(({ householdId, attributes }) => [
      householdId,
      ...Object.values(demographicColumns).map((attribute) => attributes[attribute] ?? ''),
    ]),
  );
  write('products.csv', ['product_id', 'product_category'], journey.categories);
  write(
    'transactions_sample.csv',
    ['household_id', 'basket_id', 'product_id', 'quantity', 'sales_value', 'transaction_timestamp'],
    journey.basketLines.map((line) => [
      line.householdId,
      line.basketId,
      line.productId,
      line.quantity,
      line.amount / 100,
      new Date(line.at).toISOString().replace('.000Z', 'Z'),
    ]),
  );
}

function quoted(cell: Cell): string {
  const text = String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const usage = `npm run demo:trim -- --data <folder of the Complete Journey>
  --into <folder>   where the part is written, demo/data if absent`;

/** @throws Error that says which option is wrong. */
function readOptions() {
  const { data, into } = parseArgs({
    options: { data: { type: 'string' }, into: { type: 'string', default: 'demo/data' } },
  }).values;
  if (data === undefined) throw new Error('--data is missing');
  return { data, into };
}

if (import.meta.main) {
  const values = askedOrExit(usage, readOptions);
  const part = trimmed(readCompleteJourney(values.data), usualTrim);
  writeCompleteJourney(part, values.into);
  console.log(
    `${values.into}: ${part.demographics.length} households, ${part.targetings.length} targetings, ` +
      `${part.redemptions.length} redemptions, ${part.basketLines.length} basket lines, ${part.coupons.length} coupon products`,
  );
}
