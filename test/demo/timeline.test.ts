import { expect, test } from 'vitest';
import { type Happening, timelineOf } from '../../demo/timeline.ts';
import { smallJourney } from './small-journey.ts';

const { happenings, beginsAt } = timelineOf(smallJourney);
const ofKind = <Kind extends Happening['kind']>(kind: Kind) =>
  happenings.filter((happening): happening is Happening & { kind: Kind } => happening.kind === kind);

test('everything happens in order of time, after the beginning', () => {
  const instants = happenings.map(({ at }) => at);
  expect(instants).toEqual(instants.toSorted((one, other) => one - other));
  expect(beginsAt).toBeLessThan(instants[0] ?? 0);
});

test('each targeting is one mailing on the first day of its campaign', () => {
  expect(
    ofKind('MAILING').map(({ customerId, audience, at }) => [customerId, audience, new Date(at).toISOString()]),
  ).toEqual([
    ['household-10', 'campaign-1', '2017-03-01T14:00:00.000Z'],
    ['household-11', 'campaign-1', '2017-03-01T14:00:00.000Z'],
    ['household-10', 'campaign-2', '2017-03-10T14:00:00.000Z'],
  ]);
});

test('every basket line is one signal, returns and unknown products too', () => {
  const signals = ofKind('SIGNALS').flatMap((each) => each.signals);
  expect(new Set(signals.map(({ signalId }) => signalId)).size).toBe(4);
  expect(signals.find(({ sku }) => sku === '999')).toEqual({
    customerId: 'household-11',
    signalId: 'basket-7002-999',
    kind: 'PURCHASE',
    observedAt: '2017-03-04T15:05:00.000Z',
    sku: '999',
    quantity: 0,
    amount: 0,
  });
});

test('no signal is sent before it was observed', () => {
  for (const { at, signals } of ofKind('SIGNALS')) {
    for (const { observedAt } of signals) expect(Date.parse(observedAt)).toBeLessThanOrEqual(at);
  }
});

test('a household that visits the web sees the home page twice and the checkout before each basket', () => {
  const visits = ofKind('VISIT').filter(({ requestId }) => requestId.startsWith('basket-7001'));
  expect(visits.map(({ customerId, placement, at }) => [customerId, placement, new Date(at).toISOString()])).toEqual([
    ['household-10', 'web-home', '2017-03-04T14:40:00.000Z'],
    ['household-10', 'web-home', '2017-03-04T14:52:00.000Z'],
    ['household-10', 'checkout', '2017-03-04T14:59:00.000Z'],
  ]);
  expect(ofKind('VISIT').some(({ customerId }) => customerId === 'household-11')).toBe(false);
});

test('each redemption is one of the offer of its coupon, on its day and under an id of its own', () => {
  const redemptions = ofKind('REDEMPTION');
  expect(redemptions.map(({ offerId, at }) => [offerId, new Date(at).toISOString().slice(0, 10)])).toEqual([
    ['c1-frozen-pizza', '2017-03-05'],
    ['c1-frozen-pizza', '2017-03-06'],
    ['c2-baby-foods', '2017-04-09'],
  ]);
  expect(new Set(redemptions.map(({ requestId }) => requestId)).size).toBe(3);
});

test('a limit keeps the first days only', () => {
  expect(timelineOf(smallJourney, 1).happenings.map(({ kind }) => kind)).toEqual(['MAILING', 'MAILING']);
});

test('a redeemed coupon that no campaign has is an error that names it', () => {
  const redemptions = [{ householdId: '10', couponId: '999', campaignId: '1', day: '2017-03-05' }];
  expect(() => timelineOf({ ...smallJourney, redemptions })).toThrow(
    'coupon 999 of campaign 1 was redeemed, coupons.csv does not know it',
  );
});
