// Where the library and the specification of CEL differ: expressions follow the specification, or are refused at drafting.
import { describe, expect, it, test } from 'vitest';
import { compile } from '../../../src/decisioning/cel/compile.ts';
import { createDialect } from '../../../src/decisioning/cel/dialect.ts';
import { causeOf } from '../../../src/decisioning/cel/library-errors.ts';
import { wordsOf } from '../../../src/decisioning/cel/words.ts';
import { unknownCustomer } from '../../../src/decisioning/facts.ts';
import { createLanguage } from '../../../src/decisioning/language.ts';
import { fromLibrary } from './from-library.ts';
import { vocabulary } from './random-scopes.ts';

const words = wordsOf(vocabulary);
const dialect = createDialect(words);
const at = Date.parse('2026-11-21T18:00:00Z');

function evaluated(text: string, attributes: Record<string, string | number> = {}) {
  const read = dialect.read(text);
  if ('problem' in read) throw new Error(`${text}: ${read.problem}`);
  const scope = words.scopeOf({ ...unknownCustomer('c1'), attributes }, { at, context: {} });
  return {
    ours: compile(read.tree, words).part.evaluate(scope),
    theirs: fromLibrary(() => read.byLibrary(scope)),
  };
}

describe('an expression that the library computes otherwise', () => {
  test.each([
    ['int("")', undefined],
    ['int("0b1")', undefined],
    ['int("0o7")', undefined],
    ['int(1e19)', undefined],
    ['int(9223372036854775807.0)', undefined],
    ['int(-9223372036854775808.0)', undefined],
    ['double("0x10")', undefined],
    ['double("1e400")', undefined],
    ['-(-9223372036854775807 - 1)', undefined],
    ['(-9223372036854775807 - 1) / -1', undefined],
    ['(-9223372036854775807 - 1) % -1', undefined],
    ['"ÀÉA".lowerAscii()', 'ÀÉa'],
    ['"\\u212A".lowerAscii()', '\u212a'],
    ['"\\U0001F600" > "\\uFFFB"', true],
    ['duration("-1.5s") + duration("0.2s") == duration("-1.3s")', true],
    ['(duration("1s") - duration("2.5s")).getSeconds()', -1],
    ['timestamp("9999-12-31T23:59:59Z") + duration("1s")', undefined],
    ['timestamp("0001-01-01T00:00:00Z") - duration("1s")', undefined],
    ['timestamp("2026-01-01T00:00:00Z") - timestamp("0001-01-01T00:00:00Z")', undefined],
    ['duration("2000000h") + duration("2000000h")', undefined],
  ])('follows the specification: %s', (text, expected) => {
    const { ours, theirs } = evaluated(text);
    expect(ours).toEqual(expected);
    expect(theirs).not.toEqual(expected);
  });

  test.each([
    '2026-02-30T00:00:00Z',
    '2026-11-21T18:00:00.123456Z',
    '2026-11-21T24:00:00Z',
    'Sat, 21 Nov 2026 18:00 GMT',
  ])('does not take %s for a timestamp', (since) => {
    const { ours, theirs } = evaluated('timestamp(profile.since)', { since });
    expect(ours).toBeUndefined();
    expect(theirs).toBeTypeOf('number');
  });

  test.each(['h', '1.5us', '9000000h'])('does not take %s for a duration', (span) => {
    const { ours, theirs } = evaluated('duration(profile.span)', { span });
    expect(ours).toBeUndefined();
    expect(theirs).toBeTypeOf('number');
  });

  it('is not met as a condition, in words of our own', () => {
    const language = createLanguage(vocabulary);
    const scope = language.scopeOf({ ...unknownCustomer('c1'), attributes: { code: '' } }, { at, context: {} });
    expect(language.condition('int(profile.code) >= 0').outcome(scope)).toEqual({ missing: 'cannot be computed' });
  });
});

describe('NaN', () => {
  test.each([
    '0.0 / 0.0 in [0.0 / 0.0, 1.0]',
    '0.0 / 0.0 in [profile.score, 0.0 / 0.0]',
    '[0.0 / 0.0].exists(x, x == x)',
  ])('is in no list: %s', (text) => {
    expect(evaluated(text, { score: 1 })).toEqual({ ours: false, theirs: false });
  });
});

describe('an int', () => {
  test.each([
    ['9007199254740991 + 1', 9007199254740992n],
    ['9007199254740992 - 1', 9007199254740991],
    ['9223372036854775807 + 1', undefined],
    ['-9223372036854775808', -9223372036854775808n],
    ['-9223372036854775808 - 1', undefined],
    ['3037000500 * 3037000500', undefined],
    ['3037000499 * 3037000499', 9223372030926249001n],
    ['9223372036854775807 / 2', 4611686018427387903n],
    ['9223372036854775807 % 10', 7],
    ['-7 / 2', -3],
    ['-7 % 2', -1],
    ['7 % 0', undefined],
    ['0 * -1', 0],
    ['0 / -5', 0],
    ['-4 % 2', 0],
    ['-(0)', 0],
    ['string(-9223372036854775807)', '-9223372036854775807'],
    ['9223372036854775807 > 9223372036854775806', true],
    ['int("9223372036854775807") == 9223372036854775807', true],
    ['9007199254740993 in [9007199254740992]', false],
  ])('has 64 bits: %s', (text, expected) => {
    const { ours, theirs } = evaluated(text);
    expect(ours).toBe(expected);
    expect(theirs).toBe(expected);
  });
});

