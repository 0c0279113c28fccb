import { describe, expect, test } from 'vitest';
import { dateTime, parseDateTime } from '../../src/graphql/scalars.ts';
import { start } from './running-server.ts';

describe('DateTime', () => {
  test.each([
    ['2026-11-21T18:00:00Z', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T18:00Z', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T19:00:00.25+01:00', '2026-11-21T18:00:00.250Z'],
    ['2026-11-21T18:00:00.123456789Z', '2026-11-21T18:00:00.123Z'],
    ['2026-12-31T23:30:00-05:30', '2027-01-01T05:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('takes %s as %s', (given, instant) => {
    expect(parseDateTime(given)).toBe(instant);
  });

  test.each([
    ['without a time', '2026-11-21'],
    ['without a zone', '2026-11-21T18:00:00'],
    ['with a space for the T', '2026-11-21 18:00:00Z'],
    ['in words', 'tomorrow'],
    ['of February the 30th', '2026-02-30T00:00:00Z'],
    ['of a 29th that the year lacks', '2026-02-29T00:00:00Z'],
    ['of day zero', '2026-03-00T00:00:00Z'],
    ['of a 13th month', '2026-13-01T00:00:00Z'],
    ['of hour 24', '2026-11-21T24:00:00Z'],
    ['of a leap second', '2026-12-31T23:59:60Z'],
    ['with an offset of 60 minutes', '2026-11-21T18:00:00+01:60'],
    ['before the year zero', '0000-01-01T00:00:00+01:00'],
    ['that is a number', 1_763_748_000_000],
    ['that is nothing', undefined],
  ])('refuses a value %s, and names the rule', (_, given) => {
    expect(() => parseDateTime(given)).toThrow(/^A DateTime is an ISO 8601 instant with date, time and offset/);
  });

  test('answers instants in UTC with milliseconds, and nothing else', () => {
    expect(dateTime.serialize(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(dateTime.serialize('2026-11-21T18:00:00.000Z')).toBe('2026-11-21T18:00:00.000Z');
    expect(() => dateTime.serialize('2026-11-21')).toThrow(TypeError);
  });

  test('is normal before a resolver sees it, as a literal and as a variable', async () => {
    const { post } = await start();
    const literal = await post({ query: '{ at(instant: "2026-11-21T19:00:00+01:00") }' });
    const variable = await post({
      query: 'query ($i: DateTime!) { at(instant: $i) }',
      variables: { i: '2026-11-21T19:00:00+01:00' },
    });
    expect(literal.json).toEqual({ data: { at: '2026-11-21T18:00:00.000Z' } });
    expect(variable.json).toEqual(literal.json);
    const number = await post({ query: '{ at(instant: 7) }' });
    expect(number.json.errors[0].message).toMatch(/it is given as a string/);
  });
});

describe('JSON', () => {
  test('passes any value, as a literal with variables in it and as a variable', async () => {
    const { post } = await start();
    const value = { a: [1, 'two', true, null, { b: 2.5 }] };
    const variable = await post({ query: 'query ($v: JSON) { any(value: $v) }', variables: { v: value } });
    expect(variable.json).toEqual({ data: { any: value } });
    const literal = await post({
      query: 'query ($b: JSON) { any(value: { a: [1, "two", true, null, { b: $b }] }) }',
      variables: { b: 2.5 },
    });
    expect(literal.json).toEqual(variable.json);
  });
});
