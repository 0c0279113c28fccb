// A Redis that was filled from one log is not taken for one that was filled from another, whose positions look the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ForeignLog } from '../../projections/redis-log-identity.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { count, expectWhole, serves } from './counted-log.ts';
import { openProcess, type RedisProcess, seen } from './projected-redis.ts';

describe.skipIf(!hasRedis)('a Redis that was filled from another log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-identity-'));
  const closing: (() => Promise<void>)[] = [];
  let redis: TestRedis;
  let logs = 0;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function openLog(): EventStore {
    const store = createSqliteEventStore({ path: join(folder, `${logs++}.db`) });
    closing.push(() => store.close());
    return store;
  }

  async function open(store: EventStore, prefix?: string): Promise<RedisProcess> {
    const opened = await openProcess(redis.url, store, prefix);
    closing.push(opened.close);
    return opened;
  }

  /** Fills Redis from a log of three events, which is empty when the projector begins. */
  async function filled(): Promise<{ log: EventStore; prefix: string }> {
    const log = openLog();
    const process = await open(log);
    const projector = process.project();
    await serves(process.readModels);
    const position = await count(log, 'a', 3);
    expect(await process.progress.waitFor(position, 5000)).toBe(true);
    await expect(process.demandSameLog()).resolves.toBeUndefined();
    await projector.stop();
    return { log, prefix: process.keys.prefix };
  }

  test('is refused at the start, and a projector closes it to readers', async () => {
    const { prefix } = await filled();
    const other = openLog();
    const head = await count(other, 'b', 7);
    const process = await open(other, prefix);
    await expect(process.demandSameLog()).rejects.toThrow(ForeignLog);
    await expect(process.demandSameLog()).rejects.toThrow(/of another event log: .*KAIROS_DATA.*KAIROS_REDIS_PREFIX/);
    process.project();
    await until(() =>
      process.readModels.read(seen('one'), 'a').then(
        () => false,
        () => true,
      ),
    );
    expect(await process.progress.waitFor(head, 200)).toBe(false);
    expect(process.errors).toEqual([expect.objectContaining({ cause: expect.any(ForeignLog) })]);
  });

  test('is refused by a log that is empty', async () => {
    const { prefix } = await filled();
    const process = await open(openLog(), prefix);
    await expect(process.demandSameLog()).rejects.toThrow('of another event log');
  });

  test('is refused by an older copy of the log', async () => {
    const { log, prefix } = await filled();
    const [first] = await Array.fromAsync(log.readAll());
    if (!first) throw new Error('the log is empty');
    const restored: EventStore = {
      ...log,
      head: async () => first.position,
      async *readAll() {
        yield first;
      },
    };
    const process = await open(restored, prefix);
    await expect(process.demandSameLog()).rejects.toThrow('of a longer event log than this one');
  });

  test('is of the new log when it was emptied', async () => {
    const { prefix } = await filled();
    const other = openLog();
    const position = await count(other, 'b', 2);
    const process = await open(other, prefix);
    await process.connection.client.flushall();
    process.project();
    await serves(process.readModels);
    expect(await process.progress.waitFor(position, 5000)).toBe(true);
    await expectWhole(other, process.readModels);
    await expect(process.demandSameLog()).resolves.toBeUndefined();
  });
});
