// kill -9 in the middle of a replay: what was acknowledged is there, nothing is there twice, the read models are those of the log.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { recountCaps, recountedCategories } from '../projections/cap-recount.ts';
import { contacts } from '../projections/contacts.ts';
import { createInProcessReadModels } from '../projections/in-process-read-models.ts';
import type { ReadModels } from '../projections/read-models.ts';
import { createProjectionRunner } from '../projections/runner.ts';
import { type App, startApp } from '../src/app.ts';
import { readDecision } from '../src/application/decision-records.ts';
import { readModelProjections } from '../src/application/kairos.ts';
import { readConfig } from '../src/config.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Json } from './running-kairos.ts';
import { startProcess } from './started-process.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'kairos-durability-'));
const at = '2017-01-01T00:00:00.000Z';
const failures: unknown[] = [];
/** What the killed process has answered. */
const acknowledged = { signals: [] as string[], decisions: [] as string[], position: '' };
let app: App;
let replayed: string;

beforeAll(async () => {
  const environment = {
    KAIROS_DATA: folder,
    KAIROS_PORT: String(await freePort()),
    KAIROS_CLOCK: 'request',
    KAIROS_DEMO: 'off',
  };
  const first = await startProcess(environment);
  const replay = startReplay(first.url);
  const witnesses = [witness(first.url, 0), witness(first.url, 1)];
  // The catalogue and the customers are the first 4,500 events or so: this is in the middle of what follows.
  await vi.waitFor(() => expect(Number(acknowledged.position)).toBeGreaterThan(8000), { timeout: 60_000 });
  await first.end('SIGKILL');
  await Promise.all(witnesses);
  app = await startApp(readConfig(environment), (error) => failures.push(error));
  replayed = await replay;
}, 150_000);
afterAll(async () => {
  await app?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

function startReplay(url: string): Promise<string> {
  const options = ['--data', 'demo/data', '--limit-days', '200', '--url', url];
  const child = spawn(process.execPath, ['demo/replay.ts', ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  return once(child, 'exit').then(() => output);
}

/** Writes one thing after the other and keeps what was answered, until the server is gone. */
async function witness(url: string, number: number): Promise<void> {
  const ask = async (query: string, variables: object): Promise<Json> => {
    const headers = { 'content-type': 'application/json', 'x-kairos-at': at };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return ((await response.json()) as Json).data;
  };
  const customerId = `witness-${number}`;
  for (let count = 0; ; count++) {
    const signal = { customerId, signalId: `${customerId}-${count}`, kind: 'VIEW', observedAt: at };
    try {
      const recorded = await ask(
        'mutation ($s: SignalInput!) { recordSignals(signals: [$s]) { position results { __typename } } }',
        {
          s: signal,
        },
      );
      expect(recorded.recordSignals.results).toEqual([{ __typename: 'SignalRecorded' }]);
      acknowledged.signals.push(signal.signalId);
      acknowledged.position = recorded.recordSignals.position;
      const decided = await ask(
        'query ($id: ID!) { nextBestOffer(placement: "web-home", context: { customerId: $id }) { id } }',
        {
          id: customerId,
        },
      );
      // Before the replay has brought the catalogue in, there is no such placement.
      if (decided.nextBestOffer) acknowledged.decisions.push(decided.nextBestOffer.id);
    } catch (error) {
      if (error instanceof TypeError) return;
      throw error;
    }
  }
}

async function logOf(store: App['kairos']['store']): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}

it('everything that was acknowledged is in the log, once', async () => {
  const events = await logOf(app.kairos.store);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  const signalIds = events
    .filter(({ type }) => type === 'SignalObserved')
    .map(({ data }) => (data as Json).signalId as string);
  expect(new Set(signalIds).size).toBe(signalIds.length);
  expect(acknowledged.signals.length).toBeGreaterThan(200);
  expect(acknowledged.signals.filter((id) => !signalIds.includes(id))).toEqual([]);
  for (const id of acknowledged.decisions) expect(await readDecision(app.kairos.store, id)).toBeDefined();
});

it('the replay goes on where it was interrupted, and keeps its promises: no outcome lost or twice, no cap exceeded', async () => {
  const kept = replayed.split('\n').filter((line) => line.startsWith('✓ '));
  expect(kept, replayed).toEqual(
    expect.arrayContaining([
      '✓ every basket line is recorded',
      '✓ no redemption is lost',
      '✓ no redemption is recorded twice',
      '✓ every offer is shown inside its window',
      '✓ every decision is the same when computed again',
    ]),
  );
  const recount = await recountCaps(app.kairos.store.readAll({ categories: recountedCategories }));
  expect(recount.reservations).toBeGreaterThan(100);
  expect(recount.violations).toEqual([]);
  expect(failures).toEqual([]);
});

it('the read models are those of a fresh rebuild, compared whole', async () => {
  const rebuilt = createInProcessReadModels();
  const { store, readModels } = app.kairos;
  const runner = createProjectionRunner({ store, readModels: rebuilt, projections: readModelProjections });
  await runner.start();
  await runner.stop();
  const contents = async (models: ReadModels) =>
    Promise.all(
      readModelProjections.map(async (projection) => [projection.name, [...(await models.readAll(projection))].sort()]),
    );
  const live = await contents(readModels);
  expect((await readModels.readAll(contacts)).size).toBeGreaterThan(100);
  expect(await contents(rebuilt)).toEqual(live);
});
