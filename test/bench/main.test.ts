// The command as people give it, in a process of its own.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { peersAreInstalled } from '../../bench/peers.ts';
import type { Report } from '../../bench/report.ts';
import { hasRedis } from '../../demo/redis-process.ts';

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...given: string[]): Promise<Ran> {
  const command = ['--expose-gc', '--disable-warning=ExperimentalWarning', 'bench/main.ts', ...given];
  return new Promise((resolve) => {
    execFile(process.execPath, command, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** The report of a quick run; what it printed before is for people. */
async function quickly(...given: string[]): Promise<Report> {
  const { code, stdout, stderr } = await bench(...given, '--quick', '--json');
  expect(stderr.includes('Error'), stderr).toBe(false);
  expect(code).toBe(0);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report;
}

test.each([
  [['nothing'], 'There is no bench nothing.'],
  [[], 'Which bench?'],
  [['decide', 'http'], 'One bench at a time, not also http.'],
  [['decide', '--fast'], "Unknown option '--fast'"],
  [['decide', '--out', 'x.svg'], '--out is for chart only.'],
  [['chart', '--out', 'nowhere/x.svg'], '--out: there is no folder nowhere.'],
  [['chart', '--quick'], "--quick and --without-peers are not for the README's chart"],
  [['chart', '--without-peers'], "--quick and --without-peers are not for the README's chart"],
])('%j is refused with the list of benches', async (given, problem) => {
  const { code, stdout, stderr } = await bench(...given);
  expect(code).toBe(2);
  expect(stderr).toContain(problem);
  for (const name of ['decide', 'http', 'rebuild', 'redis', 'memory', 'chart'])
    expect(stderr).toMatch(new RegExp(`^  ${name} `, 'm'));
  expect(stdout).toBe('');
});

test('decide runs without peers: what needs one is said not to be measured', { timeout: 60_000 }, async () => {
  const { sections, bars } = await quickly('decide', '--without-peers');
  expect(sections.map(({ title }) => title)).toHaveLength(7);
  const met = new Map(bars.map((bar) => [bar.bar, bar.met]));
  expect(met.get('500 offers: faster than GrowthBook')).toBeUndefined();
  expect(typeof met.get('500 offers: faster than the CEL library')).toBe('boolean');
  const [comparison] = sections;
  const library = comparison?.rows.find(({ engine }) => engine === '@marcbachmann/cel-js');
  expect(library?.microseconds).toBeGreaterThan(0);
});

test('rebuild runs', { timeout: 60_000 }, async () => {
  const { sections, bars } = await quickly('rebuild', '--without-peers');
  expect(sections[0]?.rows).toHaveLength(2);
  expect(bars[0]?.value).toBeGreaterThan(0);
});

test('memory runs', { timeout: 60_000 }, async () => {
  const { sections } = await quickly('memory', '--without-peers');
  for (const { rows } of sections) for (const { each } of rows) expect(each).toBeGreaterThan(100);
});

test.skipIf(!hasRedis)('redis runs', { timeout: 180_000 }, async () => {
  const { sections, bars } = await quickly('redis', '--without-peers');
  expect(sections.map(({ rows }) => rows.length)).toEqual([9, 6, 2, 1, expect.any(Number)]);
  expect(bars.every(({ met }) => met !== undefined)).toBe(true);
  const memory = sections.at(-1)?.rows.find(({ what }) => what === 'all');
  expect(memory?.each).toBeGreaterThan(1000);
});

test('chart draws what it measures', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-chart-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, 'chart.svg');
  await quickly('chart', '--without-peers', '--out', out);
  expect(readFileSync(out, 'utf8')).toContain('>Kairos, the whole decision</text>');
});

test('http without its load says so', async () => {
  const { sections, bars } = await quickly('http', '--without-peers');
  expect(sections.map(({ title }) => title)).toEqual(['Nothing was measured']);
  expect(bars).toEqual([]);
});

test.skipIf(!peersAreInstalled())(
  'http runs: all servers give the answer of the real one',
  { timeout: 120_000 },
  async () => {
    const { sections, bars } = await quickly('http');
    expect(sections[0]?.rows).toHaveLength(6);
    for (const { requests } of sections[0]?.rows ?? []) expect(requests).toBeGreaterThan(0);
    expect(bars.every(({ met }) => met !== undefined)).toBe(true);
  },
);
