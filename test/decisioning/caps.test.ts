// Which contacts a cap counts, and since when.
import { describe, expect, test } from 'vitest';
import {
  admits,
  bindOfferCap,
  bindPlacementCap,
  type CapRule,
  seriesOf,
  windowStart,
} from '../../src/decisioning/caps.ts';

const ruleWith = (changes: Partial<CapRule> = {}): CapRule => ({
  name: 'cap',
  counts: 'IMPRESSION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 3,
  window: { kind: 'LIFETIME' },
  ...changes,
});
const contact = { offerId: 'o1', placementId: 'home', channel: 'WEB', tags: ['fuel', 'food', 'fuel'] } as const;

describe('series', () => {
  test('a contact is counted once in each series it belongs to', () => {
    expect(seriesOf(contact)).toEqual([
      '*',
      'channel:WEB',
      'placement:home',
      'offer:o1',
      'offer:o1|placement:home',
      'tag:fuel',
      'tag:food',
    ]);
  });

  test.each<[CapRule['scope'], readonly string[], readonly string[]]>([
    [{ kind: 'OFFER' }, ['offer:o1'], ['offer:o1']],
    [{ kind: 'EACH_PLACEMENT' }, ['offer:o1|placement:home'], ['placement:home']],
    [
      { kind: 'PLACEMENTS', placements: ['home', 'basket', 'home'] },
      ['offer:o1|placement:basket', 'offer:o1|placement:home'],
      ['placement:basket', 'placement:home'],
    ],
    [{ kind: 'TAG', tag: 'fuel' }, ['tag:fuel'], ['tag:fuel']],
    [{ kind: 'CHANNEL', channel: 'WEB' }, ['channel:WEB'], ['channel:WEB']],
    [{ kind: 'EVERYTHING' }, ['*'], ['*']],
  ])('scope %o: of an offer %j, of a placement %j', (scope, ofOffer, ofPlacement) => {
    expect(bindOfferCap(ruleWith({ scope }), 'o1', 'home').series).toEqual(ofOffer);
    expect(bindPlacementCap(ruleWith({ scope }), 'o1', 'home').series).toEqual(ofPlacement);
  });
});

describe('keys', () => {
  const keyOf = (changes: Partial<CapRule>) => bindOfferCap(ruleWith(changes), 'o1', 'home').key;
  const rolling = (seconds: number): Partial<CapRule> => ({ window: { kind: 'ROLLING', seconds } });
  const calendar = (unit: 'DAY' | 'WEEK', zone: 'UTC' | 'CUSTOMER'): Partial<CapRule> => ({
    window: { kind: 'CALENDAR', unit, zone },
  });

  test('rules that count the same have the same key, whatever they are called and limit', () => {
    expect(keyOf({ name: 'other', limit: 7 })).toBe(keyOf({}));
    const placements = (...names: string[]): Partial<CapRule> => ({ scope: { kind: 'PLACEMENTS', placements: names } });
    expect(keyOf(placements('home', 'basket'))).toBe(keyOf(placements('basket', 'home', 'home')));
    expect(keyOf({ ...calendar('DAY', 'CUSTOMER'), subject: 'TOTAL' })).toBe(
      keyOf({ ...calendar('DAY', 'UTC'), subject: 'TOTAL' }),
    );
  });

  test('rules that count something else have another key', () => {
    const different: Partial<CapRule>[] = [
      {},
      { counts: 'CLICK' },
      { subject: 'TOTAL' },
      { scope: { kind: 'EVERYTHING' } },
      { pauseDays: 1 },
      { pauseDays: 2 },
      { pauseDays: 1, limit: 4 },
      rolling(1),
      rolling(2),
      calendar('DAY', 'UTC'),
      calendar('WEEK', 'UTC'),
      calendar('DAY', 'CUSTOMER'),
    ];
    expect(new Set(different.map(keyOf)).size).toBe(different.length);
  });
});

describe('admission', () => {
  const cap = bindOfferCap(ruleWith({ limit: 3 }), 'o1', 'home');
  test('there is room below the limit only', () => {
    expect(admits(cap, { used: 2 }, 0)).toBe(true);
    expect(admits(cap, { used: 3 }, 0)).toBe(false);
    expect(admits(bindOfferCap(ruleWith({ limit: 0 }), 'o1', 'home'), { used: 0 }, 0)).toBe(false);
  });
  test('a pause ends at its instant', () => {
    expect(admits(cap, { used: 0, pausedUntil: 100 }, 99)).toBe(false);
    expect(admits(cap, { used: 0, pausedUntil: 100 }, 100)).toBe(true);
  });
});

describe('windows', () => {
  const at = Date.parse('2026-11-18T22:30:00.000Z');
  test('a lifetime has no beginning', () => {
    expect(windowStart(ruleWith(), at, 'UTC')).toBe(Number.NEGATIVE_INFINITY);
  });
  test('a rolling window excludes the contact exactly so long ago', () => {
    expect(windowStart(ruleWith({ window: { kind: 'ROLLING', seconds: 60 } }), at, 'UTC')).toBe(at - 59_999);
  });
  test.each([
    ['CUSTOMER', 'CUSTOMER', '2026-11-18T15:00:00.000Z'],
    ['CUSTOMER', 'UTC', '2026-11-18T00:00:00.000Z'],
    ['TOTAL', 'CUSTOMER', '2026-11-18T00:00:00.000Z'],
  ] as const)('the day of a %s in the zone %s began at its midnight', (subject, zone, expected) => {
    const rule = ruleWith({ subject, window: { kind: 'CALENDAR', unit: 'DAY', zone } });
    expect(new Date(windowStart(rule, at, 'Asia/Tokyo')).toISOString()).toBe(expected);
  });
});
