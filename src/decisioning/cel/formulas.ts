// Formulas: numbers that offers are ranked by.
import type { Scope } from '../scope.ts';
import { compile } from './compile.ts';
import type { Expression } from './dialect.ts';
import type { FormulaNumbers } from './evaluation.ts';
import type { Words } from './words.ts';

/** NaN where it cannot be evaluated. What cannot be compiled is left to the library. */
export function formulaOf({ tree, byLibrary }: Expression, words: Words) {
  try {
    const { evaluate } = compile(tree, words).part;
    return (scope: Scope, numbers: FormulaNumbers): number => Number(evaluate(scope, numbers) ?? Number.NaN);
  } catch {
    return (scope: Scope, numbers: FormulaNumbers): number => {
      try {
        return Number(byLibrary(scope, numbers));
      } catch {
        return Number.NaN;
      }
    };
  }
}
