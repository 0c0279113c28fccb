// Chance that comes out the same in every run.
import { unitOf } from '../../src/decisioning/seeded-random.ts';

export interface Draw {
  /** A whole number from `least` to below `below`. */
  whole(least: number, below: number): number;
  chance(share: number): boolean;
  one<Item>(items: readonly Item[]): Item;
  /** So many different ones, in the order of the items. */
  some<Item>(items: readonly Item[], count: number): Item[];
}

export function createDraw(seed: string): Draw {
  let drawn = 0;
  const unit = () => unitOf(`${seed}|${drawn++}`);
  const whole = (least: number, below: number) => least + Math.floor(unit() * (below - least));
  return {
    whole,
    chance: (share) => unit() < share,
    one<Item>(items: readonly Item[]) {
      return items[whole(0, items.length)] as Item;
    },
    some(items, count) {
      const left = items.map((_, index) => index);
      const taken = Array.from({ length: count }, () => left.splice(whole(0, left.length), 1)[0] ?? 0);
      return items.filter((_, index) => taken.includes(index));
    },
  };
}
