// The offers that may be shown, with what each is worth. Nothing is made of one but its score until somebody asks for more.
import type { BoundCap } from './caps.ts';
import type { PublishedOffer, Treatment } from './catalogue.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import type { CompiledCap } from './compiled-placement.ts';
import type { PropensityOrigin } from './models/compiled-model.ts';
import type { Moment } from './moment.ts';
import { isInOneOf } from './offer-index/categories.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import { has } from './offer-index/offer-mask.ts';
import { componentsBy, componentsIn, priorityIn, propensityIn } from './offer-index/worth.ts';
import { arithmeticScore, comparable, factorOf, type ScoreComponents } from './scores.ts';

/** An offer that may be shown, with everything that explains its rank. */
export interface Candidate {
  readonly offer: PublishedOffer;
  readonly treatment: Treatment;
  readonly score: number;
  readonly components: ScoreComponents;
  /** Who gave the propensity; undefined: it is the offer's own, as the placement has no model. */
  readonly propensityFrom: PropensityOrigin | undefined;
  /** Names of the eligibility conditions that are met: all of them. */
  readonly met: readonly string[];
  /** Names of the context weights whose condition is met. */
  readonly weights: readonly string[];
  /** What must be reserved to show it. */
  readonly caps: readonly BoundCap[];
}

/** By place from 0, in no particular order. */
export interface Survivors {
  readonly count: number;
  /** All of them. */
  places(): number[];
  offerAt(place: number): PublishedOffer;
  scoreAt(place: number): number;
  /** Who is in one of some categories. */
  inOneOf(categories: readonly string[]): (place: number) => boolean;
  candidateAt(place: number): Candidate;
  /** The one that ranks first of some: by score, then priority (higher first), then offer id. */
  bestOf(places: readonly number[]): number | undefined;
  capsAt(place: number): readonly CompiledCap[];
  /** Who is under a cap that is full; undefined: none of the caps that offers share is. */
  underFull(isFull: (cap: BoundCap) => boolean): ((place: number) => boolean) | undefined;
  /** How many more contacts a cap admits. */
  roomOf(cap: BoundCap): number;
  /** All of them, best first. */
  ranked(): readonly Candidate[];
}

/** Survivors in an index, by number. */
export interface Found {
  readonly index: OfferIndex;
  readonly numbers: readonly number[];
}

/** @param found in the large index of a catalogue, and in the small one where there is one */
export function createSurvivors(
  [inLarge, inSmall]: readonly [Found] | readonly [Found, Found],
  moment: Moment,
): Survivors {
  const firstSmall = inLarge.numbers.length;
  const numbers = inSmall ? [...inLarge.numbers, ...inSmall.numbers] : inLarge.numbers;
  const indexAt = (place: number) => (inSmall && place >= firstSmall ? inSmall.index : inLarge.index);
  const numberAt = (place: number) => numbers[place] as number;
  const compiledAt = (place: number) => indexAt(place).offers[numberAt(place)] as CompiledOffer;
  // As long as it will be: growing takes longer than the rest.
  const scores = new Array<number>(numbers.length);
  putScores(scores, 0, inLarge, moment);
  if (inSmall) putScores(scores, firstSmall, inSmall, moment);
  const candidates: Candidate[] = [];
  const compare = (place: number, other: number) => {
    const byScore = (scores[other] as number) - (scores[place] as number);
    if (byScore !== 0) return byScore;
    const [one, two] = [compiledAt(place), compiledAt(other)];
    return two.priority - one.priority || (one.offerId < two.offerId ? -1 : 1);
  };

  const survivors: Survivors = {
    count: numbers.length,
    places() {
      const places = new Array<number>(numbers.length);
      for (let place = 0; place < places.length; place++) places[place] = place;
      return places;
    },
    offerAt: (place) => compiledAt(place).published,
    scoreAt: (place) => scores[place] as number,
    inOneOf(categories) {
      const inLargeToo = isInOneOf(inLarge.index.categories, numbers, categories);
      if (!inSmall) return inLargeToo;
      const inSmallToo = isInOneOf(inSmall.index.categories, numbers, categories);
      return (place) => (place < firstSmall ? inLargeToo : inSmallToo)(place);
    },
    candidateAt(place) {
      candidates[place] ??= candidateOf(compiledAt(place), moment);
      return candidates[place];
    },
    bestOf(places) {
      let best = places[0];
      if (best === undefined) return undefined;
      for (let index = 1; index < places.length; index++) {
        const place = places[index] as number;
        const isBehind = (scores[place] as number) < (scores[best] as number);
        if (!isBehind && compare(place, best) < 0) best = place;
      }
      return best;
    },
    capsAt: (place) => moment.placement.candidateOf(compiledAt(place)).caps,
    underFull(isFull) {
      const fullIn = ({ index }: Found) => index.capsIn(moment.placement).shared.filter(({ cap }) => isFull(cap.bound));
      const large = fullIn(inLarge);
      const small = inSmall ? fullIn(inSmall) : [];
      if (large.length + small.length === 0) return undefined;
      return (place) => (place < firstSmall ? large : small).some(({ offers }) => has(offers, numberAt(place)));
    },
    roomOf: (cap) => cap.rule.limit - moment.usageOf(moment.placement.capOf(cap)).used,
    ranked: () =>
      survivors
        .places()
        .sort(compare)
        .map((place) => survivors.candidateAt(place)),
  };
  return survivors;
}

/** Puts those of an index into `scores`, from a place on. */
function putScores(scores: number[], first: number, { index, numbers }: Found, moment: Moment): void {
  let place = first;
  const { worth } = index;
  const { answer } = moment;
  const propensityOf = moment.scores?.propensitiesIn(index);
  // Of its own: what is asked for a model, or for another way to rank, is felt where there is none.
  if (!propensityOf && moment.placement.published.terms.ranking.method === 'ARITHMETIC') {
    for (const number of numbers) scores[place++] = comparable(arithmeticScore(componentsIn(worth, number, answer)));
    return;
  }
  const score = scoring(moment);
  for (const number of numbers) {
    const propensity = propensityOf ? propensityOf(number) : propensityIn(worth, number);
    scores[place++] = score(componentsBy(propensity, worth, number, answer), priorityIn(worth, number));
  }
}

export function candidateOf(offer: CompiledOffer, moment: Moment): Candidate {
  const { treatment, bounds } = moment.placement.candidateOf(offer);
  // The first stage rejects an offer without one.
  if (!treatment) throw new Error(`${offer.offerId} has no treatment for the placement`);
  const { scores } = moment;
  const { value, lever } = offer;
  const propensity = scores ? scores.propensityOf(offer) : offer.propensity;
  const weights = offer.contextWeights.filter(({ whole }) => moment.answer(whole));
  const contextWeight = factorOf(weights.reduce((sum, { percent }) => sum + percent, 0));
  const components = { propensity, contextWeight, value, lever };
  return {
    offer: offer.published,
    treatment,
    score: scoring(moment)(components, offer.priority),
    components,
    propensityFrom: scores?.originOf(offer),
    met: offer.eligibilityNames,
    weights: weights.map(({ name }) => name),
    caps: bounds,
  };
}

/** How the placement ranks. */
function scoring({ placement, scope }: Moment): (components: ScoreComponents, priority: number) => number {
  switch (placement.published.terms.ranking.method) {
    case 'ARITHMETIC':
      return (components) => comparable(arithmeticScore(components));
    case 'PRIORITY':
      return (_, priority) => priority;
    case 'FORMULA':
      return (components, priority) => comparable(placement.formula?.(scope, { ...components, priority }) ?? 0);
  }
}
