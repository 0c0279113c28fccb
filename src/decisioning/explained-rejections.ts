// The rejections of the funnel one by one, for an explanation. There are thousands of them, and of most nobody reads the words.
import { stageOf } from './cause.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import { reasonAgainst } from './funnel.ts';
import { detailOf, type Moment } from './moment.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import { countOf, type OfferMask } from './offer-index/offer-mask.ts';
import type { Telling } from './pool.ts';
import type { Reason, Rejection, Stage } from './reasons.ts';

export interface Explaining extends Telling {
  /** What it was told so far. */
  rejections(): Rejection[];
}

export function explaining(moment: Moment): Explaining {
  /** A few lists, however many are told of one by one. */
  const told: Rejection[][] = [];
  let single: Rejection[] = [];
  return {
    one(reason, index, offer) {
      single.push(new ExplainedRejection({ reason, index, moment }, offer));
      if (single.length === 1) told.push(single);
    },
    all(reason, index, rejected) {
      told.push(eachOf({ reason, index, moment }, rejected));
      single = [];
    },
    rejections: () => ([] as Rejection[]).concat(...told),
  };
}

/** As long as it will be from the beginning, and without a function for each: growing and calling take longer than the rest. */
function eachOf(alike: Alike, rejected: OfferMask): Rejection[] {
  const rejections = new Array<Rejection>(countOf(rejected));
  let place = 0;
  for (let word = 0; word < rejected.length; word++) {
    for (let bits = rejected[word] as number; bits !== 0; bits &= bits - 1) {
      rejections[place++] = new ExplainedRejection(alike, (word << 5) + 31 - Math.clz32(bits & -bits));
    }
  }
  return rejections;
}

/** What rejections of one reason share. */
interface Alike {
  readonly reason: Reason;
  readonly index: OfferIndex;
  readonly moment: Moment;
}

class ExplainedRejection implements Rejection {
  // Not private: fields that are take several times as long to make.
  readonly alike: Alike;
  readonly number: number;
  constructor(alike: Alike, number: number) {
    this.alike = alike;
    this.number = number;
  }
  get offer(): CompiledOffer {
    return this.alike.index.offers[this.number] as CompiledOffer;
  }
  get offerId(): string {
    return this.offer.offerId;
  }
  get reason(): Reason {
    return this.alike.reason;
  }
  get stage(): Stage {
    return stageOf[this.reason];
  }
  get detail(): string {
    // No stage has looked.
    if (this.reason === 'FACTS_UNAVAILABLE') return '';
    const { moment } = this.alike;
    reasonAgainst(moment.placement.candidateOf(this.offer), moment);
    return detailOf(moment);
  }
}
