// The rejections of the funnel one by one, for an explanation. There are thousands of them, and of most nobody reads the words.
import { stageOf } from './cause.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import { reasonAgainst } from './funnel.ts';
import { detailOf, type Moment } from './moment.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import type { OfferMask } from './offer-index/offer-mask.ts';
import type { Telling } from './pool.ts';
import type { Reason, Rejection, Stage } from './reasons.ts';

/** Adds to `rejections` whatever it is told. */
export function tellingOf(moment: Moment, rejections: Rejection[]): Telling {
  return {
    one: (reason, index, offer) => rejections.push(new ExplainedRejection({ reason, index, moment }, offer)),
    all(reason, index, rejected) {
      addAll(rejections, { reason, index, moment }, rejected);
    },
  };
}

/** Without a function for each: it would take several times as long as what it does. */
function addAll(rejections: Rejection[], alike: Alike, rejected: OfferMask): void {
  for (let word = 0; word < rejected.length; word++) {
    for (let bits = rejected[word] as number; bits !== 0; bits &= bits - 1) {
      rejections.push(new ExplainedRejection(alike, (word << 5) + 31 - Math.clz32(bits & -bits)));
    }
  }
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
