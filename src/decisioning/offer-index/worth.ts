// What scores are made of, side by side in memory: the objects of thousands of survivors are too far apart to be looked at.
import type { CompiledOffer } from '../compiled-offer.ts';
import type { Answers } from '../predicate-numbers.ts';
import { factorOf, type ScoreComponents } from '../scores.ts';
import { type Rows, rowsOf } from './rows.ts';

export interface Worth {
  /** Four for each offer: propensity, value, lever, priority. */
  readonly numbers: Float64Array;
  /** Numbers of the predicates of the context weights. */
  readonly weights: Rows;
  /** What each of these is worth in percent points. */
  readonly percents: Float64Array;
}

export function worthOf(offers: readonly CompiledOffer[]): Worth {
  return {
    numbers: Float64Array.from(offers.flatMap((offer) => [offer.propensity, offer.value, offer.lever, offer.priority])),
    weights: rowsOf(offers.map(({ contextWeights }) => contextWeights.map(({ whole }) => whole))),
    percents: Float64Array.from(offers.flatMap(({ contextWeights }) => contextWeights.map(({ percent }) => percent))),
  };
}

/** With the propensity of the offer's own. */
export function componentsIn(worth: Worth, offer: number, answer: Answers): ScoreComponents {
  return componentsBy(propensityIn(worth, offer), worth, offer, answer);
}

/** With the propensity that a model gives. */
export function componentsBy(propensity: number, worth: Worth, offer: number, answer: Answers): ScoreComponents {
  const { numbers, weights, percents } = worth;
  const end = weights.starts[offer + 1] as number;
  let percentPoints = 0;
  for (let weight = weights.starts[offer] as number; weight < end; weight++) {
    if (answer(weights.numbers[weight] as number)) percentPoints += percents[weight] as number;
  }
  return {
    propensity,
    contextWeight: factorOf(percentPoints),
    value: numbers[4 * offer + 1] as number,
    lever: numbers[4 * offer + 2] as number,
  };
}

export function propensityIn({ numbers }: Worth, offer: number): number {
  return numbers[4 * offer] as number;
}

export function priorityIn({ numbers }: Worth, offer: number): number {
  return numbers[4 * offer + 3] as number;
}
