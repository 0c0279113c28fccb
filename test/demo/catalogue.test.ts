import { readFileSync } from 'node:fs';
import { buildASTSchema, coerceInputValue, type GraphQLInputType, parse } from 'graphql';
import { expect, test } from 'vitest';
import { catalogueOf, redemptionShares } from '../../demo/catalogue.ts';
import { readCompleteJourney } from '../../demo/complete-journey.ts';
import { couponOffersOf } from '../../demo/coupon-offers.ts';
import { capRule } from '../../src/aggregates/cap-rule.ts';
import { createLanguage } from '../../src/decisioning/language.ts';
import { smallJourney } from './small-journey.ts';

const committed = readCompleteJourney('demo/data');
const demo = catalogueOf(committed, 0);
const small = catalogueOf(smallJourney, 0);
const offer = (offerId: string) => {
  const found = small.offers.find((each) => each.offerId === offerId);
  if (!found) throw new Error(`no offer ${offerId}`);
  return found.terms;
};

test('the committed data makes 631 offers of 27 campaigns, and two that are open to everybody', () => {
  expect(demo.offers).toHaveLength(633);
  expect(new Set(demo.offers.flatMap(({ terms }) => terms.audiences)).size).toBe(27);
  expect(demo.offers.filter(({ terms }) => terms.audiences.length === 0).map(({ offerId }) => offerId)).toEqual([
    'loyalty-card',
    'home-delivery',
  ]);
});

test('a coupon goes with the category that most of its products have', () => {
  expect(small.offers.slice(2).map(({ offerId }) => offerId)).toEqual([
    'c1-frozen-pizza',
    'c1-frzn-meat-meat-dinners',
    'c2-baby-foods',
    'c2-frzn-meat-meat-dinners',
  ]);
  expect(small.offerOf('1', '900')).toBe('c1-frozen-pizza');
  expect(small.offerOf('2', '900')).toBeUndefined();
  expect(offer('c1-frozen-pizza').products).toEqual(['100', '101']);
});

test('an offer lives from the first day of its campaign to the end of the last, shifted by whole days', () => {
  expect(offer('c1-frozen-pizza')).toMatchObject({
    startAt: '2017-03-01T00:00:00.000Z',
    endAt: '2017-04-01T00:00:00.000Z',
  });
  expect(catalogueOf(smallJourney, 7).offers.at(2)?.terms).toMatchObject({
    startAt: '2017-03-08T00:00:00.000Z',
    endAt: '2017-04-08T00:00:00.000Z',
  });
});

test('the share of redeemed pairs is a prior by campaign type, never nought', () => {
  const { offers, offerOf } = couponOffersOf(smallJourney);
  const shares = redemptionShares(smallJourney, offers, offerOf);
  // Two offers to two households: four pairs, of which one was redeemed, twice.
  expect(shares.get('A')).toBe((1 + 1) / (4 + 200));
  expect(shares.get('B')).toBe((1 + 1) / (2 + 200));
});

test('every input is one that the schema takes', () => {
  const schema = buildASTSchema(parse(readFileSync('schema.graphql', 'utf8')), { assumeValidSDL: true });
  const demand = (type: string, value: unknown) =>
    coerceInputValue(value, schema.getType(type) as GraphQLInputType, (path, _value, error) => {
      throw new Error(`${type} ${path.join('.')}: ${error.message}`);
    });
  for (const { terms } of demo.offers) demand('OfferTermsInput', terms);
  for (const { terms } of demo.placements) demand('PlacementTermsInput', terms);
});

test('every condition is well typed in the vocabulary of the demo', () => {
  const language = createLanguage(JSON.parse(readFileSync('demo/vocabulary.json', 'utf8')));
  for (const { offerId, terms } of demo.offers) {
    for (const { expression } of [...terms.eligibility, ...terms.contextWeights]) {
      expect(language.checkCondition(expression), `${offerId}: ${expression}`).toBeUndefined();
    }
  }
});

test('every cap is a rule of the rule space', () => {
  const caps = [...demo.offers, ...demo.placements].flatMap(({ terms }) => terms.caps ?? []);
  expect(caps.length).toBeGreaterThan(600);
  for (const cap of caps) expect(capRule.safeParse(cap).success, cap.name).toBe(true);
});

test('no cap of an offer can shut a till to four redemptions of one household', () => {
  for (const { terms } of demo.offers.filter((each) => each.terms.audiences.length > 0)) {
    for (const { scope, limit, counts } of terms.caps) {
      expect(scope.kind).toBe('EACH_PLACEMENT');
      expect(counts).toBe('IMPRESSION');
      expect(limit).toBeGreaterThan(4);
    }
    expect(terms.suppression.afterAcceptanceSeconds).toBeUndefined();
  }
  expect(demo.placements.find(({ placementId }) => placementId === 'till')?.terms.caps).toBeUndefined();
});

test('fallbacks are offers, brought in before the placements that name them', () => {
  const offers = new Set(demo.offers.map(({ offerId }) => offerId));
  const named = demo.placements.flatMap(({ terms }) => terms.fallbackOfferId ?? []);
  expect(named.length).toBeGreaterThan(0);
  for (const offerId of named) expect(offers).toContain(offerId);
});
