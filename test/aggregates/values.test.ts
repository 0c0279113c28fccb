// When two values are the same, and how the first thing wrong with one is told.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { equal, firstIssue, firstRepeated, instant, instantOf } from '../../src/aggregates/values.ts';
import { seededRandom } from '../projections/random.ts';

describe('equality of plain JSON', () => {
  test.each([
    [
      { a: 1, b: [1, { c: null }] },
      { b: [1, { c: null }], a: 1 },
    ],
    [{ a: 1, b: undefined }, { a: 1 }],
    [[], []],
    ['a', 'a'],
  ])('%j is %j', (one, other) => {
    expect(equal(one, other)).toBe(true);
    expect(equal(other, one)).toBe(true);
  });
  test.each([
    [{ a: 1 }, { a: 2 }],
    [{ a: 1 }, { a: 1, b: 1 }],
    [{ a: null }, {}],
    [{ a: 1 }, { b: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [['a'], { 0: 'a' }],
    [1, '1'],
    [null, undefined],
    [{}, null],
  ])('%j is not %j', (one, other) => {
    expect(equal(one, other)).toBe(false);
    expect(equal(other, one)).toBe(false);
  });
});

describe('the first issue', () => {
  const schema = z.strictObject({ list: z.array(z.strictObject({ count: z.int().min(1) })) });
  test('none when the value fits', () => expect(firstIssue(schema, { list: [{ count: 1 }] }, 'thing')).toBeUndefined());
  test('it names the path and the value', () =>
    expect(firstIssue(schema, { list: [{ count: 1 }, { count: -4 }] }, 'thing')).toMatchObject({
      field: 'list.1.count',
      rule: expect.stringMatching(/^list\.1\.count is -4, which is not allowed: too small.*\.$/),
    }));
  test('the value as a whole has the name it is given', () =>
    expect(firstIssue(schema, 7, 'thing')).toMatchObject({
      field: 'thing',
      rule: expect.stringMatching(/^thing is 7,/),
    }));
  test('an unknown field is named itself', () =>
    expect(firstIssue(schema, { list: [{ count: 1, extra: true }] }, 'thing')).toMatchObject({
      field: 'list.0.extra',
      rule: 'list.0.extra is true, which is not allowed: it does not belong here.',
    }));
  test.each([[{}], [{ list: undefined }]])('a field that is not there is missing: %j', (value) =>
    expect(firstIssue(schema, value, 'thing')).toEqual({
      field: 'list',
      problem: 'it is missing',
      rule: 'list is missing, and is needed here.',
    }),
  );
  test('so is one of a few words', () =>
    expect(firstIssue(z.strictObject({ zone: z.enum(['UTC', 'CUSTOMER']) }), {}, 'thing')?.rule).toBe(
      'zone is missing, and is needed here.',
    ));
  test('a long value is cut', () => {
    const rule = firstIssue(z.int(), 'x'.repeat(10_000), 'thing')?.rule ?? '';
    expect(rule.length).toBeLessThan(250);
  });
});

test('the first repeated element is the later one', () => {
  expect(firstRepeated(['a', 'b', 'b', 'a'])).toEqual({ index: 2, value: 'b' });
  expect(firstRepeated(['a', 'b'])).toBeUndefined();
});

test.each([
  '2026-02-30T00:00:00.000Z',
  '2026-13-01T00:00:00.000Z',
  '2026-01-01T24:00:00.000Z',
  '2026-01-01T00:00:00Z',
  'now',
])('%s is no instant', (text) => expect(instant.safeParse(text).success).toBe(false));
test.each(['2024-02-29T23:59:59.999Z', '0001-01-01T00:00:00.000Z'])('%s is an instant', (text) =>
  expect(instant.safeParse(text).success).toBe(true),
);

test('an instant is written as a Date writes it', () => {
  const random = seededRandom(1);
  const edges = [
    0,
    -1,
    86_399_999,
    86_400_000,
    Date.parse('2024-02-29T23:59:59.999Z'),
    253_402_300_800_000,
    -8.64e15,
    8.64e15,
  ];
  const anywhere = Array.from({ length: 2000 }, () => random.below(2 * 253_402_300_800_000) - 253_402_300_800_000);
  for (const time of [...edges, ...anywhere]) expect(instantOf(time)).toBe(new Date(time).toISOString());
  expect(() => instantOf(Number.NaN)).toThrow(RangeError);
});
