// Who is let in: operations by identity, each as long as anything of it is under way.
import { expect, test } from 'vitest';
import { createAdmission } from '../../src/application/admission.ts';

const patience = Number.POSITIVE_INFINITY;
const two = () => createAdmission({ most: 2, least: 2 });

test('an operation more than the limit is turned away, until one has left', () => {
  const { enter, leave, isFull } = two();
  const [first, second, third] = [{}, {}, {}];
  expect([enter(first, patience), isFull(), enter(second, patience), isFull(), enter(third, patience)]).toEqual([
    true,
    false,
    true,
    true,
    false,
  ]);
  leave(first);
  expect([isFull(), enter(third, patience)]).toEqual([false, true]);
});

test('whether one would be turned away can be asked, and nothing is begun by that', () => {
  const { enter, turnsAway, leave } = two();
  const [first, second] = [{}, {}];
  expect([turnsAway(patience), enter(first, patience), turnsAway(patience)]).toEqual([false, true, false]);
  expect([enter(second, patience), turnsAway(patience)]).toEqual([true, true]);
  leave(first);
  expect(turnsAway(patience)).toBe(false);
});

test('what belongs to an operation under way is let in, and keeps it under way', () => {
  const { enter, enterOrFail, leave, isFull } = two();
  const [first, second] = [{}, {}];
  expect([enter(first, patience), enter(second, patience), enter(first, patience), enterOrFail(second)]).toEqual([
    true,
    true,
    true,
    true,
  ]);
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
  expect(enter(fourth, patience)).toBe(false);
  leave(second);
  expect(enter(fourth, patience)).toBe(true);
});

test('who is in a hurry is not let in behind more work than is done in his time, but behind a few always', async () => {
  const { enter, enterOrFail, enterAnyway, leave } = createAdmission({ most: 1000 });
  // Each keeps the process busy for two milliseconds.
  for (let done = 0; done < 100; done++) {
    const operation = {};
    enterAnyway(operation);
    const until = performance.now() + 2;
    while (performance.now() < until);
    leave(operation);
    await new Promise(setImmediate);
  }
  for (let waiting = 0; waiting < 40; waiting++) enterAnyway({});
  expect([enter({}, 50), enter({}, 1000)]).toEqual([false, true]);
  expect([enter({}, 50), enterOrFail({})]).toEqual([false, true]);
});
