// What is made of texts is kept, but not of all texts that ever were.
import { expect, it } from 'vitest';
import { keptByText } from '../../src/decisioning/kept-by-text.ts';

it('makes something of a text once, and forgets the oldest when there are too many', () => {
  const made: string[] = [];
  const lengthOf = keptByText(2, (text) => made.push(text));
  for (const text of ['a', 'b', 'a', 'b', 'c', 'b', 'c', 'a', 'c']) lengthOf(text);
  expect(made).toEqual(['a', 'b', 'c', 'a']);
});

it('keeps what is falsy too', () => {
  let times = 0;
  const nothing = keptByText(2, () => {
    times++;
    return false;
  });
  expect([nothing('a'), nothing('a'), times]).toEqual([false, false, 1]);
});
