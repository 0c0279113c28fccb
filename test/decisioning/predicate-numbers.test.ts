// Each predicate is asked once of each customer, however many there are and however customers take turns.
import { expect, it } from 'vitest';
import { createPredicateNumbers } from '../../src/decisioning/predicate-numbers.ts';
import type { Scope } from '../../src/decisioning/scope.ts';
import { language, situation } from './situation.ts';

it('an answer is found once for a scope, and again for another', () => {
  const numbers = createPredicateNumbers();
  const { facts, request } = situation({ offers: {} });
  const [even, odd] = [language.scopeOf(facts, request), language.scopeOf(facts, request)];
  let asked = 0;
  const reads = {
    profile: new Set<string>(),
    context: new Set<string>(),
    features: new Set<string>(),
    history: new Set<string>(),
  };
  for (let number = 0; number < 1000; number++) {
    const holds = (scope: Scope) => {
      asked++;
      return (number % 2 === 0) === (scope === even);
    };
    expect(numbers.numberOf({ text: String(number), holds, cost: 1, reads })).toBe(number);
  }
  for (const scope of [even, odd, even]) {
    asked = 0;
    const answer = numbers.answers(scope);
    const all = () => numbers.all.map((_, number) => answer(number));
    const expected = numbers.all.map((_, number) => (number % 2 === 0) === (scope === even));
    expect([all(), all()]).toEqual([expected, expected]);
    expect(asked).toBe(1000);
  }
});
