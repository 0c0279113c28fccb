// What scores are made of, side by side in memory: the objects of thousands of survivors are too far apart to be looked at.
import type { CompiledOffer } from '../compiled-offer.ts';
import type { Answers } from '../predicate-numbers.ts';
import { factorOf, type ScoreComponents } from '../scores.ts';

export interface Worth {
  /** Four for each offer: propensity, value, lever, priority. */
  readonly numbers: Float64Array;
  /** The context weights of offer n are those from `weights[n]` to before `weights[n + 1]`. */
  readonly weights: Int32Array;
  readonly percents: Float64Array;
  /** Numbers of predicates. */
  readonly conditions: Int32Array;
}

export function worthOf(offers: readonly CompiledOffer[]): Worth {
  const all = offers.flatMap(({ contextWeights }) => contextWeights);
  const weights = new Int32Array(offers.length + 1);
  for (const [offer, { contextWeights }] of offers.entries()) {
    weights[offer + 1] = (weights[offer] as number) + contextWeights.length;
  }
  return {
    numbers: Float64Array.from(offers.flatMap((offer) => [offer.propensity, offer.value, offer.lever, offer.priority])),
    weights,
    percents: Float64Array.from(all, ({ percent }) => percent),
    conditions: Int32Array.from(all, ({ whole }) => whole),
  };
}

export function componentsIn(worth: Worth, offer: number, answer: Answers): ScoreComponents {
  const { numbers, weights, percents, conditions } = worth;
  const end = weights[offer + 1] as number;
  let percentPoints = 0;
  for (let weight = weights[offer] as number; weight < end; weight++) {
    if (answer(conditions[weight] as number)) percentPoints += percents[weight] as number;
  }
  return {
    propensity: numbers[4 * offer] as number,
    contextWeight: factorOf(percentPoints),
    value: numbers[4 * offer + 1] as number,
    lever: numbers[4 * offer + 2] as number,
  };
}

export function priorityIn({ numbers }: Worth, offer: number): number {
  return numbers[4 * offer + 3] as number;
}
