// CEL's conformance suite: what drafting accepts gives what the specification says.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type ConformanceCase, verdictOf } from './conformance-verdict.ts';

const file = new URL('./conformance-cases.json', import.meta.url);
const cases: readonly ConformanceCase[] = JSON.parse(readFileSync(file, 'utf8'));
const named = cases.map((one) => [`${one.suite}/${one.name}`.replace('conformance/', ''), one] as const);

describe('a case of the conformance suite', () => {
  test.each(named)('%s gives what is expected, or is refused at drafting', (_, one) => {
    expect(verdictOf(one)).toMatchObject({ verdict: expect.stringMatching(/PASSED|UNSUPPORTED/) });
  });

  it('passes where the language has what it needs', () => {
    expect(cases.filter((one) => verdictOf(one).verdict === 'PASSED')).toHaveLength(224);
  });

  it('gives the same by the library, but where the library departs from the specification', () => {
    const departures = named.filter(([, one]) => verdictOf(one).library !== undefined).map(([name]) => name);
    expect(departures).toEqual([
      'conversions/int/double_int_min_range',
      'conversions/uint/double_uint_max_range',
      'integer_math/int64_math/int64_min_negate',
      'integer_math/int64_math/int64_min_negate_div',
      'string_ext/ascii_casing/lowerascii_unicode',
    ]);
  });

  it('that expects something else would be found', () => {
    const one = { suite: 's', name: 'n' };
    expect(verdictOf({ ...one, expr: '1 + 1', value: { int64Value: '3' } }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: '1.0', value: { int64Value: '2' } }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: '1.0', value: { int64Value: '1' } }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: '1', value: { doubleValue: 1 } }).verdict).toBe('DIFFERENT');
    const listValue = { values: [{ int64Value: '1' }] };
    expect(verdictOf({ ...one, expr: '[1]', value: { listValue } }).verdict).toBe('PASSED');
    expect(verdictOf({ ...one, expr: '[1.0]', value: { listValue } }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: 'timestamp(5)', value: { int64Value: '5000' } }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: '1 + 1', evalError: {} }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: '1 / 0', value: { int64Value: '1' } }).verdict).toBe('DIFFERENT');
    expect(verdictOf({ ...one, expr: 'false' }).verdict).toBe('DIFFERENT');
  });
});

describe('the command', () => {
  const script = new URL('./conformance.ts', import.meta.url).pathname;
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  const folder = mkdtempSync(join(tmpdir(), 'kairos-conformance-'));
  const emptyList = join(folder, 'cases.json');
  writeFileSync(emptyList, '[]');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('prints a line per case and the totals', () => {
    const { status, stdout } = run('--cases', file.pathname);
    expect(stdout.trim().split('\n')).toHaveLength(cases.length + 1);
    expect(stdout).toContain('\nconformance/integer_math/int64_math/multiply_zero: PASSED\n');
    expect(stdout).toContain('441 cases: { PASSED: 224, UNSUPPORTED: 217, DIFFERENT: 0 }');
    expect(status).toBe(0);
  });

  test.each([
    ['no file', [], 'npm run conformance -- --cases <file.json>'],
    ['an unknown option', ['--file', 'x'], 'npm run conformance -- --cases <file.json>'],
    ['a file that is not there', ['--cases', 'nowhere.json'], 'nowhere.json cannot be read'],
    ['a file that is not JSON', ['--cases', script], 'is not JSON'],
    ['a file without cases', ['--cases', emptyList], 'has no cases'],
    ['a file of something else', ['--cases', 'package.json'], 'is not a list of cases'],
  ])('says what is wrong with %s', (_, args, message) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});
