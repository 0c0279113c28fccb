// The candidates that remain while the stages narrow them down, and what each reason has removed.
import type { CompiledOffer } from './compiled-offer.ts';
import type { CompiledCandidate } from './compiled-placement.ts';
import type { Moment } from './moment.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import {
  countOf,
  intersect,
  numbersIn,
  numbersInBoth,
  type OfferMask,
  remove,
  subtract,
} from './offer-index/offer-mask.ts';
import type { Reason } from './reasons.ts';

/** The reason against one candidate; undefined: it passes. */
export type Check = (candidate: CompiledCandidate, moment: Moment) => Reason | undefined;

export interface Pool {
  readonly index: OfferIndex;
  /** By number in the index; not to be written to. */
  readonly remaining: OfferMask;
  isEmpty(): boolean;
  size(): number;
  rejectAll(reason: Reason): void;
  /** Rejects all but those in a set. */
  keep(offers: OfferMask | undefined, reason: Reason): void;
  /** Rejects those in a set. */
  drop(offers: OfferMask, reason: Reason): void;
  /** Rejects those whom `narrow` takes out of the mask that it gets. */
  narrow(reason: Reason, narrow: (remaining: OfferMask) => void): void;
  /** Asks one by one those who remain, or those of them who are in a set. */
  check(check: Check, among?: OfferMask): void;
  checkOne(check: Check, offer: number): void;
}

/** Told of removals: of how many, and who they were (asking that costs something). */
export type OnRejected = (reason: Reason, count: number, who: () => readonly CompiledOffer[]) => void;

/** @param candidates who is in it at first; it is used up */
export function createPool(index: OfferIndex, candidates: OfferMask, moment: Moment, onRejected: OnRejected): Pool {
  const remaining = candidates;
  const before = new Uint32Array(candidates.length);
  const numbers = () => new Int32Array(countOf(remaining));

  function settle(reason: Reason): void {
    const after = countOf(remaining);
    if (after === size) return;
    onRejected(reason, size - after, () => {
      subtract(before, remaining);
      const gone = new Int32Array(countOf(before));
      numbersIn(before, gone);
      return Array.from(gone, (offer) => index.offers[offer] as CompiledOffer);
    });
    size = after;
  }

  let size = countOf(remaining);
  const narrow: Pool['narrow'] = (reason, narrowing) => {
    if (size === 0) return;
    before.set(remaining);
    narrowing(remaining);
    settle(reason);
  };
  const checkOne: Pool['checkOne'] = (check, offer) => {
    const compiled = index.offers[offer] as CompiledOffer;
    const reason = check(moment.placement.candidateOf(compiled), moment);
    if (reason === undefined) return;
    remove(remaining, offer);
    size -= 1;
    onRejected(reason, 1, () => [compiled]);
  };
  return {
    index,
    remaining,
    isEmpty: () => size === 0,
    size: () => size,
    rejectAll: (reason) => narrow(reason, (mask) => mask.fill(0)),
    keep: (offers, reason) => narrow(reason, (mask) => (offers ? intersect(mask, offers) : mask.fill(0))),
    drop: (offers, reason) => narrow(reason, (mask) => subtract(mask, offers)),
    narrow,
    check(check, among) {
      const asked = numbers();
      const count = among ? numbersInBoth(remaining, among, asked) : numbersIn(remaining, asked);
      for (let place = 0; place < count; place++) checkOne(check, asked[place] as number);
    },
    checkOne,
  };
}
