// What a person sees of a process: that all is well, and within a minute what is not, on the page, in `slo` and in the alerts.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openLog } from '../../src/open-log.ts';
import { askDecision, definePlacement, publishOffer } from '../catalogue-of-tests.ts';
import { scrape } from '../observability/scrape.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import { createSmallPrometheus } from './prometheus.ts';

/** What a minute takes here: the half minute of the rules is 900 ms. */
const minuteMs = 1800;
const browserPath = '/usr/bin/chromium';
const watched = 'decision-latency-field';
const asked = `{ slo { id state events bad value valueNow budgetLeft burnRates { seconds rate } minutes { events bad value } } }`;
const alert = 'KairosDecisionLatencyFieldFailingNow';
const failures: unknown[] = [];
const planted = { slowerMs: 0, isAway: false };
let kairos: RunningKairos;
let stopAsking = () => {};

beforeAll(async () => {
  kairos = await startKairos(failures, { minuteMs }, async (...opening) => {
    const { store, isServer } = await openLog(...opening);
    const append: typeof store.append = async (...appended) => {
      await new Promise((resolve) => setTimeout(resolve, planted.slowerMs));
      return store.append(...appended);
    };
    const away = { answers: false, since: '2026-11-21T11:59:00.000Z', cause: 'the disk <is> on fire' } as const;
    return { store: { ...store, append, health: () => (planted.isAway ? away : store.health()) }, isServer };
  });
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'home', { timeBudgetMs: 5000 });
  stopAsking = keepAsking();
});
afterAll(async () => {
  stopAsking();
  await kairos.stop();
  // One test says that the log is away, and that it is back.
  expect(failures.filter((failure) => !/the event log/i.test(String(failure)))).toEqual([]);
});

/** Customers do not wait for each other: a decision is asked for every 30 ms, however long the others take. */
function keepAsking(): () => void {
  let customers = 0;
  const timer = setInterval(() => {
    const context = { customerId: `customer-${customers++ % 200}` };
    kairos.ask(askDecision, { placement: 'home', context }).catch(() => {});
  }, 30);
  return () => clearInterval(timer);
}

async function levelOf(id: string): Promise<Json> {
  return (await kairos.data(asked)).slo.find((level: Json) => level.id === id);
}

const until = <Result>(look: () => Promise<Result>) => vi.waitFor(look, { timeout: 12_000, interval: 50 });
const untilItIs = (state: string) => until(async () => expect((await levelOf(watched)).state).toBe(state));

/** Scrapes and judges as often in its minute as it would in ours. */
function watchAlerts(): () => readonly string[] {
  const prometheus = createSmallPrometheus();
  let firing: readonly string[] = [];
  const timer = setInterval(async () => {
    const { text } = await scrape(kairos.url);
    const at = (performance.now() / minuteMs) * 60;
    prometheus.scrape(text, at);
    firing = prometheus.firing(at);
  }, minuteMs / 6);
  onTestFinished(() => clearInterval(timer));
  return () => firing;
}

describe('a stage that takes 300 ms longer', () => {
  it('is seen in slo and in the alert rules as soon as their half minute allows, and as soon gone when it is', async () => {
    const firing = watchAlerts();
    await untilItIs('MET');
    expect(firing()).not.toContain(alert);

    planted.slowerMs = 300;
    onTestFinished(() => void Object.assign(planted, { slowerMs: 0 }));
    await untilItIs('BURNING');
    const level = await levelOf(watched);
    expect(level.valueNow).toBeGreaterThan(200);
    expect(level.minutes).toHaveLength(60);
    expect(level.minutes.at(-1).events + level.minutes.at(-2).events).toBeGreaterThan(0);
    await until(async () => expect(firing()).toContain(alert));

    planted.slowerMs = 0;
    await until(async () => expect(firing()).not.toContain(alert));
    await until(async () => expect((await levelOf(watched)).valueNow).toBeLessThan(200));
  }, 60_000);
});

describe.skipIf(!existsSync(browserPath))('the page (needs Debian package chromium)', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: browserPath,
      args: ['--no-sandbox', '--disable-background-networking'],
    });
  });
  afterAll(() => browser.close());

  async function open(options: Parameters<Browser['newPage']>[0] = {}) {
    const page = await browser.newPage(options);
    onTestFinished(() => page.close());
    const problems: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(new URL('/status', kairos.url).href);
    return { page, problems, asked };
  }
  const level = (page: Page) => page.locator(`#${watched}`);

  it('says of each objective in words whether it is kept, its value, its budget and its last hour', async () => {
    await until(async () => expect((await levelOf(watched)).state).not.toBe('BURNING'));
    const { page, problems, asked } = await open();
    const text = (await level(page).innerText()).replaceAll('\u00a0', ' ');
    expect(text).toMatch(/kept|missed this hour/);
    expect(text).toContain('95 % of decisions take at most 200 ms.');
    expect(text).toMatch(/\d ms/);
    expect(text).toMatch(/of the budget left|times the budget used/);
    expect(await level(page).getByRole('img').getAttribute('aria-label')).toMatch(
      /^Last hour: \d+ minutes measured, from .* to .*/,
    );
    expect(await page.getByRole('status').innerText()).toMatch(/^(All is well|Missed|Failing)/);
    expect(await page.getByText('99.9 % of probes through the public endpoint').isVisible()).toBe(true);
    expect(problems).toEqual([]);
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([new URL('/status', kairos.url).href]);
  });

  it('shows by itself that something fails, and what is away on top of it', async () => {
    const { page } = await open();
    Object.assign(planted, { slowerMs: 300, isAway: true });
    onTestFinished(() => void Object.assign(planted, { slowerMs: 0, isAway: false }));
    await level(page).getByText('failing now').waitFor();
    expect(await page.getByRole('status').innerText()).toContain('Failing now: ');
    expect(await page.getByRole('status').innerText()).toContain('decision time');
    expect(await page.title()).toContain('▲');
    const first = page.locator('main > *').first();
    expect(await first.innerText()).toMatch(
      /^Degraded\nThe event log is away: the disk <is> on fire since 2026-11-21T11:59/,
    );
    const order = await page.locator('.level').evaluateAll((all) => all.map(({ className }) => className));
    expect(order[0]).toContain('burning');
  }, 30_000);

  it('is dark or light as the person likes it, and fits a telephone', async () => {
    const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const { page: light } = await open({ colorScheme: 'light' });
    const { page: dark } = await open({ colorScheme: 'dark', viewport: { width: 340, height: 700 } });
    expect(await background(light)).toBe('rgb(255, 255, 255)');
    expect(await background(dark)).not.toBe('rgb(255, 255, 255)');
    expect(await dark.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  });

  it('is told to load nothing and to run nothing', async () => {
    const { headers } = await fetch(new URL('/status', kairos.url));
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src|unsafe|https?:/);
  });
});
