import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogueOf } from '../../demo/catalogue.ts';
import { customersOf } from '../../demo/customers.ts';
import { createGraphqlClient, type GraphqlClient } from '../../demo/graphql-client.ts';
import { publishCatalogue, registerCustomers } from '../../demo/publish.ts';
import { auditLog, auditRedemptions } from '../../demo/replay-audit.ts';
import { replay } from '../../demo/replay-run.ts';
import { type ReplayServer, startReplayServer } from '../../demo/replay-server.ts';
import type { ReplayTally } from '../../demo/replay-tally.ts';
import { timelineOf } from '../../demo/timeline.ts';
import { writeCompleteJourney } from '../../demo/trim.ts';
import { smallJourney } from './small-journey.ts';

describe('a replay of a small journey on a real server', () => {
  const timeline = timelineOf(smallJourney);
  const catalogue = catalogueOf(smallJourney, 0);
  const begins = new Date(timeline.beginsAt).toISOString();
  let server: ReplayServer;
  let client: GraphqlClient;
  let first: ReplayTally;
  let second: ReplayTally;

  async function run(): Promise<ReplayTally> {
    await publishCatalogue(client, catalogue, begins);
    await registerCustomers(client, customersOf(smallJourney), begins);
    return replay(client, timeline, catalogue, { concurrency: 4, freshnessEvery: 1, onProgress: () => undefined });
  }

  beforeAll(async () => {
    server = await startReplayServer();
    client = createGraphqlClient({ url: server.url, concurrency: 4 });
    first = await run();
    second = await run();
  }, 30_000);
  afterAll(async () => {
    client?.close();
    await server?.stop();
    server?.remove();
  });

  test('every mailing, visit and redemption is decided, inside the windows of the offers', () => {
    expect(first.placements.get('booklet')).toMatchObject({ decided: 3, empty: 0, fallback: 0 });
    expect(first.placements.get('web-home')?.decided).toBe(4);
    expect(first.outsideWindow).toEqual([]);
    expect(first.presentationsRefused).toBe(0);
  });

  test('a redemption is credited to the booklet once, then it is the till that decides', () => {
    // The baby food was not in the booklet of a home without children; its coupon counts at the till all the same.
    expect(first.redemptions).toEqual({ sent: 3, creditedToBooklet: 1, atTill: 2 });
    expect(first.lost).toEqual([]);
  });

  test('the home page is silent when it was looked at minutes before', () => {
    expect(first.causes.get('COOLING_WINDOW')).toBe(2);
  });

  test('features are fresh', () => {
    expect(first.freshness.length).toBeGreaterThan(0);
  });

  test('a second run records nothing twice', async () => {
    expect(second.signals).toEqual({ recorded: 0, known: 4 });
    expect(second.redeemed).toEqual(first.redeemed);
    const audit = await auditRedemptions(
      client,
      second.redeemed,
      new Date(timeline.happenings.at(-1)?.at ?? 0).toISOString(),
    );
    expect(audit).toEqual({ found: 3, missing: 0, duplicated: 0 });
    const log = await auditLog(server.log);
    expect(log).toMatchObject({ acceptances: 3, signals: 4 });
    expect(log.caps.violations).toEqual([]);
  });
});

test('a redemption that no decision shows is missing, and an acceptance that no redemption explains is one too many', async () => {
  const answers = new Map([
    ['d1', { offers: [{ offer: { id: 'o1' }, outcomes: [{ kind: 'ACCEPTED', at: '' }] }] }],
    ['d2', { offers: [{ offer: { id: 'o1' }, outcomes: [{ kind: 'PRESENTED', at: '' }] }] }],
    [
      'd3',
      {
        offers: [
          { offer: { id: 'o1' }, outcomes: [{ kind: 'ACCEPTED', at: '' }] },
          { offer: { id: 'o2' }, outcomes: [{ kind: 'ACCEPTED', at: '' }] },
        ],
      },
    ],
  ]);
  const client: GraphqlClient = {
    send: async <Data>(_document: string, variables: object) =>
      ({ decision: answers.get((variables as { id: string }).id) ?? null }) as Data,
    close: () => undefined,
  };
  const redeemed = ['d1', 'd2', 'd3', 'd4'].map((decisionId) => ({ decisionId, offerId: 'o1' }));
  expect(await auditRedemptions(client, redeemed, '2017-01-01T00:00:00.000Z')).toEqual({
    found: 2,
    missing: 2,
    duplicated: 1,
  });
});

describe('the command', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'kairos-journey-'));
    writeCompleteJourney(smallJourney, folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function command(...options: string[]): Promise<{ code: unknown; out: string; err: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, ['demo/replay.ts', ...options], (error, out, err) =>
        resolve({ code: error?.code ?? 0, out, err }),
      );
    });
  }

  test('starts a server of its own, replays, reports and stops it', async () => {
    const { out, err } = await command('--data', folder, '--json');
    expect(err).toContain('100 %');
    expect(out).toContain('✓ no redemption is lost');
    expect(out).toContain('✓ no cap is exceeded');
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      redemptions: { found: 3 },
      capViolations: 0,
    });
  }, 30_000);

  test('without data it says how it is used', async () => {
    const { code, err } = await command();
    expect(code).toBe(2);
    expect(err).toContain('--data is missing');
  });

  test('a wrong number is told by its option', async () => {
    const { code, err } = await command('--data', folder, '--concurrency', 'many');
    expect(code).toBe(2);
    expect(err).toContain('--concurrency must be a whole number from 1 on, not many');
  });

  test('a folder without the data is told by the file that is missing', async () => {
    const { code, err } = await command('--data', tmpdir());
    expect(code).toBe(1);
    expect(err).toContain('campaign_descriptions.csv is missing');
  });
});
