// Which conditions look at the customer, and which only at the moment: those an offer without purposes may have.
import { expect, test } from 'vitest';
import { language } from './situation.ts';

test.each([
  ['profile.age == "25-34"', true],
  ['has(profile.age)', true],
  ['"vip" in profile.audiences', true],
  ['features.cartValue > 0 || context.page == "home"', true],
  ['history.presented("gas") == 0', true],
  ['history.contacts == 0', true],
  ['context.page == "home"', false],
  ['has(context.page) && context.page != "home"', false],
  ['1 < 2', false],
])('knows whether %s looks at the customer: %s', (expression, expected) => {
  expect(language.checkCondition(expression)).toBeUndefined();
  expect(language.readsCustomer(expression)).toBe(expected);
});
