// What may be written in conditions and formulas, what it means, and what is refused where.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { type CustomerFacts, noFeatures, unknownCustomer } from '../../src/decisioning/facts.ts';
import { createLanguage } from '../../src/decisioning/language.ts';
import type { Vocabulary } from '../../src/decisioning/vocabulary.ts';
import { demoVocabulary, language } from './situation.ts';

const manual = readFileSync(new URL('../../docs/conditions.md', import.meta.url), 'utf8');

/** The lines of all code blocks of the manual that are marked so. */
function linesOf(mark: string): string[] {
  const blocks = manual.matchAll(/^```(.*)\n([^`]*)^```$/gm);
  return [...blocks].filter(([, marked]) => marked === mark).flatMap(([, , text]) => (text ?? '').trim().split('\n'));
}

const at = Date.parse('2026-11-21T18:00:00.000Z');
const hour = 3_600_000;

const customer: CustomerFacts = {
  ...unknownCustomer('c1'),
  attributes: { income: '75-99K', kidsCount: '2', age: 65 },
  audiences: ['campaign-18'],
  features: {
    ...noFeatures,
    lastSeenAt: at - 90_000,
    cartValue: 1250,
    lastViewedSkus: ['s2', 's1'],
    lastViewedCategories: ['FUEL'],
    counts: { VIEW: { h1: 1, h24: 2, d7: 3, d30: 4, d90: 5 } },
    sums: { PURCHASE: { h1: 10, h24: 20, d7: 30, d30: 40, d90: 50 } },
    spendByCategory: { PASTRY: 2500 },
  },
  contacts: {
    gas: { decided: 3, presented: 2, clicked: 1, accepted: 1, declined: 0, lastAcceptedAt: at - 6 * hour },
    milk: { decided: 1, presented: 1, clicked: 0, accepted: 0, declined: 1, lastDeclinedAt: at - hour },
  },
};

const outcomeOf = (expression: string, context: Record<string, unknown> = {}) =>
  language.condition(expression).outcome(language.scopeOf(customer, { at, context }));

describe('the manual', () => {
  test.each(linesOf('cel'))('shows a condition that is well typed: %s', (expression) => {
    expect(language.checkCondition(expression)).toBeUndefined();
  });

  test.each(linesOf('cel formula'))('shows a formula that is well typed: %s', (expression) => {
    expect(language.checkFormula(expression)).toBeUndefined();
  });

  test.each(linesOf('cel refused'))('names the offset of what is refused: %s', (line) => {
    const [expression = '', offset] = line.split(' // ');
    expect(language.checkCondition(expression)?.at).toBe(Number(offset));
  });

  it('has examples of each kind', () => {
    expect(linesOf('cel').length).toBeGreaterThan(15);
    expect(linesOf('cel formula').length).toBeGreaterThan(2);
    expect(linesOf('cel refused').length).toBeGreaterThan(9);
  });

  it('knows every attribute of the demo', () => {
    for (const name of [...Object.keys(demoVocabulary.profile), ...Object.keys(demoVocabulary.context)]) {
      expect(manual).toContain(`\`${name}\``);
    }
  });
});

