// A Complete Journey in miniature: two campaigns, two households, a few baskets, invented.
import type { CompleteJourney } from '../../demo/complete-journey.ts';

export const smallJourney: CompleteJourney = {
  campaigns: [
    { campaignId: '1', type: 'A', startDay: '2017-03-01', endDay: '2017-03-31' },
    { campaignId: '2', type: 'B', startDay: '2017-03-10', endDay: '2017-04-09' },
  ],
  targetings: [
    { campaignId: '1', householdId: '10' },
    { campaignId: '1', householdId: '11' },
    { campaignId: '2', householdId: '10' },
  ],
  coupons: [
    { couponId: '900', productId: '100', campaignId: '1' },
    { couponId: '900', productId: '101', campaignId: '1' },
    { couponId: '900', productId: '200', campaignId: '1' },
    { couponId: '901', productId: '200', campaignId: '1' },
    { couponId: '901', productId: '201', campaignId: '2' },
    { couponId: '902', productId: '300', campaignId: '2' },
  ],
  redemptions: [
    { householdId: '10', couponId: '900', campaignId: '1', day: '2017-03-05' },
    { householdId: '10', couponId: '900', campaignId: '1', day: '2017-03-06' },
    { householdId: '10', couponId: '902', campaignId: '2', day: '2017-04-09' },
  ],
  demographics: [{ householdId: '10', attributes: { age: '35-44', kidsCount: '0' } }],
  categories: new Map([
    ['100', 'FROZEN PIZZA'],
    ['101', 'FROZEN PIZZA'],
    ['200', 'FRZN MEAT/MEAT DINNERS'],
    ['201', 'FRZN MEAT/MEAT DINNERS'],
    ['300', 'BABY FOODS'],
  ]),
  basketLines: [
    line('10', '7001', '100', 1, 350, '2017-03-04T15:00:00Z'),
    line('10', '7001', '200', 2, 798, '2017-03-04T15:00:00Z'),
    line('11', '7002', '999', -1, 0, '2017-03-04T15:05:00Z'),
    line('10', '7003', '100', 1, 250, '2017-03-20T15:00:00Z'),
  ],
};

function line(householdId: string, basketId: string, productId: string, quantity: number, amount: number, at: string) {
  return { householdId, basketId, productId, quantity, amount, at: Date.parse(at) };
}
