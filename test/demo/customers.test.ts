import { expect, test } from 'vitest';
import { audiencesUntil, customersOf, signalOf } from '../../demo/customers.ts';
import { basketNameOf, categoryIdOf } from '../../demo/identifiers.ts';
import { shiftDaysFor } from '../../demo/load.ts';
import { smallJourney } from './small-journey.ts';

test('every household that is named anywhere is a customer, once', () => {
  expect(customersOf(smallJourney)).toEqual([
    { customerId: 'household-10', attributes: { age: '35-44', kidsCount: '0' } },
    { customerId: 'household-11', attributes: {} },
  ]);
});

test('audiences are those of campaigns that have begun', () => {
  expect(audiencesUntil(smallJourney, '2017-03-09').get('household-10')).toEqual(['campaign-1']);
  expect(audiencesUntil(smallJourney, '2017-03-10').get('household-10')).toEqual(['campaign-1', 'campaign-2']);
});

test('a signal carries its category and amount, and is moved by whole days', () => {
  const line = smallJourney.basketLines[0];
  if (!line) throw new Error('no basket line');
  expect(signalOf(line, smallJourney.categories, 7)).toEqual({
    customerId: 'household-10',
    signalId: 'basket-7001-100',
    kind: 'PURCHASE',
    observedAt: '2017-03-11T15:00:00.000Z',
    sku: '100',
    category: 'frozen-pizza',
    quantity: 1,
    amount: 350,
  });
});

test('names are ids that Kairos takes', () => {
  expect(categoryIdOf('FRZN MEAT/MEAT DINNERS')).toBe('frzn-meat-meat-dinners');
  expect(categoryIdOf('***')).toBe('other');
  expect(basketNameOf('4.0128e+10')).toBe('basket-4.0128e10');
});

test.each(['2026-11-16T00:00:00Z', '2026-11-21T18:00:00Z', '2026-11-22T23:59:59Z'])(
  'the reference day comes into the week of %s',
  (now) => {
    const shift = shiftDaysFor(Date.parse(now));
    expect(shift % 7).toBe(0);
    const monday = new Date(Date.parse('2017-11-20') + shift * 86_400_000);
    expect(monday.toISOString()).toBe('2026-11-16T00:00:00.000Z');
  },
);