describe('a condition', () => {
  test.each([
    ['profile.income == "75-99K"', true],
    ['profile.kidsCount in ["0", "1"]', false],
    ['"campaign-18" in profile.audiences', true],
    ['features.views.h1 == 1 && features.views.d90 == 5', true],
    ['features.searches.h24 == 0', true],
    ['features.spend.d30 == 40 && features.cartValue == 1250', true],
    ['features.minutesSinceLastSeen == 1.5', true],
    ['features.lastViewedSkus[0] == "s2" && features.lastViewedSkus.size() == 2', true],
    ['features.lastViewedCategories.all(category, category == "FUEL")', true],
    ['features.spendByCategory["PASTRY"] == 2500', true],
    ['"FUEL" in features.spendByCategory', false],
    ['history.presented("gas") == 2 && history.clicked("gas") == 1', true],
    ['history.accepted("gas") == 1 && history.declined("milk") == 1', true],
    ['history.hoursSinceAccepted("gas") == 6.0 && history.hoursSinceDeclined("milk") == 1.0', true],
    ['history.presented("toString") == 0 && history.hoursSincePresented("never") == 1000000000.0', true],
    ['history.contacts == 3', true],
    ['min(1, 2) == 1 && max(1.5, 0.5) == 1.5', true],
    ['has(profile.income) && !has(profile.homeOwnership)', true],
    ['profile.homeOwnership == "Homeowner" || profile.income == "75-99K"', true],
    ['now == timestamp("2026-11-21T19:00:00+01:00") && now.getHours() == 18 && now.getDayOfWeek() == 6', true],
    ['now.getFullYear() == 2026 && now.getMonth() == 10 && now.getDate() == 21 && now.getDayOfMonth() == 20', true],
    ['now - timestamp("2026-11-20T17:59:59.5Z") > duration("24h0.499s")', true],
    ['(now - duration("1h30m")).getMinutes() == 30 && (now - (now - duration("90s"))).getSeconds() == 90', true],
    ['{"75-99K": 3}[profile.income] == 3 && !("250K+" in {"75-99K": 3})', true],
  ] as const)('%s is %s', (expression, outcome) => {
    expect(language.checkCondition(expression)).toBeUndefined();
    expect(outcomeOf(expression)).toBe(outcome);
  });

  test.each([
    ['views', 'VIEW'],
    ['searches', 'SEARCH'],
    ['cartAdds', 'CART_ADD'],
    ['cartRemoves', 'CART_REMOVE'],
    ['purchases', 'PURCHASE'],
    ['logins', 'LOGIN'],
  ])('sees the windows of %s', (name, kind) => {
    const features = { ...noFeatures, counts: { [kind]: { h1: 1, h24: 2, d7: 3, d30: 4, d90: 5 } } };
    const scope = language.scopeOf({ ...customer, features }, { at, context: {} });
    const windows = ['h1', 'h24', 'd7', 'd30', 'd90'].map(
      (window, index) => `features.${name}.${window} == ${index + 1}`,
    );
    expect(language.condition(windows.join(' && ')).outcome(scope)).toBe(true);
  });

  it('sees the context with its types', () => {
    expect(outcomeOf('context.basketValue == 700 && context.page == "home"', { basketValue: 700, page: 'home' })).toBe(
      true,
    );
  });

  it('that needs what is not known is not met, and says what', () => {
    expect(outcomeOf('profile.homeOwnership == "Homeowner"')).toEqual({
      missing: 'profile.homeOwnership is not known',
    });
    expect(outcomeOf('context.page != "home"')).toEqual({ missing: 'context.page is not known' });
    expect(outcomeOf('features.spendByCategory["FUEL"] > 1')).toEqual({
      missing: 'features.spendByCategory["FUEL"] is not known',
    });
    expect(outcomeOf('timestamp(profile.income) < now')).toEqual({
      missing: 'timestamp() requires a string in ISO 8601 format',
    });
  });

  it('takes an attribute that is not of the declared type for unknown', () => {
    expect(outcomeOf('profile.age == "65+"')).toEqual({ missing: 'profile.age is not known' });
    expect(outcomeOf('has(profile.age)')).toBe(false);
  });

  it('takes a count that is no exact whole number for unknown', () => {
    const features = { ...noFeatures, cartValue: 2 ** 53, spendByCategory: { FUEL: Number.NaN, MILK: 12.7 } };
    const scope = language.scopeOf({ ...customer, features }, { at, context: {} });
    const outcome = (expression: string) => language.condition(expression).outcome(scope);
    expect(outcome('features.cartValue > 0')).toEqual({ missing: 'features.cartValue is not known' });
    expect(outcome('"FUEL" in features.spendByCategory')).toBe(false);
    expect(outcome('features.spendByCategory["MILK"] == 12')).toBe(true);
  });

  it('that fails its check is never met, and says why', () => {
    expect(outcomeOf('profile.incme == "x"')).toEqual({ missing: 'No such key: incme' });
    expect(outcomeOf('profile.income')).toEqual({ missing: 'must be of type bool, is string' });
  });

  it('is not left to the library', () => {
    const conditions = linesOf('cel').map((expression) => language.condition(expression));
    expect(conditions.filter(({ evaluatedBy }) => evaluatedBy !== undefined)).toEqual([]);
  });

  it('is compiled once per text, while it is kept', () => {
    expect(language.condition('history.contacts > 0')).toBe(language.condition('history.contacts > 0'));
  });
});

describe('a check', () => {
  test.each([
    ['nothing', '', 0],
    ['an unfinished expression', 'true &&', 7],
    ['a number', '1', 0],
    ['another type of number', 'features.cartValue > 1.5 * 2', 21],
    ['a method of objects', 'profile.constructor == "x"', 8],
    ['an unknown function', 'now() > 1', 0],
    ['an unknown method of history', 'history.refused("gas") > 0', 0],
    ['too few arguments', 'history.presented() > 0', 0],
    ['a regular expression', 'true && "aaaa".matches("(a+)+$")', 15],
    ['growth without bound', 'features.lastViewedSkus.map(sku, sku + sku).size() > 0', 24],
    ['a list inside a list', '["a"].exists(x, ["b"].exists(y, x == y))', 16],
    ['an untyped value', 'dyn(profile).anything == 1', 0],
    ['a misspelt attribute inside a list', '["a"].exists(x, has(profile.incme))', 28],
    ['something to have that is no attribute', 'has(1)', 4],
    ['deep nesting', `${'('.repeat(40)}true${')'.repeat(40)}`, 32],
    ['many parts', `true${' && true'.repeat(220)}`, 0],
    ['a long text', `"${'x'.repeat(2000)}" == ""`, 2000],
    ['a numeric formula', 'propensity > 0.5', 0],
  ])('refuses %s', (_, expression, offset) => {
    const found = language.checkCondition(expression);
    expect(found?.problem).toMatch(/\w/);
    expect(found?.at).toBe(offset);
  });

  it('of a formula asks for a double over the numbers and the facts', () => {
    expect(language.checkFormula('propensity * contextWeight * value * lever + priority')).toBeUndefined();
    expect(language.checkFormula('double(features.cartValue) / 100.0')).toBeUndefined();
    expect(language.checkFormula('1')).toEqual({ problem: 'must be of type double, is int', at: 0 });
    expect(language.checkFormula('value * 2')?.problem).toContain('write 2.0 for a double');
    expect(language.checkFormula('propensity * profit')).toMatchObject({ at: 13 });
  });
});

