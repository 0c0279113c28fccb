import { describe, expect, test } from 'vitest';
import { type FeatureEntry, features, featuresAt } from '../../projections/features.ts';
import type { Windows } from '../../src/decisioning/facts.ts';
import { type Random, seededRandom } from './random.ts';
import { recorded } from './recorded-events.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const noon = Date.UTC(2026, 10, 21, 12);

interface Seen {
  readonly kind: string;
  readonly at: number;
  readonly sku?: string;
  readonly category?: string;
  readonly amount?: number;
}

/** The entry of signals in the order in which they were reported; `reportedAt` absent: long after all of them. */
function entryFrom(seen: readonly Seen[], reportedAt = noon + 1000 * day): FeatureEntry {
  const told = seen.map(({ at, ...signal }, index) => ({
    stream: 'signal-c1_20261121',
    type: 'SignalObserved',
    at: new Date(reportedAt).toISOString(),
    data: { customerId: 'c1', signalId: `s${index}`, observedAt: new Date(at).toISOString(), ...signal },
  }));
  return recorded(told).reduce((entry, event) => features.evolve(entry, event), features.empty('c1'));
}

const at = (entry: FeatureEntry, instant: number) => featuresAt(entry, 'p', instant);
const view = (instant: number, more: Partial<Seen> = {}): Seen => ({ kind: 'VIEW', at: instant, ...more });

describe('windows', () => {
  test('a signal leaves a window with the bucket that the start of the window leaves behind', () => {
    const entry = entryFrom([view(noon)]);
    const windows = (age: number) => at(entry, noon + age).counts.VIEW;
    expect(windows(0)).toEqual({ h1: 1, h24: 1, d7: 1, d30: 1, d90: 1 });
    expect(windows(hour + minute - 1)).toMatchObject({ h1: 1 });
    expect(windows(hour + minute)).toMatchObject({ h1: 0, h24: 1 });
    expect(windows(day + hour - 1)).toMatchObject({ h24: 1 });
    expect(windows(day + hour)).toMatchObject({ h24: 0, d7: 1 });
    expect(windows(7 * day + hour)).toMatchObject({ d7: 0, d30: 1 });
    expect(windows(30 * day + hour)).toMatchObject({ d30: 0, d90: 1 });
    expect(windows(90 * day + hour)).toMatchObject({ d90: 0 });
  });

  test('a signal that is reported late finds its own bucket', () => {
    const entry = entryFrom([view(noon), view(noon - 3 * day), view(noon - 10 * day), view(noon - 3 * day)]);
    expect(at(entry, noon).counts.VIEW).toEqual({ h1: 1, h24: 1, d7: 3, d30: 4, d90: 4 });
  });

  test('what comes after the instant is not in it', () => {
    const entry = entryFrom([view(noon, { sku: 'a' }), view(noon + 2 * hour, { sku: 'b' })]);
    expect(at(entry, noon)).toMatchObject({ lastSeenAt: noon, lastViewedSkus: ['a'], counts: { VIEW: { d90: 1 } } });
    expect(at(entry, noon - 1)).not.toHaveProperty('lastSeenAt');
  });

  test('kinds never seen are absent, and amounts are summed', () => {
    const entry = entryFrom([
      { kind: 'PURCHASE', at: noon, amount: 700, category: 'fuel' },
      { kind: 'PURCHASE', at: noon - 2 * day, amount: 300, category: 'fuel' },
      { kind: 'PURCHASE', at: noon - 100 * day, amount: 9, category: 'fuel' },
      { kind: 'PURCHASE', at: noon, amount: 50, category: '__proto__' },
    ]);
    const found = at(entry, noon);
    expect(Object.keys(found.counts)).toEqual(['PURCHASE']);
    expect(found.sums.PURCHASE).toEqual({ h1: 750, h24: 750, d7: 1050, d30: 1050, d90: 1050 });
    expect(Object.entries(found.spendByCategory)).toEqual(
      expect.arrayContaining([
        ['fuel', 1000],
        ['__proto__', 50],
      ]),
    );
  });

  test('a signal from the future counts as of its report and pushes nothing out', () => {
    const entry = entryFrom([view(noon - 30 * day), view(noon + 3650 * day)], noon);
    expect(at(entry, noon).counts.VIEW).toEqual({ h1: 1, h24: 1, d7: 1, d30: 2, d90: 2 });
    expect(at(entry, noon).lastSeenAt).toBe(noon);
  });

  test('an instant that is none changes nothing', () => {
    const event = recorded([
      { stream: 'signal-c1_1', type: 'SignalObserved', data: { customerId: 'c1', kind: 'VIEW', observedAt: 'soon' } },
    ]);
    expect(event.reduce((entry, each) => features.evolve(entry, each), features.empty('c1'))).toEqual(
      features.empty('c1'),
    );
  });
});

describe('views', () => {
  test('the last 20 skus and categories, distinct, newest first, whatever the order of the reports', () => {
    const seen = Array.from({ length: 30 }, (_, index) =>
      view(noon + index * minute, { sku: `s${index}`, category: 'fuel' }),
    );
    const entry = entryFrom([...seen.toReversed(), view(noon + hour, { sku: 's0' }), view(noon, { sku: 's29' })]);
    const found = at(entry, noon + day);
    expect(found.lastViewedSkus).toEqual(['s0', ...Array.from({ length: 19 }, (_, index) => `s${29 - index}`)]);
    expect(found.lastViewedCategories).toEqual(['fuel']);
  });

  test('of views at the same instant the one that was reported last is the newest', () => {
    const entry = entryFrom(['a', 'b', 'c', 'b'].map((sku) => view(noon, { sku })));
    expect(at(entry, noon).lastViewedSkus).toEqual(['b', 'c', 'a']);
  });

  test('what was put in the cart was not viewed', () => {
    const entry = entryFrom([{ kind: 'CART_ADD', at: noon, sku: 'a', category: 'fuel', amount: 1 }]);
    expect(at(entry, noon)).toMatchObject({ lastViewedSkus: [], lastViewedCategories: [] });
  });
});

