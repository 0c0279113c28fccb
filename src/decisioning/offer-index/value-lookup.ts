// All offers that demand something of one value: what the value is decides at once which of them remain.
import type { Comparison } from '../compiled-condition.ts';
import type { Scope } from '../scope.ts';
import { type Bounds, boundsOf, removeUnreached } from './bounds.ts';
import type { Constant, Constraint } from './constraints.ts';
import { add, emptyMask, has, noOffers, type OfferMask, remove, subtract } from './offer-mask.ts';

export interface ValueLookup {
  readonly read: Comparison['read'];
  /** Whether all remain where the value is not known; else none of those who demand anything. */
  readonly orUnknown: boolean;
  /** The offers that demand anything. */
  readonly demanding: OfferMask;
  /** Those that demand one of some values, and by value a list of whom it serves or, where these are many, a mask of the others. */
  readonly listing: OfferMask | undefined;
  readonly served: ReadonlyMap<Constant, Int32Array | OfferMask>;
  /** Room for the longest list of them. */
  readonly kept: Int32Array;
  /** Lower bounds, and upper bounds negated. */
  readonly lows: Bounds;
  readonly highs: Bounds;
}

export interface Demand {
  readonly offer: number;
  readonly constraint: Constraint;
}

/** @param comparison one of those that the demands are made of: all read the same */
export function lookupOf(
  { read, orUnknown }: Pick<Comparison, 'read' | 'orUnknown'>,
  demands: readonly Demand[],
  capacity: number,
): ValueLookup {
  const demanding = emptyMask(capacity);
  let listing: OfferMask | undefined;
  const byValue = new Map<Constant, number[]>();
  let longest = 0;
  const lows: { offer: number; bound: number }[] = [];
  const highs: { offer: number; bound: number }[] = [];
  for (const { offer, constraint } of demands) {
    add(demanding, offer);
    if ('values' in constraint) {
      listing ??= emptyMask(capacity);
      add(listing, offer);
      for (const value of constraint.values) {
        const offers = byValue.get(value) ?? [];
        byValue.set(value, offers);
        longest = Math.max(longest, offers.push(offer));
      }
      continue;
    }
    const { low, high } = constraint;
    if (low > Number.NEGATIVE_INFINITY) lows.push({ offer, bound: low });
    if (high < Number.POSITIVE_INFINITY) highs.push({ offer, bound: -high });
  }
  return {
    read,
    orUnknown: orUnknown === true,
    demanding,
    listing,
    served: new Map(Array.from(byValue, ([value, offers]) => [value, servedOf(offers, listing ?? noOffers, capacity)])),
    kept: new Int32Array(longest),
    lows: boundsOf(lows, capacity),
    highs: boundsOf(highs, capacity),
  };
}

/** Takes out of `mask` every offer whose demand the scope does not meet. */
export function removeUnserved(mask: OfferMask, lookup: ValueLookup, scope: Scope): void {
  const value = lookup.read(scope);
  if (value === undefined) {
    if (!lookup.orUnknown) subtract(mask, lookup.demanding);
    return;
  }
  if (lookup.listing) keepServed(mask, lookup.listing, lookup.served.get(value), lookup.kept);
  if (typeof value !== 'number') return;
  removeUnreached(mask, lookup.lows, value);
  removeUnreached(mask, lookup.highs, -value);
}

function keepServed(
  mask: OfferMask,
  listing: OfferMask,
  served: Int32Array | OfferMask | undefined,
  kept: Int32Array,
): void {
  if (served instanceof Uint32Array) {
    subtract(mask, served);
    return;
  }
  let count = 0;
  for (let place = 0; served && place < served.length; place++) {
    const offer = served[place] as number;
    if (has(mask, offer)) kept[count++] = offer;
  }
  subtract(mask, listing);
  for (let place = 0; place < count; place++) add(mask, kept[place] as number);
}

/** Takes out of `mask` what `setOf` has put together. */
export function removeSet(mask: OfferMask, offers: Int32Array | OfferMask): void {
  if (offers instanceof Uint32Array) {
    subtract(mask, offers);
    return;
  }
  for (let place = 0; place < offers.length; place++) remove(mask, offers[place] as number);
}

function servedOf(offers: readonly number[], listing: OfferMask, capacity: number): Int32Array | OfferMask {
  const served = setOf(offers, capacity);
  if (served instanceof Int32Array) return served;
  const others = listing.slice();
  subtract(others, served);
  return others;
}

/** As a list where that is gone through in less time than a mask: an offer takes as long as three words. */
export function setOf(offers: readonly number[], capacity: number): Int32Array | OfferMask {
  const mask = emptyMask(capacity);
  if (3 * offers.length < mask.length) return Int32Array.from(offers);
  for (const offer of offers) add(mask, offer);
  return mask;
}
