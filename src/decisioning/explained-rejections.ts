// The rejections of the funnel one by one, for an explanation. There are thousands of them, and of most nobody reads the words.
import { stageOf } from './cause.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import { reasonAgainst } from './funnel.ts';
import { detailOf, type Moment } from './moment.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import { add, countOf, emptyMask, type OfferMask } from './offer-index/offer-mask.ts';
import type { Telling } from './pool.ts';
import type { Reason, Rejection, Stage } from './reasons.ts';

export interface Explaining extends Telling {
  /** What it was told so far, in several lists: there are thousands, and whoever wants one list of all copies them once. */
  readonly told: readonly (readonly Rejection[])[];
}

export function explaining(): Explaining {
  const told: Rejection[][] = [];
  /** A few lists, however many are told of one by one. */
  let single: Rejection[] = [];
  return {
    told,
    one(reason, index, offer) {
      single.push(rejectionOf(offer, reason, index, madeFor(reason, index)));
      if (single.length === 1) told.push(single);
    },
    all(reason, index, rejected) {
      const made = madeFor(reason, index);
      makeMissing(rejected, reason, index, made);
      told.push(eachOf(rejected, made));
      single = [];
    },
  };
}

/** What is said of an offer for a reason is the same in all decisions: made once, and kept as long as the index is. */
interface Made {
  readonly offers: OfferMask;
  /** By number of the offer. */
  readonly rejections: Rejection[];
}

const madeIn = new WeakMap<OfferIndex, Map<Reason, Made>>();

function madeFor(reason: Reason, index: OfferIndex): Made {
  const ofIndex = madeIn.get(index) ?? new Map<Reason, Made>();
  madeIn.set(index, ofIndex);
  const { length } = index.offers;
  const made = ofIndex.get(reason) ?? { offers: emptyMask(length), rejections: new Array<Rejection>(length) };
  ofIndex.set(reason, made);
  return made;
}

function makeMissing(rejected: OfferMask, reason: Reason, index: OfferIndex, made: Made): void {
  for (let word = 0; word < rejected.length; word++) {
    for (let bits = (rejected[word] as number) & ~(made.offers[word] as number); bits !== 0; bits &= bits - 1) {
      rejectionOf((word << 5) + 31 - Math.clz32(bits & -bits), reason, index, made);
    }
  }
}

function rejectionOf(offer: number, reason: Reason, { offers }: OfferIndex, made: Made): Rejection {
  const rejection = made.rejections[offer] ?? new OfferRejection(reason, offers[offer] as CompiledOffer);
  made.rejections[offer] = rejection;
  add(made.offers, offer);
  return rejection;
}

/**
 * As long as it will be from the beginning, and without a function for each: growing and calling take longer than the rest. So does
 * making anything here: what is put into a list that is not the newest thing of all has to be told to the collector.
 */
function eachOf(rejected: OfferMask, { rejections }: Made): Rejection[] {
  const each = new Array<Rejection>(countOf(rejected));
  let place = 0;
  for (let word = 0; word < rejected.length; word++) {
    for (let bits = rejected[word] as number; bits !== 0; bits &= bits - 1) {
      each[place++] = rejections[(word << 5) + 31 - Math.clz32(bits & -bits)] as Rejection;
    }
  }
  return each;
}

class OfferRejection implements Rejection {
  readonly offerId: string;
  readonly stage: Stage;
  readonly reason: Reason;
  // Not private: fields that are take several times as long to make.
  readonly offer: CompiledOffer;
  constructor(reason: Reason, offer: CompiledOffer) {
    this.offerId = offer.offerId;
    this.stage = stageOf[reason];
    this.reason = reason;
    this.offer = offer;
  }
  detailIn(moment: Moment): string {
    // No stage has looked.
    if (this.reason === 'FACTS_UNAVAILABLE') return '';
    reasonAgainst(moment.placement.candidateOf(this.offer), moment);
    return detailOf(moment);
  }
}