describe('a formula', () => {
  const numbers = { propensity: 0.5, contextWeight: 2, value: 10, lever: 1, priority: 0 };
  const worth = (expression: string, given = numbers) =>
    language.formula(expression)(language.scopeOf(customer, { at, context: {} }), given);

  it('computes with the numbers and the facts', () => {
    expect(worth('propensity * value + double(features.cartValue) / 100.0 - priority')).toBe(17.5);
    expect(
      worth('[propensity, value].exists(value, value > 9.0) && now.getHours() == 18 ? lever : contextWeight'),
    ).toBe(1);
  });

  it('gives no number when it cannot be evaluated', () => {
    expect(worth('has(context.page) || profile.homeOwnership == "x" ? 1.0 : 2.0')).toBeNaN();
    expect(worth('value /')).toBeNaN();
    expect(worth('value / priority')).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('values from outside', () => {
  const types: Vocabulary = {
    ...demoVocabulary,
    context: {
      text: { type: 'string', description: '' },
      whole: { type: 'int', description: '' },
      number: { type: 'double', description: '' },
      yes: { type: 'bool', description: '' },
      list: { type: 'list<string>', description: '' },
    },
  };
  const typed = createLanguage(types);
  const { checkContext } = typed;

  test.each([
    ['text', 'x', 'must be a string', 1],
    ['text', 'x'.repeat(1000), 'must have at most 1000 characters', 'x'.repeat(1001)],
    ['whole', -3, 'must be a whole number', 1.5],
    ['whole', 2 ** 53 - 1, 'must lie between ±9007199254740991', 2 ** 53],
    ['whole', 1 - 2 ** 53, 'must lie between ±9007199254740991', JSON.parse('-9007199254740993')],
    ['whole', 0, 'must be a whole number', JSON.parse('1e999')],
    ['number', 1.5, 'must be a number', Number.NaN],
    ['number', -0, 'must be a number', JSON.parse('1e999')],
    ['yes', false, 'must be true or false', 'false'],
    ['list', ['a'], 'must be a list of strings', ['a', 1]],
    ['list', [], 'must have at most 200 items', new Array(201).fill('a')],
    ['list', ['a'], 'must have items of at most 200 characters', ['x'.repeat(201)]],
    ['text', '', 'must be a string', null],
  ])('are of the declared type: %s may be %j, else it %s', (name, right, problem, wrong) => {
    expect(checkContext({ [name]: right })).toBeUndefined();
    expect(checkContext({ [name]: wrong })).toEqual({ name, problem });
  });

  it.each([-0, Number.NaN, Number.POSITIVE_INFINITY])('mean the same after JSON has kept them: %d', (number) => {
    const met = (context: Record<string, unknown>) =>
      typed.condition('1.0 / context.number > 0.0').outcome(typed.scopeOf(customer, { at, context }));
    expect(met(JSON.parse(JSON.stringify({ number })))).toEqual(met({ number }));
  });

  test.each([
    ['text', 1],
    ['whole', 1.5],
    ['whole', '1'],
    ['number', Number.NaN],
    ['yes', 'true'],
    ['list', ['a', 1]],
    ['list', 'a'],
  ])('that are of another type are not known: %s %j', (name, value) => {
    const scope = typed.scopeOf(customer, { at, context: { [name]: value } });
    expect(typed.condition(`has(context.${name})`).outcome(scope)).toBe(false);
    expect(typed.condition(`[context.${name}].size() == 1`).outcome(scope)).toEqual({
      missing: `context.${name} is not known`,
    });
  });

  it('have a declared name', () => {
    expect(language.checkContext({ page: 'home', pge: 'home' })?.name).toBe('pge');
    expect(language.checkContext({ constructor: 'x' })?.name).toBe('constructor');
    expect(language.checkAttribute('income', '250K+')).toBeUndefined();
    expect(language.checkAttribute('income', 250)).toBe('must be a string');
    expect(language.checkAttribute('incme', '250K+')).toBe('is not an attribute of the vocabulary');
    expect(language.checkAttribute('toString', 'x')).toBe('is not an attribute of the vocabulary');
  });

  it('may forget an attribute that is declared', () => {
    expect(language.checkAttribute('income', null)).toBeUndefined();
    expect(language.checkAttribute('incme', null)).toBeDefined();
  });
});
