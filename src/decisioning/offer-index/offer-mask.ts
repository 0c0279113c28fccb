// Sets of offers, one bit each by the offer's number. All masks of one index have the same length, but for `noOffers`.

export type OfferMask = Uint32Array;

/** The set that is always empty, and gone through in no time. Nothing can be put into it. */
export const noOffers: OfferMask = new Uint32Array(0);

/** An empty set for the numbers 0 to `capacity` − 1. */
export function emptyMask(capacity: number): OfferMask {
  return new Uint32Array((capacity + 31) >>> 5);
}

/** Of both: a loop to here looks neither of them up beyond its end, which costs as much as the rest of it. */
export function lengthOf(mask: OfferMask, others: OfferMask): number {
  return Math.min(mask.length, others.length);
}

export function has(mask: OfferMask, offer: number): boolean {
  return (((mask[offer >>> 5] as number) >>> (offer & 31)) & 1) === 1;
}

export function add(mask: OfferMask, offer: number): void {
  (mask[offer >>> 5] as number) |= 1 << (offer & 31);
}

export function remove(mask: OfferMask, offer: number): void {
  (mask[offer >>> 5] as number) &= ~(1 << (offer & 31));
}

/** Takes everything out of `mask` that is in `others`; false when nothing was. */
export function subtract(mask: OfferMask, others: OfferMask): boolean {
  const length = lengthOf(mask, others);
  let taken = 0;
  for (let word = 0; word < length; word++) {
    const before = mask[word] as number;
    const out = before & (others[word] as number);
    taken |= out;
    mask[word] = before ^ out;
  }
  return taken !== 0;
}

/** Leaves in `mask` what is in `others`, which is not `noOffers`, too; false when that was all. */
export function intersect(mask: OfferMask, others: OfferMask): boolean {
  const length = lengthOf(mask, others);
  let taken = 0;
  for (let word = 0; word < length; word++) {
    const before = mask[word] as number;
    const out = before & ~(others[word] as number);
    taken |= out;
    mask[word] = before ^ out;
  }
  return taken !== 0;
}

/** Puts everything into `mask` that is in `others`. */
export function unite(mask: OfferMask, others: OfferMask): void {
  const length = lengthOf(mask, others);
  for (let word = 0; word < length; word++) (mask[word] as number) |= others[word] as number;
}

/** How many offers are in a set. */
export function countOf(mask: OfferMask): number {
  let count = 0;
  for (let word = 0; word < mask.length; word++) {
    let bits = mask[word] as number;
    if (bits === 0) continue;
    // The sums of pairs, of fours, of eights side by side, then of all: Warren, Hacker's Delight, 5-1.
    bits -= (bits >>> 1) & 0x55555555;
    bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
    count += Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
  }
  return count;
}

/** What is in a set, in order of number. */
export function numbersIn(mask: OfferMask): number[] {
  // As long as it will be: growing takes longer than counting.
  const numbers = new Array<number>(countOf(mask));
  let place = 0;
  for (let word = 0; word < mask.length; word++) {
    for (let bits = mask[word] as number; bits !== 0; bits &= bits - 1) {
      numbers[place++] = (word << 5) + 31 - Math.clz32(bits & -bits);
    }
  }
  return numbers;
}

/** Visits what is in both of two sets, in order of number. The visitor may take the offer that it visits out of either. */
export function forEachInBoth(mask: OfferMask, others: OfferMask, visit: (offer: number) => void): void {
  const length = lengthOf(mask, others);
  for (let word = 0; word < length; word++) {
    for (let bits = (mask[word] as number) & (others[word] as number); bits !== 0; bits &= bits - 1) {
      visit((word << 5) + 31 - Math.clz32(bits & -bits));
    }
  }
}
