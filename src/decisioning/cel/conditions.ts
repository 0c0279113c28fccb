// Conditions: the library reads them, functions of ours decide them, and where they fail the library says why.
import type { CompiledCondition, Outcome, Reads } from '../compiled-condition.ts';
import type { Scope } from '../scope.ts';
import { readsNothing } from './compile.ts';
import type { Expression } from './dialect.ts';
import { causeOf } from './library-errors.ts';
import { type CompiledPredicate, type Conjunct, conjunctsOf, decisive } from './predicates.ts';
import type { Words } from './words.ts';

const never = { text: 'never', holds: () => false, cost: 0, reads: readsNothing };

/** A condition that is never met, and why. */
export function neverMet(cause: string): CompiledCondition {
  const outcome = { missing: cause };
  return { predicates: [never], outcome: () => outcome };
}

/** `shared` gives equal predicates the same object. `reread` reads the expression again: its tree is large, and rarely needed. */
export function conditionOf(
  text: string,
  { tree }: Expression,
  words: Words,
  shared: (text: string, predicate: CompiledPredicate) => CompiledPredicate,
  reread: () => Expression,
): CompiledCondition {
  const conjuncts = compiled(tree, words)?.map(({ predicate, ...conjunct }) => ({
    ...conjunct,
    predicate: shared(predicate.text, predicate),
  }));
  let again: Expression | undefined;
  const askLibrary = (scope: Scope): Outcome => {
    again ??= reread();
    try {
      return again.byLibrary(scope) === true;
    } catch (error) {
      return { missing: causeOf(error, text) };
    }
  };
  if (!conjuncts) {
    const holds = (scope: Scope) => askLibrary(scope) === true;
    return {
      predicates: [{ text, holds, cost: 100, reads: everythingOf(words) }],
      outcome: askLibrary,
      evaluatedBy: 'LIBRARY',
    };
  }
  return {
    predicates: [...new Set(decisive(conjuncts).map(({ predicate }) => predicate))],
    outcome(scope) {
      let failed: (typeof conjuncts)[number] | undefined;
      for (const conjunct of conjuncts) {
        const outcome = conjunct.predicate.evaluate(scope);
        if (outcome === false) return false;
        // Of several that cannot be evaluated the library reports the last.
        if (outcome === undefined) failed = conjunct;
      }
      if (!failed) return true;
      const cause = failed.blame?.(scope) ?? askLibrary(scope);
      // The library does not notice everything that the specification calls an error.
      return typeof cause === 'object' ? cause : { missing: 'cannot be computed' };
    },
  };
}

function everythingOf(words: Words): Reads {
  const namesOf = (variable: string) =>
    new Set(words.all.flatMap(({ path: [of, name = ''] }) => (of === variable ? [name] : [])));
  return { profile: namesOf('profile'), context: namesOf('context'), features: namesOf('features'), history: 'ALL' };
}

/** Undefined for what cannot be compiled. */
function compiled(tree: Expression['tree'], words: Words): readonly Conjunct[] | undefined {
  try {
    return conjunctsOf(tree, words);
  } catch {
    return undefined;
  }
}
