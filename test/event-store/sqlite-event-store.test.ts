// The SQLite event log keeps the contract, and survives what files and processes do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  AppendTooLate,
  beginning,
  forwardNow,
  noStream,
  RevisionConflict,
  StoreUnavailable,
} from '../../src/event-store/event-store.ts';
import { createSqliteEventStore, type SqliteEventStoreOptions } from '../../src/event-store/sqlite-event-store.ts';
import { describeEventStore } from './contract.ts';
import { allOf, caughtUp, follow, newEvent, newEvents, numberOf } from './event-samples.ts';
import { temporaryFolder, temporaryPath } from './temporary-log.ts';

const retryDelay = () => 2;

describeEventStore('a SQLite file', {
  create: () => createSqliteEventStore({ path: temporaryPath(), pageSize: 7, retryDelay }),
});

describe('a SQLite event log', () => {
  it('makes its folder and is empty at first', async () => {
    const path = join(temporaryFolder(), 'not', 'there', 'kairos.db');
    const store = open({ path });
    expect(existsSync(path)).toBe(true);
    expect(await store.head()).toBe(beginning);
    expect(await allOf(store.readAll())).toEqual([]);
  });

  it('continues where it ended when it is opened again', async () => {
    const path = temporaryPath();
    const first = open({ path });
    const { position } = await first.append('note-1', noStream, newEvents(3));
    await first.close();
    const second = open({ path });
    expect(await second.head()).toBe(position);
    expect((await second.append('note-1', 2, [newEvent(3)])).position > position).toBe(true);
    expect((await second.readStream('note-1')).map(numberOf)).toEqual([0, 1, 2, 3]);
  });

  it('gives positions of 16 digits and refuses others', async () => {
    const store = open();
    const { position } = await store.append('note-1', noStream, [newEvent(0)]);
    expect(position).toMatch(/^\d{16}$/);
    await expect(allOf(store.readAll({ after: 'elsewhere' }))).rejects.toBeInstanceOf(TypeError);
    expect(() => store.subscribe({ after: '12', onEvents: () => {} })).toThrow(TypeError);
  });

  it('has called synchronous handlers of live subscriptions before an append resolves', async () => {
    const store = open();
    const { onCaughtUp, once: live } = caughtUp();
    const follower = follow(store, { after: beginning, categories: ['note'], onCaughtUp });
    await live;
    for (let number = 0; number < 20; number += 1) {
      await store.append('other-1', number - 1, [newEvent(number)]);
      await store.append('note-1', number - 1, [newEvent(number)]);
      expect(follower.handled.map(numberOf)).toEqual([...Array(number + 1).keys()]);
    }
  });

  it('undoes only the append that fails among those of one turn', async () => {
    const store = open();
    await store.append('note-0', noStream, [newEvent(0, { id: 'taken' })]);
    const outcomes = await Promise.allSettled([
      store.append('note-1', noStream, newEvents(2)),
      store.append('note-1', noStream, newEvents(1)),
      store.append('note-2', noStream, [newEvent(0), newEvent(1, { id: 'taken' }), newEvent(2)]),
      store.append('note-3', noStream, [newEvent(0, { id: 'taken' })]),
      store.append('note-4', noStream, [{ ...newEvent(0), data: { amount: 1n } }]),
      store.append('note-1', 1, newEvents(1)),
      store.append('note-5', noStream, newEvents(2)),
    ]);
    expect(
      outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.revision : outcome.reason.constructor)),
    ).toEqual([1, RevisionConflict, Error, Error, TypeError, 2, 1]);
    const events = await allOf(store.readAll({ categories: ['note'] }));
    expect(events.map((event) => event.stream)).toEqual(['note-0', 'note-1', 'note-1', 'note-1', 'note-5', 'note-5']);
  });

  it('rejects all appends of a turn that cannot be committed, and takes them when it can', async () => {
    const path = temporaryPath();
    const store = open({ path });
    const { onCaughtUp, once: live } = caughtUp();
    const follower = follow(store, { after: beginning, onCaughtUp });
    await live;
    const rival = new DatabaseSync(path);
    rival.exec('BEGIN IMMEDIATE');
    const appends = [newEvents(2), newEvents(1)] as const;
    const attempt = () =>
      Promise.allSettled(appends.map((events, index) => store.append(`note-${index}`, noStream, events)));
    const refused = await attempt();
    expect(refused.map((outcome) => outcome.status === 'rejected' && outcome.reason)).toEqual([
      expect.any(StoreUnavailable),
      expect.any(StoreUnavailable),
    ]);
    rival.exec('ROLLBACK');
    rival.close();
    expect(follower.handled).toEqual([]);
    expect((await attempt()).map((outcome) => outcome.status)).toEqual(['fulfilled', 'fulfilled']);
    expect(follower.handled).toHaveLength(3);
  });

  it('shares a file with a second store: one order for all, and each notices what the other writes', async () => {
    const path = temporaryPath();
    const stores = [open({ path, pollEvery: 5 }), open({ path, pollEvery: 5 })];
    const followers = stores.map((store) => follow(store, { after: beginning, categories: ['note'] }));
    await Promise.all(
      stores.map(async (store, index) => {
        for (let number = 0; number < 100; number += 1)
          await store.append(`note-${index}`, number - 1, [newEvent(number)]);
      }),
    );
    const [first, second] = await Promise.all(followers.map((follower) => follower.reached(200)));
    expect(first).toHaveLength(200);
    expect(second).toEqual(first);
    expect(first?.map((event) => event.position)).toEqual(first?.map((event) => event.position).toSorted());
    await expect(stores[0]?.append('note-1', 5, [newEvent(0)])).rejects.toMatchObject({ actual: 99 });
  });

  it('notices what another process writes while it is idle itself', async () => {
    const path = temporaryPath();
    const store = open({ path, pollEvery: 5 });
    const { onCaughtUp, once: live } = caughtUp();
    const follower = follow(store, { after: beginning, onCaughtUp });
    await live;
    const child = appendingProcess(path, 3);
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    const events = await follower.reached(3);
    expect(events.map((event) => event.revision)).toEqual([0, 1, 2]);
  });

  it.each([
    { what: 'many callers', flags: [] },
    { what: 'one caller, for whom the main thread writes', flags: ['alone'] },
  ])('has every acknowledged event of $what exactly once after kill -9', { timeout: 30_000 }, async ({ flags }) => {
    const path = temporaryPath();
    const child = appendingProcess(path, Number.POSITIVE_INFINITY, flags);
    const exited = once(child, 'exit');
    const acknowledged: string[] = [];
    for await (const id of linesOf(child)) {
      acknowledged.push(id);
      if (acknowledged.length === 1000) child.kill('SIGKILL');
    }
    expect(await exited).toEqual([null, 'SIGKILL']);
    const store = open({ path });
    const stored = (await allOf(store.readAll())).map((event) => event.id);
    const distinct = new Set(stored);
    expect(acknowledged.length).toBeGreaterThanOrEqual(1000);
    expect(distinct.size).toBe(stored.length);
    expect(acknowledged.filter((id) => !distinct.has(id))).toEqual([]);
    const stream = flags.length > 0 ? `child-${child.pid}` : 'child-0';
    const last = (await store.readStream(stream)).at(-1);
    await store.append(stream, last?.revision ?? noStream, [newEvent(0)]);
  });

  it('may be made by several processes at the same moment', async () => {
    const path = temporaryPath();
    const children = Array.from({ length: 4 }, () => appendingProcess(path, 2));
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(await allOf(open({ path }).readAll())).toHaveLength(8);
  });

  it.each([
    { what: 'a file that is no database', make: (path: string) => writeFileSync(path, 'Dear diary, '.repeat(1000)) },
    {
      what: 'a database of another program',
      make: (path: string) => makeDatabase(path, 'CREATE TABLE events (id TEXT)'),
    },
    {
      what: 'a database that claims another application',
      make: (path: string) => makeDatabase(path, 'PRAGMA application_id = 42'),
    },
  ])('refuses $what and leaves it as it was', ({ make }) => {
    const path = temporaryPath();
    make(path);
    const before = readFileSync(path);
    expect(() => createSqliteEventStore({ path })).toThrow(`${path} is not a Kairos event log`);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('refuses a log of a newer schema version', async () => {
    const path = temporaryPath();
    await open({ path }).close();
    makeDatabase(path, 'PRAGMA user_version = 2');
    expect(() => createSqliteEventStore({ path })).toThrow('schema version 2, this program reads version 1');
  });

  it('says that it is unavailable when the file cannot be opened', () => {
    expect(() => createSqliteEventStore({ path: temporaryFolder() })).toThrow(StoreUnavailable);
  });
});

