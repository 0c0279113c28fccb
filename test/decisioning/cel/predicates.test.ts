// Conditions as an index sees them: their predicates, which of them are equal, what they compare and what they read.
import { describe, expect, it, test } from 'vitest';
import type { Predicate } from '../../../src/decisioning/compiled-condition.ts';
import { unknownCustomer } from '../../../src/decisioning/facts.ts';
import { createLanguage } from '../../../src/decisioning/language.ts';
import { vocabulary } from './random-scopes.ts';

const language = createLanguage(vocabulary);
const at = Date.parse('2026-11-21T18:00:00Z');

const predicatesOf = (text: string) => language.condition(text).predicates;
const textsOf = (text: string) => predicatesOf(text).map((predicate) => predicate.text);

function only(text: string): Predicate {
  const [predicate, ...others] = predicatesOf(text);
  if (!predicate || others.length > 0) throw new Error(`${text} is not one predicate`);
  return predicate;
}

describe('the predicates of a condition', () => {
  test.each([
    ['profile.vip && profile.age > 1', ['(profile.vip == true)', '(profile.age > 1)']],
    ['(profile.vip && (profile.age > 1 && context.mobile))', 3],
    ['profile.vip || profile.age > 1', 1],
    ['!(profile.vip && context.mobile)', 1],
    ['profile.age > 1 && 1 < profile.age', ['(profile.age > 1)']],
    ['true', ['true']],
  ])('are what stands between its &&: %s', (text, expected) => {
    if (typeof expected === 'number') expect(textsOf(text)).toHaveLength(expected);
    else expect(textsOf(text)).toEqual(expected);
  });

  it('hold together exactly when the condition is met', () => {
    const condition = language.condition(
      'profile.age / (profile.age - 1) > 1 && !(profile.tier == "a") && has(profile.vip)',
    );
    const met = (attributes: Record<string, string | number | boolean>) => {
      const scope = language.scopeOf({ ...unknownCustomer('c1'), attributes }, { at, context: {} });
      const outcome = condition.outcome(scope);
      expect(condition.predicates.every(({ holds }) => holds(scope))).toBe(outcome === true);
      return outcome;
    };
    expect(met({ age: 2, tier: 'b', vip: true })).toBe(true);
    expect(met({ age: 2, tier: 'a', vip: true })).toBe(false);
    expect(met({ age: 1, tier: 'a', vip: true })).toBe(false);
    expect(met({ age: 1, tier: 'b', vip: true })).toEqual({ missing: 'division by zero' });
    expect(met({ age: 2, vip: true })).toEqual({ missing: 'profile.tier is not known' });
    expect(met({ vip: true })).toEqual({ missing: 'profile.tier is not known' });
  });
});

