// CEL as conditions and formulas are written: the library's grammar and types over our words, within our rules.
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { type Problem, ruleProblem } from '../expression-rules.ts';
import type { Scope } from '../scope.ts';
import type { FormulaNumbers } from './evaluation.ts';
import { problemOf } from './library-errors.ts';
import { declareWords } from './library-view.ts';
import type { Words } from './words.ts';

export interface Dialect {
  /** Reads an expression of any type, or says what is wrong with it. */
  read(expression: string): Expression | Problem;
}

/** An expression that is well typed and within the rules. */
export interface Expression {
  readonly tree: ASTNode;
  /** In CEL: `list<int>`. */
  readonly type: string;
  /** The value as the library computes it. @throws its errors. */
  byLibrary(scope: Scope, numbers?: FormulaNumbers): unknown;
}

const longestExpression = 2000;
const limits = { maxAstNodes: 400, maxDepth: 32, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 };

/** The dialect over the words and some numbers. Making one is slow (milliseconds). */
export function createDialect(words: Words, numbers: readonly string[] = []): Dialect {
  const sync = { async: false };
  const environment = new Environment({ limits })
    .registerFunction('min(double, double): double', Math.min, sync)
    .registerFunction('max(double, double): double', Math.max, sync)
    .registerFunction('min(int, int): int', (a: bigint, b: bigint) => (a < b ? a : b), sync)
    .registerFunction('max(int, int): int', (a: bigint, b: bigint) => (a > b ? a : b), sync);
  const viewOf = declareWords(environment, words);
  for (const name of numbers) environment.registerVariable(name, 'double');
  return {
    read(expression) {
      if (expression.length > longestExpression) {
        return { problem: `must have at most ${longestExpression} characters`, at: longestExpression };
      }
      try {
        const parsed = environment.parse(expression);
        // Leaves the types in the tree: an unchecked tree is checked again at each evaluation.
        const checked = parsed.check();
        if (!checked.valid) return problemOf(checked.error);
        const broken = ruleProblem(parsed.ast, (start, end) => {
          const part = environment.check(expression.slice(start, end));
          if (part.valid) return undefined;
          const { problem, at } = problemOf(part.error);
          return { problem, at: start + at };
        });
        if (broken) return broken;
        return {
          tree: parsed.ast,
          type: checked.type ?? '',
          byLibrary: (scope, given) => parsed({ ...viewOf(scope), ...given }),
        };
      } catch (error) {
        return problemOf(error);
      }
    },
  };
}

/** The expression, when it is of the type that is asked for. */
export function ofType(read: Expression | Problem, type: 'bool' | 'double'): Expression | Problem {
  if ('problem' in read || read.type === type) return read;
  return { problem: `must be of type ${type}, is ${read.type}`, at: 0 };
}
