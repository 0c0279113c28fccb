// Forgetting: enough is kept, and never too much.
import { expect, test } from 'vitest';
import { createLastUsed } from '../src/last-used.ts';

test('at least half of the room is there for what was set last, and never more than all of it', () => {
  const kept = createLastUsed<number>(10);
  const lastSet: string[] = [];
  for (let step = 0; step < 500; step++) {
    const key = `key${(step * step) % 37}`;
    kept.set(key, step);
    if (lastSet.includes(key)) lastSet.splice(lastSet.indexOf(key), 1);
    lastSet.unshift(key);
    for (const recent of lastSet.slice(0, 5)) expect(kept.get(recent)).toBeDefined();
    expect(lastSet.filter((each) => kept.get(each) !== undefined).length).toBeLessThanOrEqual(10);
    expect(kept.get(key)).toBe(step);
  }
});

test('what was deleted is gone, however long ago it was set', () => {
  const kept = createLastUsed<string>(4);
  for (const key of ['a', 'b', 'c']) kept.set(key, key);
  for (const key of ['a', 'c']) kept.delete(key);
  expect(['a', 'b', 'c'].map((key) => kept.get(key))).toEqual([undefined, 'b', undefined]);
});

test('of values that differ in size as many are kept as there is room for, and the last one in any case', () => {
  const kept = createLastUsed<string>(10, ({ length }) => length);
  for (const [key, value] of Object.entries({ a: 'aaaa', b: 'b', c: 'cc', d: 'd' })) kept.set(key, value);
  // a and b fill a half, c and d the other.
  expect(['a', 'b', 'c', 'd'].map((key) => kept.get(key))).toEqual(['aaaa', 'b', 'cc', 'd']);
  kept.set('c', 'cccc');
  kept.set('e', 'e');
  expect(['a', 'b', 'c', 'd', 'e'].map((key) => kept.get(key))).toEqual([undefined, undefined, 'cccc', 'd', 'e']);
  kept.set('large', 'larger than the room');
  expect(kept.get('large')).toBe('larger than the room');
  kept.delete('large');
  kept.set('f', 'fffff');
  expect([kept.get('f'), kept.get('large')]).toEqual(['fffff', undefined]);
});
