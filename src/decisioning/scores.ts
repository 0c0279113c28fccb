// What an offer is worth in a moment, as arithmetic.

/**
 * The four factors of Pega's arbitration: `priority = propensity × context weight × value × lever`.
 * Each is kept with the decision, so that a rank can be explained.
 */
export interface ScoreComponents {
  /** The probability that the customer accepts, 0 to 1. */
  readonly propensity: number;
  /** 1 + Σ/100 over the percent points of the context weights whose condition is met; never below 0. */
  readonly contextWeight: number;
  /** In units of the currency: minor units / 100. */
  readonly value: number;
  /** 1 + Σ/100 over the percent points of the levers, Pega's `1 + (issue + group + action)/100`; never below 0. */
  readonly lever: number;
}

/** Percent points as a factor: 25 and −5 together weigh 1.2; never below 0. */
export function factorOf(percentPoints: number): number {
  return Math.max(0, 1 + percentPoints / 100);
}

/** The product of the four. */
export function arithmeticScore({ propensity, contextWeight, value, lever }: ScoreComponents): number {
  return propensity * contextWeight * value * lever;
}

/** A score that can be compared: a formula that gave no number (division by zero, an unknown attribute) is worth 0. */
export function comparable(score: number): number {
  return Number.isFinite(score) ? score : 0;
}
