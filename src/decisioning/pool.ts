// The candidates that remain while the stages narrow them down, and how many each reason has removed.
import type { CompiledOffer } from './compiled-offer.ts';
import type { CompiledCandidate } from './compiled-placement.ts';
import type { Moment } from './moment.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import {
  countOf,
  emptyMask,
  forEachInBoth,
  has,
  intersect,
  numbersIn,
  type OfferMask,
  remove,
  subtract,
} from './offer-index/offer-mask.ts';
import type { Reason } from './reasons.ts';

/** The reason against one candidate; undefined: it passes. */
export type Check = (candidate: CompiledCandidate, moment: Moment) => Reason | undefined;

export interface Pool {
  readonly index: OfferIndex;
  /** By number in the index. */
  readonly remaining: OfferMask;
  /** For whatever a stage needs a mask for. */
  readonly spare: OfferMask;
  isEmpty(): boolean;
  rejectAll(reason: Reason): void;
  /** Rejects all but those in a set. */
  keep(offers: OfferMask | undefined, reason: Reason): void;
  /** Rejects those in a set. */
  drop(offers: OfferMask, reason: Reason): void;
  /** Rejects those whom `narrow` takes out of the mask of those who remain; it may answer false when it took none. */
  narrow(reason: Reason, narrow: (pool: Pool) => unknown): void;
  /** Asks one by one those who remain, or those of them who are in a set. */
  check(check: Check, among?: OfferMask): void;
  has(offer: number): boolean;
  /** The number of an offer that remains. */
  find(offerId: string): number | undefined;
  /** Rejects one that remains, if there is a reason. */
  reject(offer: number, reason: Reason | undefined): void;
}

/** Counts what is rejected, and tells of each if anybody wants to know. */
export interface Rejecting {
  count(reason: Reason, offers: number): void;
  readonly tell: Telling | undefined;
}

/** Offers are named by their number in the index. */
export interface Telling {
  one(reason: Reason, index: OfferIndex, offer: number): void;
  all(reason: Reason, index: OfferIndex, offers: OfferMask): void;
}

/** Gives whom `narrow` leaves of the candidates, by number. */
export function survivorsAmong(
  index: OfferIndex,
  candidates: OfferMask,
  narrow: (pool: Pool) => void,
  moment: Moment,
  rejecting: Rejecting,
): number[] {
  // Masks are lent and given back: a decision needs no memory of its own for whom it rejects.
  const mask = () => index.unusedMasks.pop() ?? emptyMask(index.offers.length);
  const masks = { remaining: mask(), before: mask(), spare: mask() };
  try {
    masks.remaining.set(candidates);
    narrow(createPool(index, masks, moment, rejecting));
    return numbersIn(masks.remaining);
  } finally {
    index.unusedMasks.push(masks.remaining, masks.before, masks.spare);
  }
}

function createPool(
  index: OfferIndex,
  { remaining, before, spare }: Record<'remaining' | 'before' | 'spare', OfferMask>,
  moment: Moment,
  { count, tell }: Rejecting,
): Pool {
  let size = countOf(remaining);

  const pool: Pool = {
    index,
    remaining,
    spare,
    isEmpty: () => size === 0,
    rejectAll: (reason) => pool.keep(undefined, reason),
    keep: (offers, reason) => pool.narrow(reason, () => (offers ? intersect(remaining, offers) : remaining.fill(0))),
    drop: (offers, reason) => pool.narrow(reason, () => subtract(remaining, offers)),
    narrow(reason, narrow) {
      if (size === 0) return;
      if (tell) before.set(remaining);
      if (narrow(pool) === false) return;
      const left = countOf(remaining);
      if (left === size) return;
      count(reason, size - left);
      size = left;
      if (!tell) return;
      subtract(before, remaining);
      tell.all(reason, index, before);
    },
    check(check, among = remaining) {
      forEachInBoth(remaining, among, (offer) => {
        pool.reject(offer, check(moment.placement.candidateOf(index.offers[offer] as CompiledOffer), moment));
      });
    },
    has: (offer) => has(remaining, offer),
    find(offerId) {
      const offer = index.numberOf.get(offerId);
      return offer !== undefined && has(remaining, offer) ? offer : undefined;
    },
    reject(offer, reason) {
      if (reason === undefined) return;
      remove(remaining, offer);
      size -= 1;
      count(reason, 1);
      tell?.one(reason, index, offer);
    },
  };
  return pool;
}
