// The program as a newcomer starts it: what it prints works, it stops when asked to, and goes on where it ended.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from './running-kairos.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const browserPath = '/usr/bin/chromium';
const systemNode = '/usr/bin/node';
const isTooOld =
  existsSync(systemNode) && Number(/\d+/.exec(execFileSync(systemNode, ['--version'], { encoding: 'utf8' }))?.[0]) < 24;
const folder = mkdtempSync(join(tmpdir(), 'kairos-start-'));
let kairos: StartedProcess;

beforeAll(async () => {
  kairos = await startProcess({ KAIROS_DATA: folder });
  await kairos.printed('Stop it with Ctrl-C');
}, 60_000);
afterAll(async () => {
  await kairos.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the printed line in a shell, as a newcomer would. */
function runPrintedCurl(output: string): Json {
  const line = output.split('\n').find((each) => each.trim().startsWith('curl ')) ?? '';
  expect(line).toContain('nextBestOffer');
  return JSON.parse(execFileSync('sh', ['-c', line], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}

describe('npm start', () => {
  it('loads the demo and prints a curl line that answers with an offer and its reasons', () => {
    expect(kairos.output()).toMatch(/Demo loaded in .* offers, .* households/);
    const { data, errors } = runPrintedCurl(kairos.output());
    expect(errors).toBeUndefined();
    expect(data.nextBestOffer.resolution).toBe('FRESH');
    expect(data.nextBestOffer.offer.name).toMatch(/\w/);
    expect(data.nextBestOffer.offer.reasons.length).toBeGreaterThan(0);
  });

  it.skipIf(!existsSync(browserPath))(
    'serves a GraphiQL that works without any outside request (needs Debian package chromium)',
    async () => {
      const browser = await chromium.launch({
        executablePath: browserPath,
        args: ['--no-sandbox', '--disable-background-networking'],
      });
      try {
        const page = await browser.newPage();
        const outside: string[] = [];
        const problems: string[] = [];
        const { origin } = new URL(kairos.url);
        page.on('request', (request) => {
          if (/^(data|blob):/.test(request.url())) return;
          if (new URL(request.url()).origin !== origin) outside.push(request.url());
        });
        page.on('pageerror', (error) => problems.push(error.message));
        await page.goto(kairos.url);
        await page.getByRole('button', { name: /execute/i }).click();
        await page.getByRole('region', { name: 'Result Window' }).getByText('household-718_').first().waitFor();
        expect(problems).toEqual([]);
        expect(outside).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    30_000,
  );

  it.skipIf(!isTooOld)('says which Node it needs to one that is too old (needs a Node below 24 in /usr/bin)', () => {
    const started = spawnSync(systemNode, ['src/start.js'], { cwd: join(import.meta.dirname, '..'), encoding: 'utf8' });
    expect(started.status).toBe(1);
    expect(started.stderr).toMatch(/Kairos needs Node 24 or newer, this is v\d+/);
  });

  it('drains and exits with 0 on SIGTERM, and the next start goes on where the log ended', async () => {
    const ask = async (query: string) => {
      const response = await fetch(kairos.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return ((await response.json()) as Json).data;
    };
    const query = '{ offers(first: 1) { totalCount } readModels { position head } }';
    const before = await ask(query);
    expect(await kairos.end('SIGTERM')).toBe(0);
    kairos = await startProcess({ KAIROS_DATA: folder });
    await kairos.printed('Stop it with Ctrl-C');
    expect(kairos.output()).not.toContain('Demo loaded');
    expect(await ask(query)).toEqual(before);
    expect(runPrintedCurl(kairos.output()).data.nextBestOffer.offer.reasons.length).toBeGreaterThan(0);
    expect(await kairos.end('SIGINT')).toBe(0);
  }, 30_000);

  it('refuses a data folder that another process uses, a port that is taken, and a log that is damaged', async () => {
    const own = mkdtempSync(join(tmpdir(), 'kairos-own-'));
    const other = mkdtempSync(join(tmpdir(), 'kairos-other-'));
    const first = await startProcess({ KAIROS_DATA: own, KAIROS_DEMO: 'off' });
    try {
      await expect(startProcess({ KAIROS_DATA: own })).rejects.toThrow(/KAIROS_DATA: .*another Kairos is using it/);
      const { port } = new URL(first.url);
      await expect(startProcess({ KAIROS_DATA: other, KAIROS_PORT: port })).rejects.toThrow(
        `the port ${port} is taken`,
      );
      await first.end('SIGTERM');
      const log = readFileSync(join(own, 'kairos.db'));
      writeFileSync(join(own, 'kairos.db'), log.fill(7, 4096));
      await expect(startProcess({ KAIROS_DATA: own })).rejects.toThrow(`the event log in ${own} cannot be used`);
    } finally {
      await first.end('SIGKILL');
      rmSync(own, { recursive: true, force: true });
      rmSync(other, { recursive: true, force: true });
    }
  });

  it('goes on with a demo that was being loaded when it was stopped', async () => {
    const own = mkdtempSync(join(tmpdir(), 'kairos-demo-'));
    const first = await startProcess({ KAIROS_DATA: own });
    await first.end('SIGKILL');
    const second = await startProcess({ KAIROS_DATA: own });
    await second.printed('Stop it with Ctrl-C');
    expect(runPrintedCurl(second.output()).data.nextBestOffer.offer.reasons.length).toBeGreaterThan(0);
    expect(await second.end('SIGTERM')).toBe(0);
    rmSync(own, { recursive: true, force: true });
  });

  it.each([
    [{ KAIROS_PORT: 'many' }, /KAIROS_PORT: must be a port/],
    [{ KAIROS_HOST: '0.0.0.0' }, /KAIROS_HOST: must be a loopback address/],
    [{ KAIROS_PROT: '4000' }, /KAIROS_PROT: there is no such variable/],
    [{ KAIROS_VOCABULARY: 'nowhere.json' }, /KAIROS_VOCABULARY: nowhere.json cannot be read/],
  ])('refuses to start with %j, and says which variable is wrong', async (environment, message) => {
    await expect(startProcess({ KAIROS_DATA: folder, ...environment })).rejects.toThrow(message);
  });
});