/** The features as their definition says them, from all signals: slow and without any memory of what came before. */
function recount(seen: readonly Seen[], instant: number) {
  const inOrder = seen.map((signal, index) => ({ ...signal, index })).sort((a, b) => a.at - b.at || a.index - b.index);
  const newestFirst = inOrder.toReversed().filter((signal) => signal.at <= instant);
  const inWindow = (signal: Seen, length: number, bucket: number) => {
    const start = Math.floor(signal.at / bucket) * bucket;
    return start <= instant && start + bucket > instant - length;
  };
  const counts: Record<string, Windows> = {};
  const sums: Record<string, Windows> = {};
  for (const kind of new Set(seen.map((signal) => signal.kind))) {
    const windows = (value: (signal: Seen) => number): Windows => {
      const total = (length: number, bucket: number) =>
        seen
          .filter((signal) => signal.kind === kind && inWindow(signal, length, bucket))
          .reduce((sum, signal) => sum + value(signal), 0);
      return {
        h1: total(hour, minute),
        h24: total(day, hour),
        d7: total(7 * day, hour),
        d30: total(30 * day, hour),
        d90: total(90 * day, hour),
      };
    };
    counts[kind] = windows(() => 1);
    sums[kind] = windows((signal) => signal.amount ?? 0);
  }
  const spendByCategory: Record<string, number> = {};
  for (const { kind, category, amount = 0, at } of seen) {
    if (kind !== 'PURCHASE' || !category || !inWindow({ kind, at }, 90 * day, day)) continue;
    spendByCategory[category] = (spendByCategory[category] ?? 0) + amount;
  }
  let cartValue = 0;
  for (const { kind, amount = 0 } of newestFirst.toReversed()) {
    if (kind === 'CART_ADD') cartValue += amount;
    if (kind === 'CART_REMOVE') cartValue = Math.max(0, cartValue - amount);
    if (kind === 'PURCHASE') cartValue = 0;
  }
  const views = newestFirst.filter(({ kind }) => kind === 'VIEW');
  const lastViewed = (names: (string | undefined)[]) =>
    [...new Set(names.filter((name) => name !== undefined))].slice(0, 20);
  return {
    position: 'p',
    lastSeenAt: newestFirst[0]?.at,
    cartValue,
    lastViewedSkus: lastViewed(views.map(({ sku }) => sku)),
    lastViewedCategories: lastViewed(views.map(({ category }) => category)),
    counts,
    sums,
    spendByCategory,
    recent: newestFirst.slice(0, 50).map(({ kind, category, at }) => ({ kind, ...(category && { category }), at })),
  };
}

/** Signals over 120 days; some are reported days after the event, some at the same instant, some in bursts. */
function randomSignals(random: Random, count: number): Seen[] {
  let clock = noon - 120 * day;
  return Array.from({ length: count }, () => {
    const pace = random.share();
    clock += pace < 0.2 ? 0 : pace < 0.6 ? random.below(2 * minute) : random.below((240 * day) / count);
    const lateness = random.share();
    const late = lateness < 0.7 ? 0 : lateness < 0.95 ? random.below(3 * hour) : random.below(100 * day);
    return {
      kind: random.oneOf(['VIEW', 'VIEW', 'SEARCH', 'CART_ADD', 'CART_REMOVE', 'PURCHASE', 'LOGIN']),
      at: clock - late,
      ...(random.share() < 0.8 && { category: `c${random.below(30)}` }),
      ...(random.share() < 0.8 && { sku: `s${random.below(60)}` }),
      ...(random.share() < 0.8 && { amount: random.below(10_000) }),
    };
  });
}

describe('random signals', () => {
  test.each([1, 2, 3])('the features equal a recount of all signals (seed %i)', (seed) => {
    const random = seededRandom(seed);
    const seen = randomSignals(random, 3000);
    for (const length of [1, 7, 60, 500, 1500, 3000]) {
      const some = seen.slice(0, length);
      const entry = entryFrom(some);
      const newest = Math.max(...some.map((signal) => signal.at));
      for (const later of [0, random.below(hour), random.below(3 * day), random.below(100 * day)]) {
        expect(at(entry, newest + later)).toEqual(recount(some, newest + later));
      }
    }
  });

  test('memory is bounded, and an entry is plain JSON', () => {
    const random = seededRandom(4);
    const seen = Array.from({ length: 30_000 }, () => ({
      kind: random.oneOf(['VIEW', 'CART_ADD', 'PURCHASE']),
      at: noon - random.below(400 * day),
      sku: `s${random.below(10_000)}`,
      category: `c${random.below(10_000)}`,
      amount: random.below(100),
    }));
    const entry = entryFrom(seen);
    for (const buckets of Object.values(entry.kinds)) {
      expect(buckets.minutes.length).toBeLessThanOrEqual(121);
      expect(buckets.hours.length).toBeLessThanOrEqual(91 * 24 + 1);
    }
    expect(entry.spend.length).toBeLessThanOrEqual(2000);
    expect(entry.cart.movements.length).toBeLessThanOrEqual(50);
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
  });
});
