// Logistic regression over what conditions see, as sparse rows of weights side by side in memory.
import type { Linear, LogisticModel, Weight } from '../catalogue.ts';
import type { Attribute, Language } from '../language.ts';
import { type Rows, rowsOf } from '../offer-index/rows.ts';
import type { Scope } from '../scope.ts';
import type { ModelRows } from './compiled-model.ts';

/** A term of the sum counts so much at most: so the sum is finite, whatever is known of a customer. */
const largestTerm = 1e9;

/** What is found out once a decision: a number, or 1 where something holds. */
type Input = (scope: Scope) => number;

/**
 * p = 1 / (1 + e^−z) with z = intercepts + Σ weight × input: of the model, and of the offer. It is never NaN, and never outside of 0 to 1.
 * D. R. Cox, The Regression Analysis of Binary Sequences, Journal of the Royal Statistical Society B 20 (1958) 215–242.
 */
export function compileLogistic({ shared, offers }: LogisticModel, language: Pick<Language, 'attribute'>): ModelRows {
  const inputs = createInputs(language);
  const linears: readonly Linear[] = shared ? [shared, ...offers] : offers;
  const sums = inputs.sumsOf(linears);
  const firstOffer = shared ? 1 : 0;
  const byOffer = new Map(offers.map(({ offerId }, place) => [offerId, firstOffer + place]));
  const otherwise = shared ? 0 : -1;
  return {
    rowOf: ({ offerId }) => byOffer.get(offerId) ?? otherwise,
    readsFar: linears.some(({ weights }) => weights.some(({ attribute }) => isFar(attribute))),
    worthIn(scope) {
      const values = inputs.valuesIn(scope);
      const ofAll = shared ? sums(0, values) : 0;
      const otherwiseWorth = logistic(ofAll);
      return (row) => (row < firstOffer ? otherwiseWorth : logistic(ofAll + sums(row, values)));
    },
  };
}

/** 1 / (1 + e^−z); 0 and 1 where a double has no room for less and more. */
export function logistic(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** What is kept of the facts with a decision only where a rule reads it. */
function isFar(attribute: string): boolean {
  return /^history\.|^features\.lastViewed/.test(attribute);
}

function createInputs(language: Pick<Language, 'attribute'>) {
  const numbers = new Map<string, number>();
  const all: Input[] = [];

  function numberOf(name: string, input: Input): number {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, all.length);
    return all.push(input) - 1;
  }

  /** Its inputs with their weights. */
  function termsOf({ attribute, category, weight, unknown }: Weight): readonly { input: number; weight: number }[] {
    const word = language.attribute(attribute);
    // Approved under an older vocabulary: not known of anybody.
    const input = word ? inputOf(word, category) : () => 0;
    const terms = [{ input: numberOf(JSON.stringify([attribute, category]), input), weight }];
    if (unknown === undefined) return terms;
    const isUnknown = numberOf(JSON.stringify([attribute]), (scope) => (word?.value(scope) === undefined ? 1 : 0));
    return [...terms, { input: isUnknown, weight: unknown }];
  }

  return {
    valuesIn: (scope: Scope): Float64Array => Float64Array.from(all, (input) => input(scope)),
    sumsOf(linears: readonly Linear[]): (row: number, values: Float64Array) => number {
      const terms = linears.map(({ weights }) => weights.flatMap(termsOf));
      const rows = rowsOf(terms.map((row) => row.map(({ input }) => input)));
      const weights = Float64Array.from(terms.flat(), ({ weight }) => weight);
      const intercepts = Float64Array.from(linears, ({ intercept }) => intercept);
      return (row, values) => sumOf(rows, weights, intercepts[row] as number, row, values);
    },
  };
}

function inputOf(word: Attribute, category: string | undefined): Input {
  if (category !== undefined && word.type === 'string') return (scope) => (word.value(scope) === category ? 1 : 0);
  if (category !== undefined) return (scope) => (word.has(scope, category) ? 1 : 0);
  return (scope) => {
    const value = word.value(scope);
    // Of another type than when the model was approved: not known.
    return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : 0;
  };
}

function sumOf(
  { starts, numbers }: Rows,
  weights: Float64Array,
  intercept: number,
  row: number,
  values: Float64Array,
): number {
  const end = starts[row + 1] as number;
  let sum = intercept;
  for (let term = starts[row] as number; term < end; term++) {
    const worth = (weights[term] as number) * (values[numbers[term] as number] as number);
    sum += worth > largestTerm ? largestTerm : worth < -largestTerm ? -largestTerm : worth;
  }
  return sum;
}
