// What is said to be plain is what its text would say, and what JSON treats in a way of its own is not.
import { describe, expect, it } from 'vitest';
import { isPlainJson } from '../../src/event-store/plain-json.ts';
import { type Random, randomFrom } from '../aggregates/random-commands.ts';

describe('a value', () => {
  it.each<[string, object]>([
    [
      'everything that JSON has',
      { text: 'é\ud800"', number: -1.5e-7, yes: true, nothing: null, list: [1, [], {}], '': 0 },
    ],
    ['keys that are numbers', { b: 1, 10: 2, a: 3, 9: 4 }],
    ['a list', [[1], { one: [null] }, 'two']],
    ['what is frozen', Object.freeze({ inside: Object.freeze([1]) })],
    ['a prototype for a name', JSON.parse('{"__proto__": 1}')],
  ])('is plain with %s', (_, value) => {
    expect(isPlainJson(value)).toBe(true);
    expect(value).toStrictEqual(throughText(value));
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['a function', () => 1],
    ['a symbol', Symbol('one')],
    ['a large number', 1n],
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
  ])('is not plain where JSON treats it in a way of its own: %s', (_, part) => {
    expect(isPlainJson(part)).toBe(false);
    expect(isPlainJson({ before: 1, part })).toBe(false);
    expect(isPlainJson([{ deep: [part] }])).toBe(false);
  });

  it('is plain only if it is equal to what the text says, whatever is made by chance', () => {
    const random = randomFrom(7);
    let plain = 0;
    for (let round = 0; round < 2000; round += 1) {
      const value = { made: anything(random, 4) };
      if (!isPlainJson(value)) continue;
      plain += 1;
      expect(value).toStrictEqual(throughText(value));
    }
    expect(plain).toBeGreaterThan(500);
    expect(plain).toBeLessThan(2000);
  });
});

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
