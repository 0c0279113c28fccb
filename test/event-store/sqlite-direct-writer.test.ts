// What is appended alone is written in the main thread while the disk is quick, and keeps all that the thread keeps.
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { beginning, noStream, RevisionConflict } from '../../src/event-store/event-store.ts';
import { pendingAppendOf } from '../../src/event-store/pending-append.ts';
import { batchOf } from '../../src/event-store/sqlite-appends.ts';
import { createDirectWriter, type DirectWriting } from '../../src/event-store/sqlite-direct-writer.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { openLogFile } from '../../src/event-store/sqlite-log-file.ts';
import { startWriter } from '../../src/event-store/sqlite-writer-thread.ts';
import { describeEventStore } from './contract.ts';
import { allOf, caughtUp, follow, newEvent, newEvents, numberOf } from './event-samples.ts';
import { temporaryPath } from './temporary-log.ts';

/** No disk is slow, and nothing has to have been quick before. */
const always: DirectWriting = { quickMs: Number.POSITIVE_INFINITY, calmAfter: 0 };

describeEventStore('a SQLite file to which the main thread writes', {
  create: () =>
    createSqliteEventStore({ path: temporaryPath(), pageSize: 7, retryDelay: () => 2, directWriting: always }),
});

describe('writing in the main thread', () => {
  it('begins when so many appends in a row have come alone, and ends when several come at once', async () => {
    const { store, handed } = open({ ...always, calmAfter: 2 });
    const note = noting(store);
    for (let number = 0; number < 5; number += 1) await note();
    expect(handed()).toBe(2);
    await Promise.all([store.append('a-1', noStream, newEvents(1)), store.append('a-2', noStream, newEvents(1))]);
    expect(handed()).toBe(3);
    for (let number = 0; number < 5; number += 1) await note();
    expect(handed()).toBe(5);
  });

  it('is not done where the disk is slow', async () => {
    const { store, handed } = open({ quickMs: 0, calmAfter: 1 });
    const note = noting(store);
    for (let number = 0; number < 5; number += 1) await note();
    expect(handed()).toBe(5);
  });

  it('is not done with many events', async () => {
    const { store, handed } = open();
    await store.append('a-1', noStream, newEvents(9));
    expect(handed()).toBe(1);
    await store.append('a-1', 8, newEvents(8));
    expect(handed()).toBe(1);
  });

  it('leaves it to the thread to wait for the lock of another, while the event loop turns', async () => {
    const { store, path, handed } = open();
    await store.append('a-1', noStream, newEvents(1));
    const rival = new DatabaseSync(path);
    rival.exec('BEGIN IMMEDIATE');
    const appending = store.append('a-1', 0, [newEvent(1)]);
    for (let turn = 0; turn < 20; turn += 1) await nextTurn();
    expect(handed()).toBe(1);
    rival.exec('ROLLBACK');
    rival.close();
    expect((await appending).revision).toBe(1);
    expect((await store.append('a-1', 1, [newEvent(2)])).revision).toBe(2);
    expect(handed()).toBe(1);
  });

  it('has the WAL written back by the thread', async () => {
    const { store, path, handed } = open();
    const data = { text: 'x'.repeat(20_000) };
    for (let revision = noStream; revision < 400; revision += 1) {
      await store.append('a-1', revision, [{ ...newEvent(0), data }]);
    }
    expect(handed()).toBe(3);
    const written = 400 * data.text.length;
    expect(statSync(`${path}-wal`).size).toBeLessThan(written);
    expect(statSync(path).size).toBeGreaterThan(written / 2);
  });

  it('goes on although it took long to write the WAL back or anything else once, and not when it did so twice', () => {
    const path = temporaryPath();
    openLogFile(path).close();
    const writer = createDirectWriter(path, { quickMs: 60_000, calmAfter: 1 });
    onTestFinished(writer.close);
    const lone = () => [
      pendingAppendOf({ stream: `note-${randomUUID()}`, expectedRevision: noStream, events: newEvents(1) }),
    ];
    const slow = 60_001;
    writer.learn(1, 0);
    for (let number = 0; writer.isDue(lone()); number += 1) {
      expect(number).toBeLessThan(1000);
      expect(writer.write(batchOf([lone()]))).toMatchObject({ from: number });
    }
    writer.learn(1, slow);
    expect(writer.isDue(lone())).toBe(true);
    writer.learn(1, slow);
    expect(writer.isDue(lone())).toBe(true);
    writer.learn(1, slow);
    expect(writer.isDue(lone())).toBe(false);
  });

  it('leaves everything else its turn, however fast a caller appends', async () => {
    const { store } = open();
    const note = noting(store);
    let isDue = false;
    setTimeout(() => {
      isDue = true;
    }, 1);
    while (!isDue) await note();
  });

  it('has told live synchronous handlers before an append is answered, and refuses what the thread would', async () => {
    const { store, handed } = open();
    const { onCaughtUp, once: live } = caughtUp();
    const follower = follow(store, { after: beginning, onCaughtUp });
    await live;
    for (let revision = noStream; revision < 20; revision += 1) {
      const { position } = await store.append('a-1', revision, [newEvent(revision + 1)]);
      expect(follower.position).toBe(position);
    }
    await expect(store.append('a-1', 3, newEvents(1))).rejects.toBeInstanceOf(RevisionConflict);
    expect(handed()).toBe(0);
    expect(follower.handled).toEqual(await allOf(store.readAll()));
    expect(follower.handled.map(numberOf)).toEqual([...Array(21).keys()]);
  });
});

/** A store that tells how many batches its thread was handed. */
function open(directWriting: DirectWriting = always) {
  const path = temporaryPath();
  let batches = 0;
  const createWriter = (file: string): Worker => {
    const worker = startWriter(file);
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: object | null) => {
      if (message !== null) batches += 1;
      post(message);
    };
    return worker;
  };
  const store = createSqliteEventStore({ path, createWriter, directWriting });
  onTestFinished(() => store.close());
  return { store, path, handed: () => batches };
}

/** Appends one event after another to a stream. */
function noting(store: ReturnType<typeof createSqliteEventStore>) {
  let revision = noStream;
  return async () => {
    await store.append('note-1', revision, [newEvent(0)]);
    revision += 1;
  };
}
