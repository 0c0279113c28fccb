import { describe, expect, test } from 'vitest';
import { preparedOffer } from '../../projections/prepared-offers.ts';
import { capOf } from './cap-gate-samples.ts';

const home = { placementId: 'home', channel: 'WEB' } as const;
const caps = [capOf({ name: 'own' }), capOf({ name: 'all', subject: 'TOTAL', pauseDays: 2 })];
const offer = { offerId: 'o1', tags: ['fuel'], caps };

describe('what an offer in a placement is asked with', () => {
  test('it is worked out once for a list of caps', () => {
    expect(preparedOffer(home, { ...offer })).toBe(preparedOffer({ ...home }, offer));
  });

  test('it has the caps of the customer apart from those of everybody, whose pauses are not worked out', () => {
    const { own, totals, pauses } = preparedOffer(home, offer);
    expect(own.map(({ rule }) => rule.name)).toEqual(['own']);
    expect(totals.map(({ rule }) => rule.name)).toEqual(['all']);
    expect(pauses).toBe(false);
    expect(preparedOffer(home, { ...offer, caps: [capOf({ pauseDays: 2 })] }).pauses).toBe(true);
  });

  test('a list of caps that several have in common is not answered with the series of another', () => {
    expect(preparedOffer(home, offer).series).toContain('offer:o1|placement:home');
    expect(preparedOffer(home, { ...offer, offerId: 'o2' }).series).toContain('offer:o2|placement:home');
    expect(preparedOffer({ ...home, placementId: 'cart' }, offer).series).toContain('offer:o1|placement:cart');
    expect(preparedOffer({ ...home, channel: 'APP' }, offer).series).toContain('channel:APP');
    expect(preparedOffer(home, { ...offer, tags: ['wine'] }).series).toContain('tag:wine');
    expect(preparedOffer(home, offer).series).toContain('tag:fuel');
  });
});
