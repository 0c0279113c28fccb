import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCompleteJourney } from '../../demo/complete-journey.ts';
import { couponOffersOf } from '../../demo/coupon-offers.ts';
import { trimmed } from '../../demo/trimmed.ts';
import { smallJourney } from './small-journey.ts';

const bought = {
  householdId: '10',
  basketId: '7004',
  productId: '101',
  quantity: 1,
  amount: 100,
  at: Date.parse('2017-11-20'),
};
const journey = { ...smallJourney, basketLines: [...smallJourney.basketLines, bought] };
const part = trimmed(journey, { households: 1, productsPerCoupon: 1, days: 30 });

test('every coupon stays in its offer', () => {
  const { offers, offerOf } = couponOffersOf(part);
  expect(offers.map(({ offerId }) => offerId)).toEqual(couponOffersOf(journey).offers.map(({ offerId }) => offerId));
  for (const { campaignId, couponId } of journey.coupons) {
    expect(offerOf(campaignId, couponId)).toBe(couponOffersOf(journey).offerOf(campaignId, couponId));
  }
});

test('of the products of a coupon those that were bought stay first', () => {
  expect(part.coupons.filter(({ couponId }) => couponId === '900').map(({ productId }) => productId)).toEqual(['101']);
});

test('the busiest targeted household with demographics stays, with all that concerns it', () => {
  expect(new Set(part.targetings.map(({ householdId }) => householdId))).toEqual(new Set(['10']));
  expect(part.redemptions).toHaveLength(3);
});

test('basket lines of the last days stay', () => {
  expect(part.basketLines).toEqual([bought]);
});

test('the committed data is small, and every redemption in it is of a targeted household', () => {
  const bytes = readdirSync('demo/data').reduce((sum, name) => sum + statSync(join('demo/data', name)).size, 0);
  expect(bytes).toBeLessThan(1_500_000);
  const { targetings, redemptions, demographics } = readCompleteJourney('demo/data');
  expect(demographics).toHaveLength(200);
  const targeted = new Set(targetings.map(({ campaignId, householdId }) => `${campaignId} ${householdId}`));
  for (const { campaignId, householdId } of redemptions) expect(targeted).toContain(`${campaignId} ${householdId}`);
});
