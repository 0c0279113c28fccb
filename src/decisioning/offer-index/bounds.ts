// Offers by the bound that a number must reach: all that a value does not reach are taken out of a set at once.
import { add, emptyMask, type OfferMask, remove, subtract } from './offer-mask.ts';

/** The offers in ascending order of their bounds; `suffixes[k]` are those from place k × `spacing` on. */
export interface Bounds {
  readonly bounds: Float64Array;
  readonly offers: Int32Array;
  readonly spacing: number;
  readonly suffixes: readonly OfferMask[];
}

/** Bounded memory: so many masks, however many offers. */
const mostSuffixes = 64;
const leastSpacing = 64;

export function boundsOf(entries: readonly { offer: number; bound: number }[], capacity: number): Bounds {
  const sorted = entries.toSorted((one, other) => one.bound - other.bound);
  const offers = Int32Array.from(sorted, ({ offer }) => offer);
  const spacing = Math.max(leastSpacing, Math.ceil(offers.length / mostSuffixes));
  const suffixes: OfferMask[] = [];
  const suffix = emptyMask(capacity);
  for (let place = offers.length - 1; place >= 0; place--) {
    add(suffix, offers[place] as number);
    if (place % spacing === 0) suffixes[place / spacing] = suffix.slice();
  }
  return { bounds: Float64Array.from(sorted, ({ bound }) => bound), offers, spacing, suffixes };
}

/** Takes out of `mask` every offer whose bound is above the value. */
export function removeUnreached(mask: OfferMask, { bounds, offers, spacing, suffixes }: Bounds, value: number): void {
  const first = firstAbove(bounds, value);
  const suffix = Math.ceil(first / spacing);
  const end = Math.min(suffix * spacing, offers.length);
  for (let place = first; place < end; place++) remove(mask, offers[place] as number);
  const rest = suffixes[suffix];
  if (rest) subtract(mask, rest);
}

/** The first place whose bound is above the value. */
function firstAbove(bounds: Float64Array, value: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
