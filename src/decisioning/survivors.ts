// The offers that may be shown, with what each is worth. Nothing is made of one but its score until somebody asks for more.
import type { BoundCap } from './caps.ts';
import type { PublishedOffer, Treatment } from './catalogue.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import type { CompiledCap } from './compiled-placement.ts';
import type { Moment } from './moment.ts';
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

/** In no particular order, by place from 0. */
export interface Survivors {
  readonly count: number;
  offerAt(place: number): PublishedOffer;
  scoreAt(place: number): number;
  candidateAt(place: number): Candidate;
  /** Negative when the first ranks before the other: by score, then priority (higher first), then offer id. */
  compare(place: number, other: number): number;
  capsAt(place: number): readonly CompiledCap[];
  /** How many more contacts a cap admits. */
  roomOf(cap: CompiledCap): number;
  /** All of them, best first. */
  ranked(): readonly Candidate[];
}

export function createSurvivors(offers: readonly CompiledOffer[], moment: Moment): Survivors {
  const scores = Float64Array.from(offers, (offer) => scoreOf(offer, moment));
  const published = (place: number) => (offers[place] as CompiledOffer).published;
  const candidates: Candidate[] = [];
  const survivors: Survivors = {
    count: offers.length,
    offerAt: published,
    scoreAt: (place) => scores[place] as number,
    candidateAt: (place) => (candidates[place] ??= candidateOf(offers[place] as CompiledOffer, moment)),
    compare(place, other) {
      const byScore = (scores[other] as number) - (scores[place] as number);
      if (byScore !== 0) return byScore;
      const [one, two] = [offers[place] as CompiledOffer, offers[other] as CompiledOffer];
      return two.priority - one.priority || (one.offerId < two.offerId ? -1 : 1);
    },
    capsAt: (place) => moment.placement.candidateOf(offers[place] as CompiledOffer).caps,
    roomOf: (cap) => cap.bound.rule.limit - moment.usageOf(cap).used,
    ranked: () =>
      Array.from(offers.keys())
        .sort(survivors.compare)
        .map((place) => survivors.candidateAt(place)),
  };
  return survivors;
}

export function candidateOf(offer: CompiledOffer, moment: Moment): Candidate {
  const { treatment, caps } = moment.placement.candidateOf(offer);
  // The first stage rejects an offer without one.
  if (!treatment) throw new Error(`${offer.published.offerId} has no treatment for the placement`);
  return {
    offer: offer.published,
    treatment,
    score: scoreOf(offer, moment),
    components: componentsOf(offer, moment),
    met: offer.eligibilityNames,
    weights: offer.contextWeights.filter(moment.holds).map(({ name }) => name),
    caps: caps.map(({ bound }) => bound),
  };
}

function scoreOf(offer: CompiledOffer, moment: Moment): number {
  const { priority } = offer;
  const { published, formula } = moment.placement;
  switch (published.terms.ranking.method) {
    case 'ARITHMETIC':
      return comparable(arithmeticScore(componentsOf(offer, moment)));
    case 'PRIORITY':
      return priority;
    case 'FORMULA':
      return comparable(formula?.(moment.scope, { ...componentsOf(offer, moment), priority }) ?? 0);
  }
}

function componentsOf({ propensity, contextWeights, value, lever }: CompiledOffer, { holds }: Moment): ScoreComponents {
  let percentPoints = 0;
  for (const weight of contextWeights) if (holds(weight)) percentPoints += weight.percent;
  return { propensity, contextWeight: factorOf(percentPoints), value, lever };
}
