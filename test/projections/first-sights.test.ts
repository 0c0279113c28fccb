// A name is new at most once, and most names are.
import { expect, test } from 'vitest';
import { createFirstSights } from '../../projections/first-sights.ts';

const names = Array.from({ length: 20_000 }, (_, number) => `kairos:features:1-1:{customer-${number}}`);

test('a name that was asked about is never new again', () => {
  const sights = createFirstSights();
  for (const name of names) sights.isFirst(name);
  expect(names.filter((name) => sights.isFirst(name))).toEqual([]);
});

test('hardly any name is taken for another one', () => {
  const sights = createFirstSights();
  const taken = names.filter((name) => !sights.isFirst(name));
  expect(taken.length).toBeLessThan(names.length / 200);
});