describe('a predicate', () => {
  test.each([
    ['profile.tier == "a"', `(( "a"  ==  profile["tier"] ))`],
    ['profile.age > 1', '1 < profile.age'],
    ['profile.age >= 0x10', '16 <= profile.age'],
    ['profile.vip', 'profile.vip == true'],
    ['!profile.vip', 'false == profile.vip'],
    ['profile.tier in ["a", "b"]', 'profile.tier in ["b", r"a", "b"]'],
    ['profile.tier in ["a"]', 'profile.tier == "a"'],
    ['profile.tags.exists(tag, tag == "a")', 'profile.tags.exists(x, "a" == x)'],
    ['profile.age + 1 > context.amount', 'context.amount < profile.age + 1'],
    ['profile.age > 60 * 60', 'profile.age > 3600'],
    ['size(profile.tags) > 1', 'profile.tags.size() > 1'],
    ['now > timestamp("2026-11-21T18:00:00Z")', 'timestamp("2026-11-21T19:00:00+01:00") < now'],
    ['features.spendByCategory["FUEL"] > 1', 'features.spendByCategory.FUEL > 1'],
  ])('is one object however it is written: %s, %s', (one, other) => {
    expect(language.condition(one)).not.toBe(language.condition(other));
    expect(only(one)).toBe(only(other));
  });

  test.each([
    ['profile.tier == "1"', 'profile.age == 1'],
    ['profile.score > 1.0', 'profile.score >= 1.0'],
    ['profile.age - 1 > context.amount', '1 - profile.age > context.amount'],
    ['string(context.amount + 1) == "2"', 'double(context.amount + 1) == 2.0'],
    ['profile.tags == ["a", "b"]', 'profile.tags == ["b", "a"]'],
    ['profile.tags.exists(x, x == "a")', 'profile.tags.all(x, x == "a")'],
    ['1.0 / profile.score > 0.0', '1.0 / profile.score > -0.0 / 1.0'],
    ['history.presented("a") > 0', 'history.clicked("a") > 0'],
    ['[profile.tier] == ["it"]', '[profile.tier] == ["item"]'],
  ])('is not another: %s, %s', (one, other) => {
    expect(only(one).text).not.toBe(only(other).text);
  });

  test.each([
    ['profile.tier == "a"', 'profile.tier', '==', ['a']],
    ['profile.age != -5', 'profile.age', '!=', [-5]],
    ['profile.age > 1.5', 'profile.age', '>', [1.5]],
    ['features.minutesSinceLastSeen < 30', 'features.minutesSinceLastSeen', '<', [30]],
    ['features.views.h24 >= 3', 'features.views.h24', '>=', [3]],
    ['context.page in ["a", "b", "a"]', 'context.page', 'in', ['a', 'b']],
    ['context.mobile', 'context.mobile', '==', [true]],
    ['!context.mobile', 'context.mobile', '==', [false]],
    ['history.presented("a") == 0', 'history.presented("a")', '==', [0]],
    ['history.hoursSinceAccepted("a") > 24.0', 'history.hoursSinceAccepted("a")', '>', [24]],
    ['size(profile.audiences) > 2', 'size(profile.audiences)', '>', [2]],
    ['context.page.lowerAscii() == "home"', 'lowerAscii(context.page)', '==', ['home']],
    ['now < timestamp("2026-11-21T18:00:00Z")', 'now', '<', [at]],
    ['now.getHours() in [18, 19]', 'getHours(now)', 'in', [18, 19]],
    ['features.spendByCategory["FUEL"] > 1', 'features.spendByCategory["FUEL"]', '>', [1]],
  ])('that compares one value with constants says so: %s', (text, subject, operator, constants) => {
    expect(only(text).comparison).toMatchObject({ subject, operator, constants });
  });

  test.each([
    'profile.tier == context.page',
    'profile.age < 9223372036854775807',
    'profile.age in [1, 9223372036854775807]',
    'profile.score < 0.0 / 0.0',
    'profile.tier < "\\U0001F600"',
    'profile.tier in []',
    '"a" in profile.tags',
    'profile.age + 1 > 2',
    'profile.vip || context.mobile',
    'profile.tags == ["a"]',
    'has(profile.tier)',
    '!has(profile.tier) || context.page == "a"',
    'has(profile.tier) || profile.tier == "a"',
    '!has(profile.tier) || size(profile.tier) == 1',
    'true',
  ])('that does not, or in another way than JavaScript, has no comparison: %s', (text) => {
    expect(only(text).comparison).toBeUndefined();
  });

  test.each(['!has(profile.tier) || profile.tier == "a"', '"a" == profile.tier || !has(profile.tier)'])(
    'that compares only what is known says so, and holds for what is not: %s',
    (text) => {
      const { comparison, holds } = only(text);
      expect(comparison).toMatchObject({ subject: 'profile.tier', operator: '==', constants: ['a'], orUnknown: true });
      const held = (attributes: Record<string, string>) =>
        holds(language.scopeOf({ ...unknownCustomer('c'), attributes }, { at, context: {} }));
      expect([held({}), held({ tier: 'a' }), held({ tier: 'b' })]).toEqual([true, true, false]);
    },
  );

  it('that only asks whether a value is known is left out beside one that compares the value', () => {
    const { predicates, outcome } = language.condition('has(profile.tier) && profile.tier == "a"');
    expect(predicates).toEqual([only('profile.tier == "a"')]);
    // The words stay those of the whole.
    expect(outcome(language.scopeOf(unknownCustomer('c'), { at, context: {} }))).toBe(false);
    expect(
      language.condition('has(profile.tier) && (!has(profile.tier) || profile.tier == "a")').predicates,
    ).toHaveLength(2);
  });

  it('reads for its comparison what is known, and nothing else', () => {
    const { comparison } = only('profile.age > 10');
    const read = (attributes: Record<string, number | string>) =>
      comparison?.read(language.scopeOf({ ...unknownCustomer('c1'), attributes }, { at, context: {} }));
    expect([read({ age: 41 }), read({ age: '41' }), read({})]).toEqual([41, undefined, undefined]);
  });

  test.each([
    ['profile.tier == "a" || "b" in profile.audiences', { profile: ['tier', 'audiences'] }],
    ['has(context.page) || context.amount > 1', { context: ['page', 'amount'] }],
    ['features.views.h24 + features.views.d7 > 1', { features: ['views'] }],
    ['has(features.spendByCategory.FUEL)', { features: ['spendByCategory'] }],
    ['history.presented("a") + history.clicked("b") > 1', { history: ['a', 'b'] }],
    ['history.presented(context.page) > 1', { context: ['page'], history: 'ALL' }],
    ['history.contacts > 1', { history: 'ALL' }],
    ['now > timestamp("2026-11-21T18:00:00Z")', {}],
  ])('tells what it reads: %s', (text, expected) => {
    const { profile, context, features, history } = only(text).reads;
    const listed = {
      profile: [...profile],
      context: [...context],
      features: [...features],
      history: history === 'ALL' ? history : [...history],
    };
    expect(listed).toEqual({ profile: [], context: [], features: [], history: [], ...expected });
  });

  it('costs more the more there is to do', () => {
    const costs = ['true', 'profile.vip', 'profile.tier in ["a"]', 'context.page.lowerAscii().contains("x")'];
    costs.push('profile.tags.exists(tag, tag.contains("x"))');
    const sorted = costs.map((text) => only(text).cost);
    expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
    expect(new Set(sorted).size).toBe(costs.length);
  });
});

describe('a condition that fails its check', () => {
  it('has a predicate that never holds', () => {
    const { predicates } = language.condition('profile.teir == "a"');
    const scope = language.scopeOf(unknownCustomer('c1'), { at, context: {} });
    expect(predicates.map(({ holds }) => holds(scope))).toEqual([false]);
  });
});
