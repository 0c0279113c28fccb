// The offers that may be shown, with what each is worth. Nothing is made of one but its score until somebody asks for more.
import type { BoundCap } from './caps.ts';
import type { PublishedOffer, Treatment } from './catalogue.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import type { CompiledCap } from './compiled-placement.ts';
import type { Moment } from './moment.ts';
import type { SharedCap } from './offer-index/caps-of-offers.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import { has } from './offer-index/offer-mask.ts';
import { componentsIn, priorityIn } from './offer-index/worth.ts';
import { arithmeticScore, comparable, factorOf, type ScoreComponents } from './scores.ts';

/** An offer that may be shown, with everything that explains its rank. */
export interface Candidate {
  readonly offer: PublishedOffer;
  readonly treatment: Treatment;
  readonly score: number;
  readonly components: ScoreComponents;
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
  places(): readonly number[];
  offerAt(place: number): PublishedOffer;
  scoreAt(place: number): number;
  categoryAt(place: number): string;
  candidateAt(place: number): Candidate;
  /** Negative when the first ranks before the other: by score, then priority (higher first), then offer id. */
  compare(place: number, other: number): number;
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

export function createSurvivors(found: readonly Found[], moment: Moment): Survivors {
  const scores: number[] = [];
  /** Of the first place of each. */
  const starts: number[] = [];
  for (const { index, numbers } of found) {
    starts.push(scores.length);
    for (const number of numbers) scores.push(scoreIn(index, number, moment));
  }
  const last = found.length - 1;
  const segmentAt = (place: number): number => {
    let segment = last;
    while (place < (starts[segment] as number)) segment -= 1;
    return segment;
  };
  /** What `read` gives of the offer at a place. */
  const at = <Value>(place: number, read: (index: OfferIndex, number: number) => Value): Value => {
    const segment = segmentAt(place);
    const { index, numbers } = found[segment] as Found;
    return read(index, numbers[place - (starts[segment] as number)] as number);
  };
  const compiledAt = (place: number) => at(place, offerIn);
  const candidates: Candidate[] = [];

  const survivors: Survivors = {
    count: scores.length,
    places: () => Array.from(scores.keys()),
    offerAt: (place) => compiledAt(place).published,
    scoreAt: (place) => scores[place] as number,
    categoryAt: (place) => at(place, categoryIn),
    candidateAt(place) {
      candidates[place] ??= candidateOf(compiledAt(place), moment);
      return candidates[place];
    },
    compare(place, other) {
      const byScore = (scores[other] as number) - (scores[place] as number);
      if (byScore !== 0) return byScore;
      const [one, two] = [compiledAt(place), compiledAt(other)];
      return two.priority - one.priority || (one.offerId < two.offerId ? -1 : 1);
    },
    capsAt: (place) => moment.placement.candidateOf(compiledAt(place)).caps,
    underFull(isFull) {
      const full = found.map(({ index }) => {
        const { shared } = index.capsIn(moment.placement.published);
        return shared.filter(({ bound }) => isFull(bound));
      });
      if (full.every((caps) => caps.length === 0)) return undefined;
      return (place) => {
        const segment = segmentAt(place);
        const number = (found[segment] as Found).numbers[place - (starts[segment] as number)] as number;
        return (full[segment] as readonly SharedCap[]).some(({ offers }) => has(offers, number));
      };
    },
    roomOf: (cap) => cap.rule.limit - moment.usageOf(moment.placement.capOf(cap)).used,
    ranked: () =>
      survivors
        .places()
        .toSorted(survivors.compare)
        .map((place) => survivors.candidateAt(place)),
  };
  return survivors;
}

export function candidateOf(offer: CompiledOffer, moment: Moment): Candidate {
  const { treatment, caps } = moment.placement.candidateOf(offer);
  // The first stage rejects an offer without one.
  if (!treatment) throw new Error(`${offer.offerId} has no treatment for the placement`);
  const { propensity, value, lever } = offer;
  const weights = offer.contextWeights.filter(({ whole }) => moment.answer(whole));
  const contextWeight = factorOf(weights.reduce((sum, { percent }) => sum + percent, 0));
  const components = { propensity, contextWeight, value, lever };
  return {
    offer: offer.published,
    treatment,
    score: scoreOf(components, offer.priority, moment),
    components,
    met: offer.eligibilityNames,
    weights: weights.map(({ name }) => name),
    caps: caps.map(({ bound }) => bound),
  };
}

function scoreIn({ worth }: OfferIndex, number: number, moment: Moment): number {
  return scoreOf(componentsIn(worth, number, moment.answer), priorityIn(worth, number), moment);
}

function scoreOf(components: ScoreComponents, priority: number, { placement, scope }: Moment): number {
  switch (placement.published.terms.ranking.method) {
    case 'ARITHMETIC':
      return comparable(arithmeticScore(components));
    case 'PRIORITY':
      return priority;
    case 'FORMULA':
      return comparable(placement.formula?.(scope, { ...components, priority }) ?? 0);
  }
}

function offerIn({ offers }: OfferIndex, number: number): CompiledOffer {
  return offers[number] as CompiledOffer;
}

function categoryIn({ categories }: OfferIndex, number: number): string {
  return categories[number] as string;
}
