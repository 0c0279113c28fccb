// Names of data: equal for equal data, the same on every machine for ever.
import { expect, it, test } from 'vitest';
import { fingerprintOf } from '../../src/decisioning/fingerprint.ts';

test.each([
  ['', '07cc7607b4949e25'],
  ['größer', '09b0976efadfed2e'],
])('the name of %j is the same for ever', (data, name) => {
  expect(fingerprintOf(data)).toBe(name);
});

it('does not depend on the order in which things were declared', () => {
  expect(fingerprintOf({ a: 1, b: { c: [1, 2], d: null } })).toBe(fingerprintOf({ b: { d: null, c: [1, 2] }, a: 1 }));
});

it('depends on everything else', () => {
  const different = [{}, [], null, 0, '0', { a: 1 }, { a: '1' }, { b: 1 }, { a: { a: 1 } }, [1, 2], [2, 1], ['1,2']];
  expect(new Set(different.map(fingerprintOf)).size).toBe(different.length);
  for (const data of different) expect(fingerprintOf(data)).toMatch(/^[0-9a-f]{16}$/);
});
