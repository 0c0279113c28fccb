// Who is let in: operations by identity, each as long as anything of it is under way.
import { expect, test } from 'vitest';
import { createAdmission } from '../../src/application/admission.ts';

const two = () => createAdmission({ most: 2, least: 2 });

test('an operation more than the limit is turned away, until one has left', () => {
  const { enter, leave, isFull } = two();
  const [first, second, third] = [{}, {}, {}];
  expect([enter(first), isFull(), enter(second), isFull(), enter(third)]).toEqual([true, false, true, true, false]);
  leave(first);
  expect([isFull(), enter(third)]).toEqual([false, true]);
});

test('what belongs to an operation under way is let in, and keeps it under way', () => {
  const { enter, enterOrFail, leave, isFull } = two();
  const [first, second] = [{}, {}];
  expect([enter(first), enter(second), enter(first), enterOrFail(second)]).toEqual([true, true, true, true]);
  leave(first);
  expect(isFull()).toBe(true);
  leave(first);
  expect(isFull()).toBe(false);
});

test('what is let in anyway counts as well', () => {
  const { enter, enterAnyway, leave } = two();
  const [first, second, third, fourth] = [{}, {}, {}, {}];
  for (const operation of [first, second, third]) enterAnyway(operation);
  leave(first);
  expect(enter(fourth)).toBe(false);
  leave(second);
  expect(enter(fourth)).toBe(true);
});
