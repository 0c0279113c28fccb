// The categories of offers by number: numbers are quicker to compare than names.
import type { CompiledOffer } from '../compiled-offer.ts';

export interface Categories {
  readonly numbers: ReadonlyMap<string, number>;
  /** Number of the category, by number of the offer. */
  readonly ofOffers: Int32Array;
}

export function categoriesOf(offers: readonly CompiledOffer[]): Categories {
  const numbers = new Map<string, number>();
  const ofOffers = Int32Array.from(offers, ({ published: { terms } }) => {
    const number = numbers.get(terms.category) ?? numbers.size;
    numbers.set(terms.category, number);
    return number;
  });
  return { numbers, ofOffers };
}

/** Whether the offer at a place of a list is in one of some categories. */
export function isInOneOf(
  { numbers: known, ofOffers }: Categories,
  offers: readonly number[],
  categories: readonly string[],
): (place: number) => boolean {
  const numbers = categories.map((category) => known.get(category) ?? -1);
  const [only] = numbers;
  // As it is where a slot has just filled its category.
  if (numbers.length === 1) return (place) => ofOffers[offers[place] as number] === only;
  return (place) => numbers.includes(ofOffers[offers[place] as number] as number);
}
