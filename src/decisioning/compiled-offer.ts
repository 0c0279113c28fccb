// A published offer with everything resolved that does not depend on the customer, the moment or the placement.
import type { PublishedOffer } from './catalogue.ts';
import type { CompiledCondition } from './compiled-condition.ts';
import type { CompiledCandidate } from './compiled-placement.ts';
import type { Language } from './language.ts';
import type { PredicateNumbers } from './predicate-numbers.ts';
import { factorOf } from './scores.ts';

/** What every decision looks at of a survivor is here and not further away: the way to it is what takes the time. */
export interface CompiledOffer {
  readonly published: PublishedOffer;
  readonly offerId: string;
  /** Epoch milliseconds; `Infinity` for no end. */
  readonly startAt: number;
  readonly endAt: number;
  /** Of the audiences, for explanations. */
  readonly audienceNames: string;
  readonly eligibility: readonly NamedCondition[];
  readonly eligibilityNames: readonly string[];
  readonly contextWeights: readonly ContextWeight[];
  readonly propensity: number;
  readonly priority: number;
  /** Units of the currency. */
  readonly value: number;
  readonly lever: number;
  /** As it would be shown, by number of the placement, in the form that was last asked for. */
  readonly shown: (CompiledCandidate | undefined)[];
}

export interface NamedCondition {
  readonly name: string;
  readonly condition: CompiledCondition;
  /** Numbers of the condition's predicates. */
  readonly predicates: readonly number[];
}

/** A condition that is worth something: asked whole. */
export interface ContextWeight extends NamedCondition {
  readonly percent: number;
  /** The number of all of its predicates in one. */
  readonly whole: number;
}

export function compileOffer(
  published: PublishedOffer,
  language: Pick<Language, 'condition'>,
  numbers: PredicateNumbers,
): CompiledOffer {
  const { terms } = published;
  const named = ({ name, expression }: { name: string; expression: string }): NamedCondition => {
    const condition = language.condition(expression);
    return { name, condition, predicates: condition.predicates.map(numbers.numberOf) };
  };
  return {
    published,
    offerId: published.offerId,
    startAt: Date.parse(terms.startAt),
    endAt: terms.endAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(terms.endAt),
    audienceNames: terms.audiences.join(', '),
    eligibility: terms.eligibility.map(named),
    eligibilityNames: terms.eligibility.map(({ name }) => name),
    contextWeights: terms.contextWeights.map(({ percent, ...condition }) => {
      const weight = named(condition);
      return { ...weight, percent, whole: numbers.numberOfAll(weight.predicates) };
    }),
    propensity: terms.propensity,
    priority: terms.priority,
    value: terms.value.amount / 100,
    lever: factorOf(terms.levers.reduce((sum, { percent }) => sum + percent, 0)),
    shown: [],
  };
}
