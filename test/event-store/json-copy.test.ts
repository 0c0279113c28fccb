// What is copied without the way over text is what the text would have said, and what JSON treats in a way of its own is left to it.
import { describe, expect, it } from 'vitest';
import { plainCopyOf } from '../../src/event-store/json-copy.ts';
import { type Random, randomFrom } from '../aggregates/random-commands.ts';

describe('a copy of plain data', () => {
  it.each<[string, object]>([
    [
      'everything that JSON has',
      { text: 'é\ud800"', number: -1.5e-7, yes: true, nothing: null, list: [1, [], {}], '': 0 },
    ],
    ['keys that are numbers, which come first', { b: 1, 10: 2, a: 3, 9: 4 }],
    ['a list', [[1], { one: [null] }, 'two']],
    ['keys that are no text, which nobody sees', { kept: 1, [Symbol('not kept')]: 2 }],
    ['what is hidden', Object.defineProperty({ kept: 1 }, 'hidden', { value: 2, enumerable: false })],
    ['what is computed', Object.defineProperty({}, 'computed', { get: () => [1], enumerable: true })],
    ['what is frozen', Object.freeze({ inside: Object.freeze([1]) })],
    ['many keys', keyed(64)],
    ['a list with a name', Object.assign([1], { name: 'not kept' })],
  ])('is equal to what its text says: %s', (_, value) => {
    const copy = plainCopyOf(value);
    expect(copy).toStrictEqual(throughText(value));
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
  });

  it('shares nothing with the original', () => {
    const original = { list: [{ text: 'kept' }] };
    const copy = plainCopyOf(original);
    original.list[0] = { text: 'too late' };
    original.list.push({ text: 'too late' });
    expect(copy).toEqual({ list: [{ text: 'kept' }] });
    const inside = { list: [{ text: 'kept' }] };
    const other = plainCopyOf(inside);
    for (const part of inside.list) part.text = 'too late';
    expect(other).toEqual({ list: [{ text: 'kept' }] });
  });

  it('holds twice what the original holds twice', () => {
    const twice = { number: 1 };
    const { one, two } = plainCopyOf({ one: twice, two: twice }) as { one: object; two: object };
    expect(one).toEqual(two);
    expect(one).not.toBe(two);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('one')],
    ['a date', new Date(0)],
    ['something that says what it is as JSON', { toJSON: () => 1 }],
    ['a list that does', Object.assign([1], { toJSON: () => 1 })],
    ['something of a class', new (class Money {})()],
    ['a list of a class', new (class Prices extends Array {})()],
    ['something without a prototype', Object.create(null)],
    ['a map', new Map([[1, 2]])],
    ['bytes', new Uint8Array(2)],
    ['a text in an object', new String('text')],
    ['a negative zero', -0],
    ['what is not a number', Number.NaN],
    ['what is not finite', Number.NEGATIVE_INFINITY],
    ['a list with a hole', Array(1)],
    ['a prototype for a name', JSON.parse('{"__proto__": 1}')],
  ])('is not made where JSON treats it in a way of its own: %s', (_, part) => {
    expect(plainCopyOf({ before: 1, part })).toBeUndefined();
    expect(plainCopyOf([{ deep: [part] }])).toBeUndefined();
  });

  it('is not made of an object with so many keys that it would take longer', () => {
    expect(plainCopyOf(keyed(65))).toBeUndefined();
  });

  it('is equal to what the text says for anything that is made by chance', () => {
    const random = randomFrom(7);
    let copies = 0;
    for (let round = 0; round < 2000; round += 1) {
      const value = { made: anything(random, 4) };
      const copy = plainCopyOf(value);
      if (copy === undefined) continue;
      copies += 1;
      expect(copy).toStrictEqual(throughText(value));
    }
    expect(copies).toBeGreaterThan(500);
    expect(copies).toBeLessThan(2000);
  });
});

function keyed(count: number): object {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, index]));
}

function throughText(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function anything(random: Random, depth: number): unknown {
  if (depth === 0 || random.whole(3) === 0) return random.pick<unknown>(random.whole(20) ? leaves : unusual);
  const parts = Array.from({ length: random.whole(4) }, () => anything(random, depth - 1));
  return random.whole(2)
    ? parts
    : Object.fromEntries(parts.map((part) => [random.pick(['a', 'b', '1', 'toString']), part]));
}

const leaves = ['', 'text', '\u2028', 0, 1.5, 2 ** 60, true, false, null];
const unusual = [-0, Number.NaN, undefined, new Date(0)];
