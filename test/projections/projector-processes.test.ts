// Projectors as they run in production: processes of their own, which end without a word.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { readSessionReport } from '../../projections/projector.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { count, expectWhole, serves } from './counted-log.ts';
import { openProcess } from './projected-redis.ts';

describe.skipIf(!hasRedis)('processes that project', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.stop();
  });

  function startProjecting(path: string, prefix: string): ChildProcess {
    const script = join(import.meta.dirname, 'projecting-process.ts');
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, path, redis.url, prefix], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    onTestFinished(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    return child;
  }

  test('the one that stands by takes over from one that was killed, and readers notice nothing', async () => {
    const path = temporaryPath();
    const store = createSqliteEventStore({ path });
    const reader = await openProcess(redis.url, store);
    onTestFinished(async () => {
      await reader.close();
      await store.close();
    });
    const { prefix } = reader.keys;
    const children = [startProjecting(path, prefix), startProjecting(path, prefix)];
    await count(store, 'a', 10);
    await serves(reader.readModels);
    const report = () => readSessionReport(reader.connection, reader.keys, reader.program);
    await until(async () => (await report())?.phase === 'LIVE');
    const pidOf = async () => Number((await report())?.owner.split(':').at(-2));
    const active = await pidOf();
    expect(children.map(({ pid }) => pid)).toContain(active);

    let isDone = false;
    const appending = (async () => {
      for (let number = 0; !isDone; number++) {
        await count(store, `a${number % 7}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })();
    const killed = children.find(({ pid }) => pid === active);
    killed?.kill('SIGKILL');
    // Its lease is of 600 ms: twice that, and what two processes on a busy machine need for the rest.
    expect(await reader.progress.waitFor((await count(store, 'after')) ?? '', 5000)).toBe(true);
    isDone = true;
    await appending;
    expect(await reader.progress.waitFor(await store.head(), 5000)).toBe(true);
    await until(async () => (await pidOf()) !== active);
    await expectWhole(store, reader.readModels);
  });
});
