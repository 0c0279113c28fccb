// npm run conformance -- --cases <file.json>: one line per case of CEL's conformance suite, then the totals.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type ConformanceCase, type Verdict, verdictOf } from './conformance-verdict.ts';

const usage = 'npm run conformance -- --cases <file.json>';

try {
  process.exitCode = run(casesIn(fileAsked()));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

function fileAsked(): string {
  try {
    const { cases } = parseArgs({ options: { cases: { type: 'string' } } }).values;
    if (cases) return cases;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
  throw new Error(usage);
}

function casesIn(file: string): readonly ConformanceCase[] {
  const cases = parsed(file, read(file));
  if (!Array.isArray(cases)) throw new Error(`${file} is not a list of cases`);
  if (cases.length === 0) throw new Error(`${file} has no cases`);
  for (const [index, one] of cases.entries()) {
    for (const field of ['suite', 'name', 'expr']) {
      if (typeof one?.[field] !== 'string') throw new Error(`${file}: case ${index} has no ${field}`);
    }
  }
  return cases;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

/** The exit code: 1 when a case gives something else than the specification says. */
function run(cases: readonly ConformanceCase[]): number {
  const totals: Record<Verdict['verdict'], number> = { PASSED: 0, UNSUPPORTED: 0, DIFFERENT: 0 };
  for (const one of cases) {
    const { verdict, why, library } = verdictOf(one);
    totals[verdict]++;
    const note = library === undefined ? '' : `(the library's own evaluator gives ${library})`;
    console.log([`${one.suite}/${one.name}:`, verdict, why, note].filter(Boolean).join(' '));
  }
  console.log(`${cases.length} cases:`, totals);
  return totals.DIFFERENT > 0 ? 1 : 0;
}
