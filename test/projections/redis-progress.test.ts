import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createRedisCheckpoint } from '../../projections/redis-checkpoint.ts';
import { createRedisNotes, type Note } from '../../projections/redis-notes.ts';
import { createRedisProgress } from '../../projections/redis-progress.ts';
import { beginning, type EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { createGuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { createRedisKeys } from '../../src/redis/redis-keys.ts';
import { projectingScripts } from '../../src/redis-read-side.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { count, serves } from './counted-log.ts';
import { openProcess, type RedisProcess } from './projected-redis.ts';

describe.skipIf(!hasRedis)('the progress of read models in Redis', () => {
  let redis: TestRedis;
  let store: EventStore;
  let opened: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.stop();
  });
  beforeEach(async () => {
    store = createSqliteEventStore({ path: temporaryPath(), pollEvery: 5 });
    opened = await openProcess(redis.url, store);
    return async () => {
      await opened.close();
      await store.close();
    };
  });

  /** Of a process that hears none of the notes. */
  function deaf() {
    const { connection, control } = opened;
    const elsewhere = createRedisKeys(randomUUID());
    const notes = createRedisNotes({ connection, keys: elsewhere, onError: () => {} });
    const projecting = createGuardedScripts(connection.client, projectingScripts, 'none');
    const progress = createRedisProgress({
      store,
      control,
      notes,
      checkpoint: ({ name }) => createRedisCheckpoint({ connection, keys: opened.keys, projecting, name }).read(),
    });
    onTestFinished(() => progress.stop());
    return progress;
  }

  test('is known by a note as soon as an event is applied', async () => {
    opened.project();
    await serves(opened.readModels);
    const notes: Note[] = [];
    opened.notes.onNote((note) => notes.push(note));
    const position = await count(store, 'a');
    expect(await opened.progress.waitFor(position, 5000)).toBe(true);
    expect(notes.at(-1)).toMatchObject({ kind: 'APPLIED', position, edition: opened.control.edition().name });
    expect(await opened.progress.lag()).toEqual({ position, head: position, milliseconds: 0 });
    const { events, max } = opened.progress.freshness();
    expect(events).toBeGreaterThan(0);
    expect(max).toBeLessThan(5000);
  });

  test('is asked for when notes are lost', async () => {
    const progress = deaf();
    opened.project();
    await serves(opened.readModels);
    expect(await progress.waitFor(await count(store, 'a'), 5000)).toBe(true);
    expect(progress.freshness().events).toBe(0);
  });

  test('is not there in time when nobody projects; afterwards it is', async () => {
    const projector = opened.project();
    await serves(opened.readModels);
    await projector.stop();
    const position = await count(store, 'a');
    expect(await opened.progress.waitFor(position, 100)).toBe(false);
    const lag = await opened.progress.lag();
    expect(lag).toMatchObject({ position: beginning, head: position });
    expect(lag.milliseconds).toBeGreaterThanOrEqual(100);
    const waiting = opened.progress.waitFor(position, 10_000);
    opened.project();
    expect(await waiting).toBe(true);
  });

  test('of one edition says nothing of the next', async () => {
    opened.project();
    await serves(opened.readModels);
    const position = await count(store, 'a');
    expect(await opened.progress.waitFor(position, 5000)).toBe(true);
    opened.notes.publish({ kind: 'APPLIED', edition: 'another', position: '9'.repeat(16) });
    await new Promise<void>((resolve) => opened.notes.onNote(() => resolve()));
    expect(await opened.progress.waitFor('8'.repeat(16), 50)).toBe(false);
  });

  test('those who wait when it ends have waited in vain', async () => {
    const waiting = opened.progress.waitFor('8'.repeat(16), 60_000);
    opened.progress.stop();
    expect(await waiting).toBe(false);
    expect(await opened.progress.waitFor('8'.repeat(16), 60_000)).toBe(false);
  });

  test('a note that nobody understands is reported, and the next one is heard', async () => {
    opened.project();
    await serves(opened.readModels);
    await opened.connection.client.publish(opened.keys.notes, 'no note');
    expect(await opened.progress.waitFor(await count(store, 'a'), 5000)).toBe(true);
    await until(() => opened.errors.length === 1);
    expect(String(opened.errors[0])).toContain('was not understood');
  });
});