describe('drafting', () => {
  test.each([
    'profile.vip == (profile.age > 1)',
    'profile.vip != ((profile.age) > (1))',
    '(profile.age > 1) == profile.vip',
    'true ? (false ? true : false) : true',
    'true ? ((false) ? true : (")" == "(")) : true',
    'true ? false : false ? true : false',
  ])('takes %s', (text) => {
    expect(dialect.read(text)).toHaveProperty('tree');
  });

  test.each([
    ['an unsigned number', '1u == 1u', 0],
    ['bytes', 'b"a" == b"a"', 0],
    ['null', 'null == null', 0],
    ['a type', 'int == int', 0],
    ['a double as text', 'string(profile.score) == "1"', 0],
    ['an upper-case prefix of a hexadecimal number', '0X1F == 31', 0],
    ['an int of more than 64 bits', '1 < 9223372036854775808', 4],
    ['the negation of such an int', '-(9223372036854775808) < 1', 2],
    ['a raw text that ends at an earlier quote', 'profile.tier == r"a\\"b"', 16],
    ['a text of half a character', 'profile.tier == "\ud83d"', 16],
    ['a map with keys that are no texts', '{1: 2}[1] == 2', 1],
    ['a map with a key twice', '{"a": 1, "a": 2}["a"] == 2', 9],
    ['a map with a key that the library drops', '{"__proto__": 1}["a"] == 2', 1],
    ['an empty map', 'size({}) == 0', 5],
    ['the equality of maps', '{"a": 1} == {"a": 1}', 0],
    ['the equality of lists of doubles', '[1.0] == [1.0]', 0],
    ['a comparison on the right of an equality', 'profile.vip == profile.age > 1', 15],
    ['one whose first part is in parentheses', '(profile.vip) == (profile.age) > (1)', 18],
    [
      'one after a text that quotes its own quote',
      'profile.vip == ("""\\"""" == "" + "") < (profile.vip && "" == "")',
      16,
    ],
    ['one after a comment that a carriage return does not end', 'true == // \r(\n true < true', 15],
    ['a choice in a choice', 'true ? false ? true : false : true', 7],
    ['such a choice with parentheses in it', 'true ? (false) ? true : (")" == "(") : true', 8],
    ['a time zone', 'now.getHours("Europe/Berlin") == 1', 4],
    ['the day of the year', 'now.getDayOfYear() == 1', 4],
    ['the milliseconds of a duration', '(now - now).getMilliseconds() == 0', 11],
    ['a timestamp of microseconds', 'now > timestamp("2026-11-21T18:00:00.000001Z")', 16],
    ['a timestamp without a time zone', 'now > timestamp("2026-11-21T18:00:00.000")', 16],
    ['a duration of microseconds', 'now - now < duration("1us")', 21],
    ['a duration before a timestamp', 'duration("1h") + now > now', 0],
    ['a field of a timestamp', 'now.seconds == 1', 0],
    ['has of such a field', 'has(now.seconds)', 4],
    ['a filter of the keys of a map', 'features.spendByCategory.filter(x, true).size() > 1', 0],
    ['a variable that hides another', '["a"].exists(profile, profile == "a")', 13],
    ['a macro over nothing', '[].all(x, true)', 0],
    ['the items of a list added to an empty one', '[duration("0s")] == [] + [0]', 20],
    ['such a list in a list', '[[] + profile.tags, [[]][0]].size() == 2', 1],
    ['what is added to a list of empty lists', '[["a"]] == [[]] + [["a"]]', 11],
    ['an object as a value', '[features.views].exists(x, x.h1 > 0)', 1],
    ['a chosen object', '(true ? profile : profile).age == 1', 8],
    ['a huge int with a double', '9007199254740993 < profile.score', 0],
  ])('refuses %s', (_, text, offset) => {
    const read = dialect.read(text);
    expect(read).toEqual({ problem: expect.stringMatching(/\w/), at: offset });
  });
});

describe('a text that is no duration', () => {
  const words500 = '1'.repeat(500);
  test.each(['', '+', '-', '1', 'x', '-1', '1h2', '1h x', '1.2.3s', '5 m', '.', '.5', `1h${words500}`, `${words500}d`])(
    'is blamed without the library, and in its words: %j',
    (since) => {
      const text = 'duration(profile.since) > duration("1h")';
      const read = dialect.read(text);
      if ('problem' in read) throw new Error(read.problem);
      const scope = words.scopeOf({ ...unknownCustomer('c1'), attributes: { since } }, { at, context: {} });
      const inItsWords = () => {
        try {
          return read.byLibrary(scope);
        } catch (error) {
          return { missing: causeOf(error, text) };
        }
      };
      expect(compile(read.tree, words).part.blame?.(scope)).toEqual(inItsWords());
    },
  );

  test.each(['1us', '.s', '1µs', '9999999h'])('and the library takes for one is left to it: %s', (since) => {
    const condition = createLanguage(vocabulary).condition('duration(profile.since) > duration("1h")');
    const scope = words.scopeOf({ ...unknownCustomer('c1'), attributes: { since } }, { at, context: {} });
    expect(condition.outcome(scope)).toEqual({ missing: 'cannot be computed' });
  });
});
