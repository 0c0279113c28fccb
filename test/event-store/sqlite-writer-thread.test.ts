// The thread that writes the SQLite log: what it may be late with, how it may die, and that nobody else has to wait for it.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { beginning, noStream, StoreUnavailable } from '../../src/event-store/event-store.ts';
import type { Batch } from '../../src/event-store/sqlite-batch.ts';
import { createSqliteEventStore, type SqliteEventStoreOptions } from '../../src/event-store/sqlite-event-store.ts';
import { startWriter } from '../../src/event-store/sqlite-writer-thread.ts';
import { allOf, caughtUp, follow, newEvent, newEvents, numberOf } from './event-samples.ts';
import { temporaryFolder, temporaryPath } from './temporary-log.ts';

describe('the writing thread', () => {
  it('waits for the lock of another, while the event loop turns and reads are answered', async () => {
    const { store, path } = open();
    await store.append('note-1', noStream, [newEvent(0)]);
    const unlock = lock(path);
    let isAnswered = false;
    const appending = store.append('note-1', 0, [newEvent(1)]).then(() => {
      isAnswered = true;
    });
    const until = performance.now() + 200;
    let turns = 0;
    for (; performance.now() < until; turns += 1) {
      await nextTurn();
      if (turns % 100 === 0) expect(await store.readStream('note-1')).toHaveLength(1);
    }
    expect(turns).toBeGreaterThan(200);
    expect(isAnswered).toBe(false);
    unlock();
    await appending;
    expect(await store.readStream('note-1')).toHaveLength(2);
  });

  it('gets what is appended in one turn as one batch, and what comes meanwhile as the next', async () => {
    const { store, path, batches } = open();
    const unlock = lock(path);
    const first = [store.append('note-1', noStream, newEvents(2)), store.append('note-2', noStream, newEvents(1))];
    const later: Promise<unknown>[] = [];
    for (let number = 3; number < 13; number += 1) {
      await nextTurn();
      later.push(store.append(`note-${number}`, noStream, newEvents(1)));
    }
    unlock();
    await Promise.all([...first, ...later]);
    expect(batches.map(({ streams }) => streams.length)).toEqual([2, 10]);
    await store.append('note-1', 1, newEvents(1));
    expect(batches).toHaveLength(3);
  });

  it('splits a queue that is too long for one batch', async () => {
    const { store, batches } = open();
    await Promise.all(Array.from({ length: 600 }, (_, n) => store.append(`note-${n}`, noStream, [newEvent(n)])));
    expect(batches.map(({ streams }) => streams.length)).toEqual([250, 250, 100]);
    expect((await allOf(store.readAll())).map(numberOf)).toEqual([...Array(600).keys()]);
  });

  it('is replaced when it dies at work: its batch is unavailable, the next one is written', async () => {
    const { store, path, workers, onError } = open();
    const { onCaughtUp, once: live } = caughtUp();
    const follower = follow(store, { after: beginning, onCaughtUp });
    await live;
    const unlock = lock(path);
    const events = newEvents(2);
    const lost = store.append('note-1', noStream, events).catch((error: unknown) => error);
    await pause(20);
    const next = store.append('note-2', noStream, newEvents(1));
    const killing = workers[0]?.terminate();
    unlock();
    expect(await lost).toBeInstanceOf(StoreUnavailable);
    await killing;
    expect((await next).revision).toBe(0);
    // Nobody knows whether it was written; to try again is right in both cases.
    expect((await store.append('note-1', noStream, events)).revision).toBe(1);
    expect(await store.readStream('note-1')).toHaveLength(2);
    expect(workers).toHaveLength(2);
    expect(await follower.reached(3)).toHaveLength(3);
    expect(onError).not.toHaveBeenCalled();
  });

  it('has every acknowledged event exactly once however often it dies', async () => {
    const { store, workers } = open({ onError: () => {} });
    let isDone = false;
    let written = 0;
    const killer = (async () => {
      for (let seen = 0; !isDone; ) {
        await pause(30);
        // A thread that has written nothing yet lives on: on a busy machine none would ever get that far.
        if (written === seen) continue;
        seen = written;
        await workers.at(-1)?.terminate();
      }
    })();
    let deaths = 0;
    await Promise.all(
      Array.from({ length: 8 }, async (_, stream) => {
        for (let number = 0; number < 300; ) {
          const events = [newEvent(number), newEvent(number + 1)];
          for (;;) {
            try {
              await store.append(`note-${stream}`, number - 1, events);
              written += 1;
              break;
            } catch (error) {
              expect(error).toBeInstanceOf(StoreUnavailable);
              deaths += 1;
            }
          }
          number += 2;
        }
      }),
    );
    isDone = true;
    await killer;
    expect(deaths).toBeGreaterThan(0);
    for (let stream = 0; stream < 8; stream += 1) {
      expect((await store.readStream(`note-${stream}`)).map(numberOf)).toEqual([...Array(300).keys()]);
    }
  });

  it('is replaced when it dies at rest, and that is reported', async () => {
    const { store, workers, onError } = open();
    await store.append('note-1', noStream, newEvents(1));
    await workers[0]?.terminate();
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(StoreUnavailable));
    await store.append('note-1', 0, newEvents(1));
    expect(workers).toHaveLength(2);
  });

  it('says that it is unavailable while no thread can be started, and starts one when it can', async () => {
    let isPossible = false;
    const { store, path, onError } = open({
      createWriter: (file) => {
        if (!isPossible) throw new Error('too many threads');
        return startWriter(file);
      },
    });
    await expect(store.append('note-1', noStream, newEvents(1))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(onError).toHaveBeenCalledOnce();
    isPossible = true;
    await store.append('note-1', noStream, newEvents(1));
    expect(existsSync(path)).toBe(true);
  });

  it('does not make a log anew that is gone', async () => {
    const { store, path, workers } = open();
    await workers[0]?.terminate();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    await expect(store.append('note-1', noStream, newEvents(1))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(existsSync(path)).toBe(false);
  });

  it('finishes its batch and all that waits before a close is done, and ends', async () => {
    const { store, path, workers, batches } = open();
    const ended = vi.fn();
    workers[0]?.on('exit', ended);
    const unlock = lock(path);
    const first = store.append('note-1', noStream, newEvents(1));
    await pause(20);
    const second = store.append('note-2', noStream, newEvents(1));
    const closing = store.close();
    await expect(store.append('note-3', noStream, newEvents(1))).rejects.toBeInstanceOf(StoreUnavailable);
    unlock();
    expect((await Promise.all([first, second])).map(({ revision }) => revision)).toEqual([0, 0]);
    await closing;
    expect(batches).toHaveLength(2);
    expect(ended).toHaveBeenCalledExactlyOnceWith(0);
    expect(readdirSync(join(path, '..'))).toEqual(['kairos.db']);
  });

  it('never lets an append be answered before live synchronous handlers have its events', async () => {
    const { store } = open({ pollEvery: 1, pageSize: 2 });
    const { onCaughtUp, once: live } = caughtUp();
    const follower = follow(store, { after: beginning, onCaughtUp });
    await live;
    await Promise.all(
      Array.from({ length: 4 }, async (_, stream) => {
        for (let round = 0; round < 50; round += 1) {
          const { position } = await store.append(`note-${stream}`, round * 5 - 1, newEvents(5));
          expect(follower.position >= position).toBe(true);
        }
      }),
    );
    for (let round = 0; round < 5; round += 1) {
      const appending = store.append('late-1', round * 5 - 1, newEvents(5));
      await nextTurn();
      // The batch is on disk and the poll is due before its outcome is heard.
      block(20);
      const { position } = await appending;
      expect(follower.position).toBe(position);
    }
    expect(follower.handled).toEqual(await allOf(store.readAll()));
  });

  it.each([
    { what: 'is ended by a process that ends', code: "await store.append('note-1', -1, [event]); console.log('done')" },
    {
      what: 'keeps a process that waits for it',
      code: "store.append('note-1', -1, [event]).then(() => console.log('done'))",
    },
    {
      what: 'is closed before a process ends',
      code: "await store.append('note-1', -1, [event]); await store.close(); console.log('done')",
    },
    { what: 'is not needed by a process that only reads', code: "if (await store.head() === '') console.log('done')" },
  ])('$what, from any working directory, whatever the file is called', async ({ code }) => {
    const folder = temporaryFolder();
    const program = `
      import { createSqliteEventStore } from ${JSON.stringify(join(import.meta.dirname, '../../src/event-store/sqlite-event-store.ts'))};
      const event = ${JSON.stringify(newEvent(0))};
      const store = createSqliteEventStore({ path: 'a b#c?d%41&mode=ro.db' });
      ${code};`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: folder,
      timeout: 10_000,
    });
    expect({ stdout, stderr }).toEqual({ stdout: 'done\n', stderr: '' });
    expect(readdirSync(folder)).toContain('a b#c?d%41&mode=ro.db');
  });
});

/** A store whose threads and batches can be watched. */
function open(options: Partial<SqliteEventStoreOptions> = {}) {
  const path = temporaryPath();
  const workers: Worker[] = [];
  const batches: Batch[] = [];
  const onError = vi.fn();
  const createWriter = (file: string) => {
    const worker = startWriter(file);
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: Batch | null) => {
      if (message !== null) batches.push(message);
      post(message);
    };
    workers.push(worker);
    return worker;
  };
  const store = createSqliteEventStore({ path, retryDelay: () => 2, onError, createWriter, ...options });
  onTestFinished(() => store.close());
  return { store, path, workers, batches, onError };
}

/** Takes the write lock of a log; the answer gives it back. */
function lock(path: string): () => void {
  const rival = new DatabaseSync(path, { timeout: 2000 });
  rival.exec('BEGIN IMMEDIATE');
  return () => {
    rival.exec('ROLLBACK');
    rival.close();
  };
}

/** Holds up the event loop. */
function block(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
