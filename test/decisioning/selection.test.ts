// How the slots are filled from the survivors: exploration, its probabilities, and lost reservations.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decisioning/decide.ts';
import { unitOf } from '../../src/decisioning/seeded-random.ts';
import { fillSlots } from '../../src/decisioning/selection.ts';
import { type Differences, situation } from './situation.ts';

const five = { a: { priority: 5 }, b: { priority: 4 }, c: { priority: 3 }, d: { priority: 2 }, e: { priority: 1 } };

/** A function of seed and lost offers to what was chosen. */
function filling(placement: Differences['placement'], offers: Differences['offers'] = five) {
  const { catalogue, request, facts, contacts } = situation({ placement: placement ?? {}, offers });
  const verdict = decide(catalogue, request, facts, contacts);
  return (seed: string, ...lost: string[]) => fillSlots(verdict, { ...request, seed }, new Set(lost)).chosen;
}

const idsOf = (chosen: ReturnType<ReturnType<typeof filling>>) =>
  chosen.map(({ candidate }) => candidate.offer.offerId);
const seeds = Array.from({ length: 4000 }, (_, index) => `seed-${index}`);

describe('filling slots without exploration', () => {
  it('takes the best, with certainty', () => {
    const chosen = filling({ slots: 3 })('any');
    expect(idsOf(chosen)).toEqual(['a', 'b', 'c']);
    expect(chosen.map(({ slot }) => slot)).toEqual([0, 1, 2]);
    expect(chosen.map(({ selectionProbability }) => selectionProbability)).toEqual([1, 1, 1]);
  });

  it('leaves slots empty when there are too few offers', () => {
    expect(idsOf(filling({ slots: 9 })('any'))).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('moves everybody up when an offer is lost', () => {
    expect(idsOf(filling({ slots: 2 })('any', 'a'))).toEqual(['b', 'c']);
  });
});

describe('filling slots with exploration', () => {
  it('gives the best 1 − ε + ε/n, and each other one ε/n', () => {
    const fill = filling({ explorationShare: 0.2 });
    const probabilities = new Map<string, number>();
    for (const seed of seeds) {
      for (const { candidate, selectionProbability } of fill(seed)) {
        probabilities.set(candidate.offer.offerId, selectionProbability);
      }
    }
    expect(probabilities.get('a')).toBeCloseTo(0.84, 12);
    expect(['b', 'c', 'd', 'e'].map((id) => probabilities.get(id))).toEqual([0.04, 0.04, 0.04, 0.04]);
  });

  it('draws as often as the stored probability says, over many seeds', () => {
    const fill = filling({ explorationShare: 0.5, slots: 2 });
    const times = new Map<string, number>();
    const expected = new Map<string, number>();
    for (const seed of seeds) {
      const [first, second] = fill(seed);
      const key = `${first?.candidate.offer.offerId}${second?.candidate.offer.offerId}`;
      times.set(key, (times.get(key) ?? 0) + 1);
      expected.set(key, (first?.selectionProbability ?? 0) * (second?.selectionProbability ?? 0) * seeds.length);
    }
    expect(times.size).toBe(20);
    let chiSquare = 0;
    for (const [key, count] of times) chiSquare += (count - (expected.get(key) ?? 0)) ** 2 / (expected.get(key) ?? 0);
    // The 99.9th percentile for 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.82);
  });

  it('is the same for the same seed', () => {
    const fill = filling({ explorationShare: 1, slots: 3 });
    for (const seed of seeds.slice(0, 50)) expect(fill(seed)).toEqual(fill(seed));
  });

  it('keeps the slots before a lost offer, and everybody else who was chosen', () => {
    const fill = filling({ explorationShare: 0.7, slots: 3 });
    let moved = 0;
    for (const seed of seeds.slice(0, 500)) {
      const before = idsOf(fill(seed));
      for (const [slot, lost] of before.entries()) {
        const after = idsOf(fill(seed, lost));
        expect(after).not.toContain(lost);
        expect(after).toEqual(expect.arrayContaining(before.filter((offerId) => offerId !== lost)));
        expect(after.slice(0, slot)).toEqual(before.slice(0, slot));
        if (before[slot + 1] !== undefined && after[slot + 1] !== before[slot + 1]) moved++;
      }
    }
    expect(moved).toBeGreaterThan(0);
  });

  it('does not explore into a category that is full', () => {
    const offers = { a: { category: 'x', priority: 2 }, b: { category: 'x', priority: 1 }, c: { category: 'y' } };
    const fill = filling({ explorationShare: 1, slots: 2, perCategoryLimit: 1 }, offers);
    for (const seed of seeds.slice(0, 200)) {
      const chosen = fill(seed);
      expect(idsOf(chosen)).toContain('c');
      expect(chosen).toHaveLength(2);
      expect(chosen[0]?.selectionProbability).toBeCloseTo(1 / 3, 12);
      expect(chosen[1]?.selectionProbability).toBe(idsOf(chosen)[0] === 'c' ? 0.5 : 1);
    }
  });

  it('shows a fallback with certainty', () => {
    const fill = filling(
      { explorationShare: 1, fallbackOfferId: 'f', minimumPropensity: 1 },
      { f: { propensity: 0.1 } },
    );
    expect(fill('any')).toMatchObject([{ slot: 0, selectionProbability: 1 }]);
  });
});

describe('a number from a text', () => {
  it('is the same for ever', () => {
    expect(['', 'a', 'explore|seed|0', 'größer'].map(unitOf)).toEqual([
      0.668922190169972, 0.10352621722348676, 0.313042398226825, 0.2600132383117504,
    ]);
  });

  it('is uniform in [0, 1) over texts that differ little', () => {
    const buckets = new Array<number>(20).fill(0);
    for (let index = 0; index < 20_000; index++) {
      const unit = unitOf(`draw|${index}|0|offer`);
      expect(unit >= 0 && unit < 1).toBe(true);
      const bucket = Math.floor(unit * 20);
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    }
    const chiSquare = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // The 99.9th percentile for 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.82);
  });
});
