// What cannot be compiled is left to the library, and says so.
import { describe, expect, it } from 'vitest';
import { conditionOf } from '../../../src/decisioning/cel/conditions.ts';
import { createDialect, type Expression } from '../../../src/decisioning/cel/dialect.ts';
import { formulaOf } from '../../../src/decisioning/cel/formulas.ts';
import { wordsOf } from '../../../src/decisioning/cel/words.ts';
import { unknownCustomer } from '../../../src/decisioning/facts.ts';
import { vocabulary } from './random-scopes.ts';

const words = wordsOf(vocabulary);
/** Our functions do not know the last number. */
const dialect = createDialect(words, ['value', 'surprise']);
const scopeOf = (attributes: Record<string, number>) =>
  words.scopeOf({ ...unknownCustomer('c1'), attributes }, { at: 0, context: {} });

describe('an expression that cannot be compiled', () => {
  it('works as a condition', () => {
    const text = 'profile.age > 40 || surprise > 1.0';
    const read = dialect.read(text) as Expression;
    const condition = conditionOf(
      text,
      read,
      words,
      (_, predicate) => predicate,
      () => read,
    );
    expect(condition.evaluatedBy).toBe('LIBRARY');
    expect(condition.outcome(scopeOf({ age: 41 }))).toBe(true);
    expect(condition.outcome(scopeOf({ age: 40 }))).toEqual({ missing: 'Unknown variable: surprise' });
    expect(condition.predicates.map(({ holds }) => holds(scopeOf({ age: 41 })))).toEqual([true]);
    expect(condition.predicates.map(({ holds }) => holds(scopeOf({ age: 40 })))).toEqual([false]);
    expect(condition.predicates[0]?.reads.profile).toContain('age');
  });

  it('works as a formula', () => {
    const formula = formulaOf(dialect.read('profile.age > 40 ? value : surprise') as Expression, words);
    const numbers = { propensity: 1, contextWeight: 1, value: 7, lever: 1, priority: 0 };
    expect(formula(scopeOf({ age: 41 }), numbers)).toBe(7);
    expect(formula(scopeOf({ age: 40 }), numbers)).toBeNaN();
  });
});
