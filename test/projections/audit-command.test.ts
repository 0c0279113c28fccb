// npm run projections -- audit caps, over a log and a Redis that a projector has brought it to.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModelProjections } from '../../src/application/kairos.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { confirm, noon, reserve, second } from './cap-log-samples.ts';
import { openProcess, type RedisProcess } from './projected-redis.ts';
import { recorded } from './recorded-events.ts';

describe.skipIf(!hasRedis)('npm run projections -- audit caps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-audit-'));
  let redis: TestRedis;
  let store: EventStore;
  let opened: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
    store = createSqliteEventStore({ path: join(folder, 'kairos.db'), pollEvery: 5 });
    const told = [reserve('d1', noon), confirm('d1', noon + second), reserve('d2', noon, { customerId: 'c2' })];
    for (const { stream, ...event } of recorded(told)) {
      const { length } = await store.readStream(stream);
      await store.append(stream, length - 1, [event]);
    }
    opened = await openProcess(redis.url, store, undefined, readModelProjections);
  });
  afterAll(async () => {
    await opened?.close();
    await store?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function audit(...words: string[]): Promise<{ code: number | null; output: string }> {
    const args = ['--disable-warning=ExperimentalWarning', 'projections/main.ts', 'audit', 'caps', ...words];
    const env = {
      PATH: process.env.PATH,
      REDIS_URL: redis.url,
      KAIROS_REDIS_PREFIX: opened.keys.prefix,
      KAIROS_DATA: folder,
    };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), env }, (_, output) =>
        resolve({ code: child.exitCode, output }),
      );
    });
  }

  test('prints figures, and ends with 1 when Redis is not as the log says', async () => {
    opened.project();
    await until(() =>
      opened.control.refresh().then(
        () => true,
        () => false,
      ),
    );
    expect(await opened.progress.waitFor(await store.head(), 10_000)).toBe(true);
    const sound = await audit();
    expect(sound.output).toMatch(/customers compared with the log +2\n/);
    expect(sound.output).toMatch(/series that differ +0\n/);
    expect(sound.code).toBe(0);

    const caps = opened.models.find(({ name }) => name === 'caps') ?? { name: 'caps', version: 0 };
    const key = opened.keys.caps(opened.control.buildOf(caps), 'c1');
    await opened.connection.client.hdel(key, 'offer:o1');
    const drifted = await audit('--json');
    expect(JSON.parse(drifted.output)).toMatchObject({ seriesThatDiffer: 1, contacts: { tooMany: 0, tooFew: 2 } });
    expect(drifted.code).toBe(1);
  }, 40_000);
});
