// The language of conditions and formulas: CEL over the words of the vocabulary. The library parses, type-checks and evaluates.
import { TypeError as CelTypeError, Environment, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import type { OfferTerms } from './catalogue.ts';
import type { CompiledCondition, Outcome, Reads } from './compiled-condition.ts';
import { valueProblem } from './declared-values.ts';
import { type Problem, ruleProblem } from './expression-rules.ts';
import { fingerprintOf } from './fingerprint.ts';
import { keptByText } from './kept-by-text.ts';
import { declareScope, type Scope, type ScopeOf } from './scope.ts';
import type { ScoreComponents } from './scores.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The numbers that a formula sees besides the facts. */
export type FormulaNumbers = ScoreComponents & { readonly priority: number };

export interface Language {
  /** Of the vocabulary: decisions under equal words have equal ones. */
  readonly fingerprint: string;
  /** A condition must be well typed and of type bool. */
  checkCondition(expression: string): Problem | undefined;
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
  /** What conditions see of a customer at a moment. */
  readonly scopeOf: ScopeOf;
}

const longestExpression = 2000;
/** More than a catalogue has: drafts that are simulated come with texts of their own. */
const textsKept = 10_000;
const limits = { maxAstNodes: 400, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

/**
 * The language of a vocabulary. Making one is slow (milliseconds): once per process.
 * @throws Error when the vocabulary declares a name that conditions could not use.
 */
export function createLanguage(vocabulary: Vocabulary): Language {
  const conditions = new Environment({ limits })
    .registerFunction('min(double, double): double', Math.min)
    .registerFunction('max(double, double): double', Math.max)
    .registerFunction('min(int, int): int', (a: bigint, b: bigint) => (a < b ? a : b))
    .registerFunction('max(int, int): int', (a: bigint, b: bigint) => (a > b ? a : b));
  const scopeOf = declareScope(conditions, vocabulary);
  const formulas = conditions
    .clone()
    .registerVariable('propensity', 'double')
    .registerVariable('contextWeight', 'double')
    .registerVariable('value', 'double')
    .registerVariable('lever', 'double')
    .registerVariable('priority', 'double');

  return {
    fingerprint: fingerprintOf(vocabulary),
    checkCondition: (expression) => check(conditions, expression, 'bool'),
    checkFormula: (expression) => check(formulas, expression, 'double'),
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
    condition: keptByText(textsKept, (expression) => conditionOf(expression, compileCondition(conditions, expression))),
    formula: keptByText(textsKept, (expression) => compileFormula(formulas, expression)),
    scopeOf,
  };
}

function check(environment: Environment, expression: string, type: 'bool' | 'double'): Problem | undefined {
  if (expression.length > longestExpression) {
    return { problem: `must have at most ${longestExpression} characters`, at: longestExpression };
  }
  try {
    const parsed = environment.parse(expression);
    const checked = parsed.check();
    if (!checked.valid) return problemOf(checked.error);
    const broken = ruleProblem(parsed.ast, (start, end) => {
      const part = environment.check(expression.slice(start, end));
      if (part.valid) return undefined;
      const { problem, at } = problemOf(part.error);
      return { problem, at: start + at };
    });
    if (broken) return broken;
    return checked.type === type ? undefined : { problem: `must be of type ${type}, is ${checked.type}`, at: 0 };
  } catch (error) {
    return problemOf(error);
  }
}

function problemOf(error: unknown): Problem {
  if (!isCelError(error)) return { problem: messageOf(error), at: 0 };
  const mixed = /\bint\b/.test(error.summary) && /\bdouble\b/.test(error.summary);
  const hint = error.code === 'no_such_overload' && mixed ? ' (write 2.0 for a double, double(x) for an int x)' : '';
  return { problem: error.summary + hint, at: error.range?.start ?? 0 };
}

function isCelError(error: unknown): error is ParseError | CelTypeError | EvaluationError {
  return error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const everything: Reads = {
  profile: new Set(),
  context: new Set(),
  features: new Set(['lastViewedSkus', 'lastViewedCategories', 'spendByCategory']),
  history: 'ALL',
};

function conditionOf(text: string, outcome: (scope: Scope) => Outcome): CompiledCondition {
  return { predicates: [{ text, holds: (scope) => outcome(scope) === true, cost: 100, reads: everything }], outcome };
}

function compileCondition(environment: Environment, expression: string): (scope: Scope) => Outcome {
  const problem = check(environment, expression, 'bool');
  // Published under an older vocabulary: not met, and the explanation says why.
  if (problem) return () => ({ missing: problem.problem });
  const parsed = environment.parse(expression);
  // Leaves the types in the tree: an unchecked tree is checked again at each evaluation.
  parsed.check();
  return (scope) => {
    try {
      return parsed(scope) === true;
    } catch (error) {
      return { missing: causeOf(error, expression) };
    }
  };
}

function causeOf(error: unknown, expression: string): string {
  // Whatever the library throws: one condition must not cost the customer all other offers.
  if (!isCelError(error)) return messageOf(error);
  const { node } = error;
  if (error.code === 'no_such_key' && node) return `${expression.slice(node.start, node.end)} is not known`;
  return error.summary;
}

function compileFormula(
  environment: Environment,
  expression: string,
): (scope: Scope, numbers: FormulaNumbers) => number {
  if (check(environment, expression, 'double')) return () => Number.NaN;
  const parsed = environment.parse(expression);
  parsed.check();
  return (scope, numbers) => {
    try {
      return Number(parsed({ ...scope, ...numbers }));
    } catch {
      return Number.NaN;
    }
  };
}

function declaredIn(declared: Vocabulary['profile'], name: string) {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}