function open(options: Partial<SqliteEventStoreOptions> = {}) {
  const store = createSqliteEventStore({ path: temporaryPath(), retryDelay, ...options });
  onTestFinished(() => store.close());
  return store;
}

function makeDatabase(path: string, statements: string): void {
  const database = new DatabaseSync(path);
  database.exec(statements);
  database.close();
}

/** A process that appends to the log and prints the id of each event once it is acknowledged. */
function appendingProcess(path: string, count: number, flags: readonly string[] = []): ChildProcess {
  const script = join(import.meta.dirname, 'appending-process.ts');
  const child = spawn(process.execPath, [script, path, String(count), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  if (child.stdout === null) return;
  yield* createInterface({ input: child.stdout });
}

it('writes appends to several streams together or not at all', async () => {
  const store = createSqliteEventStore({ path: temporaryPath() });
  await store.append('a-moved', noStream, newEvents(1));
  const appending = store.appendAll([
    { stream: 'a-first', expectedRevision: noStream, events: newEvents(2) },
    { stream: 'a-moved', expectedRevision: noStream, events: newEvents(1) },
  ]);
  const beside = store.append('a-beside', noStream, newEvents(1));
  await expect(appending).rejects.toMatchObject({ stream: 'a-moved', actual: 0 });
  expect(await store.readStream('a-first')).toEqual([]);
  expect((await beside).revision).toBe(0);
  await store.close();
});

it('is settled when another process that was writing is done', async () => {
  const path = temporaryPath();
  const store = createSqliteEventStore({ path });
  await store.append('a-1', noStream, newEvents(1));
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  let isSettled = false;
  const settling = store.settled().then(() => {
    isSettled = true;
  });
  // Whoever reads waits for nobody.
  await expect.poll(() => store.readStream('a-1')).toHaveLength(1);
  expect(isSettled).toBe(false);
  other.exec('ROLLBACK');
  await settling;
  other.close();
  await store.close();
});

it('finds out only when it is its turn to write that it is too late', async () => {
  const path = temporaryPath();
  const store = createSqliteEventStore({ path });
  await store.append('a-1', noStream, newEvents(1));
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const by = forwardNow() + 20;
  const late = store.appendAll([{ stream: 'a-2', expectedRevision: noStream, events: newEvents(1), by }]);
  const beside = store.append('a-3', noStream, newEvents(1));
  late.catch(() => {});
  await expect.poll(() => forwardNow() > by).toBe(true);
  other.exec('ROLLBACK');
  await expect(late).rejects.toBeInstanceOf(AppendTooLate);
  expect((await beside).revision).toBe(0);
  other.close();
  await store.close();
});
