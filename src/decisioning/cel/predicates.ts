// Predicates: the parts of a condition between its top-level `&&`, in the form that an index can use.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Predicate } from '../compiled-condition.ts';
import type { Scope } from '../scope.ts';
import { holdsOf, textOfComparison, truthOf } from './comparisons.ts';
import { compile } from './compile.ts';
import type { Evaluate } from './evaluation.ts';
import type { Blame, Presence } from './part.ts';
import type { Words } from './words.ts';

/** A predicate that also tells what does not hold from what cannot be evaluated. */
export interface CompiledPredicate extends Predicate {
  readonly evaluate: Evaluate;
}

/** A predicate at its place in an expression. */
export interface Conjunct {
  readonly predicate: CompiledPredicate;
  readonly blame: Blame | undefined;
  readonly presence: Presence | undefined;
}

/** The parts of a condition that must all hold, in the order of its text. @throws Error for what is not compiled. */
export function conjunctsOf(root: ASTNode, words: Words): readonly Conjunct[] {
  if (root.op === '&&') return root.args.flatMap((side) => conjunctsOf(side, words));
  const { part, reads } = compile(root, words);
  const { cost, evaluate, blame, membership } = part;
  const comparison = part.comparison ?? truthOf(part, true);
  const holds = comparison ? holdsOf(comparison) : (scope: Scope) => evaluate(scope) === true;
  const text = comparison ? textOfComparison(comparison) : part.text;
  return [
    {
      blame,
      presence: part.presence,
      predicate: {
        text,
        cost,
        reads,
        evaluate,
        holds,
        ...(comparison && { comparison }),
        ...(membership && { membership }),
      },
    },
  ];
}

/** Those that decide: that a value is known need not be asked where it is compared. */
export function decisive<Part extends Pick<Conjunct, 'predicate' | 'presence'>>(conjuncts: readonly Part[]): Part[] {
  const compared = new Set(
    conjuncts.flatMap(({ predicate: { comparison } }) =>
      comparison && !comparison.orUnknown ? [comparison.subject] : [],
    ),
  );
  return conjuncts.filter(({ presence }) => !presence?.isKnown || !compared.has(presence.subject));
}
