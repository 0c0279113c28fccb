// Each predicate is asked once of each customer, however many there are and however customers take turns.
import { expect, it } from 'vitest';
import type { CustomerFacts } from '../../src/decisioning/facts.ts';
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

it('what is looked up for many constants at once is what each of them is answered by itself', () => {
  const names = Array.from({ length: 12 }, (_, index) => `name${index}`);
  const expressionsOf = (name: string, index: number) => [
    `context.page == "${name}"`,
    `context.page in ["${name}", "${names[(index + 1) % 12]}", "other"]`,
    `!has(context.page) || context.page == "${name}"`,
    `context.basketValue == ${index}`,
    `"${name}" in profile.audiences`,
    `"${name}" in features.spendByCategory`,
    `"${name}" in features.lastViewedCategories`,
  ];
  const { facts, request } = situation({ offers: {} });
  const spendByCategory = { name1: 100, name2: Number.NaN, name3: 1e300, name4: 0, elsewhere: 1, toString: 5 };
  const known: CustomerFacts = {
    ...facts,
    audiences: ['name0', 'name5', 'name5', 'nobody'],
    features: { ...facts.features, spendByCategory, lastViewedCategories: ['name11'] },
  };
  const scopes = [
    language.scopeOf(facts, { ...request, context: {} }),
    language.scopeOf(known, { ...request, context: { page: 'name3', basketValue: 3 } }),
    language.scopeOf(known, { ...request, context: { page: 'other', basketValue: Number.NaN } }),
    language.scopeOf(facts, { ...request, context: { page: 'nowhere', basketValue: 11 } }),
  ];
  const numbers = createPredicateNumbers();
  const turns = scopes.map((scope) => ({ scope, answer: numbers.answers(scope) }));
  const add = (expression: string) => language.condition(expression).predicates.map(numbers.numberOf);
  const answers = [];
  for (const [index, name] of names.entries()) {
    // Families grow while scopes are in use, and scopes take turns.
    for (const number of expressionsOf(name, index).flatMap(add)) {
      for (const { scope, answer } of turns) {
        const holds = numbers.all[number]?.holds(scope);
        answers.push(holds);
        expect([number, answer(number)]).toEqual([number, holds]);
      }
    }
  }
  for (const { scope, answer } of [...turns, ...turns.toReversed()]) {
    expect(numbers.all.map((_, number) => answer(number))).toEqual(numbers.all.map(({ holds }) => holds(scope)));
  }
  expect(answers.filter(Boolean).length).toBeGreaterThan(30);
});
