// The language of conditions and formulas: CEL over the words of the vocabulary.
import type { OfferTerms } from './catalogue.ts';
import { conditionOf, neverMet } from './cel/conditions.ts';
import { createDialect, type Expression, ofType } from './cel/dialect.ts';
import { formulaNumbers, type FormulaNumbers as Numbers } from './cel/evaluation.ts';
import { formulaOf } from './cel/formulas.ts';
import type { CompiledPredicate } from './cel/predicates.ts';
import { type Word, wordsOf } from './cel/words.ts';
import type { CompiledCondition } from './compiled-condition.ts';
import { valueProblem } from './declared-values.ts';
import type { Problem } from './expression-rules.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keptByText } from './kept-by-text.ts';
import type { Scope, ScopeOf } from './scope.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The numbers that a formula sees besides the facts. */
export type FormulaNumbers = Numbers;

export interface Language {
  /** Of the vocabulary: decisions under equal words have equal ones. */
  readonly fingerprint: string;
  /** A condition must be well typed and of type bool. */
  checkCondition(expression: string): Problem | undefined;
  /** Whether a condition that passed its check can look at the profile, the features or the history of the customer. */
  readsCustomer(expression: string): boolean;
  /** A formula must be well typed and of type double; it also sees propensity, contextWeight, value, lever, priority (double). */
  checkFormula(expression: string): Problem | undefined;
  /** What is wrong with an attribute of a profile; `null` forgets any declared one. */
  checkAttribute(name: string, value: unknown): string | undefined;
  /** The first name of a context that is not declared or whose value is not of its type. */
  checkContext(context: Readonly<Record<string, unknown>>): { name: string; problem: string } | undefined;
  /** The currency and the purposes of an offer must be those of the vocabulary. */
  checkTerms(terms: OfferTerms): { field: string; problem: string } | undefined;
  /** Compiled once per text, while it is kept. A text that fails its check gives a condition that is never met. */
  condition(expression: string): CompiledCondition;
  /** Compiled once per text, while it is kept. NaN where it cannot be evaluated. */
  formula(expression: string): (scope: Scope, numbers: FormulaNumbers) => number;
  /** One value that conditions see, by its name in them: `profile.age`, `features.views.h24`. Undefined: there is none. */
  attribute(name: string): Attribute | undefined;
  /** What conditions see of a customer at a moment. */
  readonly scopeOf: ScopeOf;
}

export type Attribute = Pick<Word, 'type' | 'value' | 'has'>;

/** More than a catalogue has: drafts that are simulated come with texts of their own. */
const textsKept = 10_000;
const predicatesKept = 5 * textsKept;

/**
 * The language of a vocabulary. Making one is slow (milliseconds): once per process.
 * @throws Error when the vocabulary declares a name that conditions could not use.
 */
export function createLanguage(vocabulary: Vocabulary): Language {
  const words = wordsOf(vocabulary);
  const conditions = createDialect(words);
  const formulas = createDialect(words, formulaNumbers);
  const readCondition = (text: string) => ofType(conditions.read(text), 'bool');
  const readFormula = (text: string) => ofType(formulas.read(text), 'double');
  const sharedPredicate = keptByText(predicatesKept, (_text: string, predicate: CompiledPredicate) => predicate);

  const condition = keptByText(textsKept, (expression) => {
    const read = readCondition(expression);
    // Published under an older vocabulary: not met, and the explanation says why.
    if ('problem' in read) return neverMet(read.problem);
    const reread = () => conditions.read(expression) as Expression;
    return conditionOf(expression, read, words, sharedPredicate, reread);
  });

  return {
    fingerprint: fingerprintOf(vocabulary),
    checkCondition: (expression) => problemIn(readCondition(expression)),
    readsCustomer: (expression) =>
      condition(expression).predicates.some(
        ({ reads: { profile, features, history } }) =>
          profile.size > 0 || features.size > 0 || history === 'ALL' || history.size > 0,
      ),
    checkFormula: (expression) => problemIn(readFormula(expression)),
    checkAttribute(name, value) {
      const declared = declaredIn(vocabulary.profile, name);
      if (!declared) return 'is not an attribute of the vocabulary';
      return value === null ? undefined : valueProblem(declared.type, value);
    },
    checkContext(context) {
      for (const [name, value] of Object.entries(context)) {
        const declared = declaredIn(vocabulary.context, name);
        const problem = declared ? valueProblem(declared.type, value) : 'is not a context attribute of the vocabulary';
        if (problem) return { name, problem };
      }
      return undefined;
    },
    checkTerms(terms) {
      if (terms.value.currency !== vocabulary.currency) {
        return { field: 'value.currency', problem: `must be ${vocabulary.currency}` };
      }
      const unknown = terms.purposes.findIndex((purpose) => !Object.hasOwn(vocabulary.purposes, purpose));
      if (unknown < 0) return undefined;
      return { field: `purposes.${unknown}`, problem: `must be one of ${Object.keys(vocabulary.purposes).join(', ')}` };
    },
    condition,
    formula: keptByText(textsKept, (expression) => {
      const read = readFormula(expression);
      return 'problem' in read ? () => Number.NaN : formulaOf(read, words);
    }),
    attribute(name) {
      const word = words.of(name.split('.'));
      // Of a map nobody wants all.
      return word?.type.startsWith('map') ? undefined : word;
    },
    scopeOf: words.scopeOf,
  };
}

function problemIn(read: Expression | Problem): Problem | undefined {
  return 'problem' in read ? read : undefined;
}

function declaredIn(declared: Vocabulary['profile'], name: string) {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}
