import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import {
  hasRedis,
  startRedis,
  startRedisCluster,
  type TestCluster,
  type TestRedis,
  until,
} from '../redis/redis-server.ts';
import { count, expectWhole, serves } from './counted-log.ts';
import { openProcess, type RedisProcess, seen } from './projected-redis.ts';

const one = seen('one');

describe.skipIf(!hasRedis)('a rebuild', () => {
  let shared: TestRedis;
  let cluster: TestCluster;
  let store: EventStore;
  let processes: RedisProcess[];
  beforeAll(async () => {
    [shared, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([shared?.stop(), cluster?.stop()]);
  });
  beforeEach(() => {
    store = createSqliteEventStore({ path: temporaryPath(), retryDelay: () => 5, pollEvery: 5 });
    processes = [];
  });
  afterEach(async () => {
    for (const each of processes) await each.close();
    await store.close();
  });

  async function open(url = shared.url, prefix?: string) {
    const process = await openProcess(url, store, prefix);
    processes.push(process);
    return process;
  }

  function whatIsOf({ rebuildables }: RedisProcess, name: string) {
    const what = rebuildables.get(name);
    if (!what) throw new Error(`${name} cannot be built anew`);
    return what;
  }

  /** Each batch takes a while: what is built is always behind what is in use. */
  function late(what: ReturnType<typeof whatIsOf>): typeof what {
    return {
      ...what,
      consumers(...asked) {
        const { readModels, ...others } = what.consumers(...asked);
        async function apply(...batch: Parameters<typeof readModels.apply>): Promise<void> {
          await new Promise((resolve) => setTimeout(resolve, 30));
          await readModels.apply(...batch);
        }
        return { ...others, readModels: { ...readModels, apply } };
      },
    };
  }

  async function keysOf({ connection, keys }: RedisProcess, pattern: string): Promise<string[]> {
    const found = await Promise.all(connection.masters().map((server) => server.keys(`${keys.prefix}:${pattern}`)));
    return found.flat();
  }

  test.each(['a server', 'a cluster'])(
    'under load, in %s, takes nothing from readers and ends as a fresh fold',
    async (where) => {
      const url = where === 'a server' ? shared.url : cluster.url;
      const reader = await open(url);
      const operator = await open(url, reader.keys.prefix);
      reader.project();
      await serves(reader.readModels);
      const ids = Array.from({ length: 20 }, (_, index) => `a${index}`);
      for (const id of ids) await reader.progress.waitFor(await count(store, id), 5000);
      let isDone = false;
      async function append(): Promise<void> {
        for (let number = 0; !isDone; number++) {
          await count(store, ids[number % ids.length] ?? '');
          if (number % 10 === 0) await count(store, `b${number}`);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }
      /** What a reader has seen once, it sees ever after. */
      async function read(): Promise<number> {
        const before = new Map<string, number>();
        let reads = 0;
        for (; !isDone; reads++) {
          for (const id of ids) {
            const events = (await reader.readModels.read(one, id))?.entry.positions.length ?? 0;
            expect(events).toBeGreaterThanOrEqual(before.get(id) ?? 1);
            before.set(id, events);
          }
        }
        return reads;
      }
      const busy = Promise.all([append(), read()]);
      busy.catch(() => {});
      const rebuilt = await operator.rebuild(late(whatIsOf(operator, 'one')), { deleteAfterMs: 600 }).finally(() => {
        isDone = true;
      });
      const [, reads] = await busy;
      expect(reads).toBeGreaterThan(1);
      expect(rebuilt.build).toBe('1-2');
      expect(reader.control.buildOf(one)).toBe('1-2');
      await reader.progress.waitFor(await store.head(), 5000);
      await expectWhole(store, reader.readModels);
      expect(await keysOf(reader, 'one:1-1:*')).toEqual([]);
      expect(await keysOf(reader, 'marker:rebuild*')).toEqual([]);
      expect((await keysOf(reader, 'two:1-1:*')).length).toBeGreaterThan(0);
      expect(reader.errors).toEqual([]);
    },
  );

  test('heals what was wrong in the build before', async () => {
    const process = await open();
    process.project();
    await serves(process.readModels);
    await process.progress.waitFor(await count(store, 'a', 3), 5000);
    await process.connection.client.set(process.keys.entry('one', '1-1', 'a'), 'not an entry');
    await expect(process.readModels.read(one, 'a')).rejects.toThrow('is no entry');
    await process.rebuild(whatIsOf(process, 'one'), { deleteAfterMs: 0 });
    await expectWhole(store, process.readModels);
  });

  test('that was interrupted leaves nothing in use, and nothing of it is in the next one', async () => {
    const process = await open();
    process.project();
    await serves(process.readModels);
    await process.progress.waitFor(await count(store, 'a', 3), 5000);
    const what = whatIsOf(process, 'one');
    const interrupted = process.rebuild({
      ...what,
      consumers(edition, scripts, name) {
        const consumers = what.consumers(edition, scripts, name);
        async function apply(...batch: Parameters<typeof consumers.readModels.apply>) {
          await consumers.readModels.apply(...batch);
          throw new RedisNotReady('the test ends it');
        }
        return { ...consumers, readModels: { ...consumers.readModels, apply } };
      },
    });
    await expect(interrupted).rejects.toThrow('the test ends it');
    expect(process.control.buildOf(one)).toBe('1-1');
    const left = process.keys.entry('one', '1-2', 'a');
    expect(await process.connection.client.exists(left)).toBe(1);
    // Worse than what is left of an entry is one that nobody would touch any more.
    await process.connection.client.set(left, `${'9'.repeat(16)}\n{"id":"a","positions":[]}`);
    await process.rebuild(what, { deleteAfterMs: 0 });
    await expectWhole(store, process.readModels);
  });

  test('of a model is done by one process at a time', async () => {
    const process = await open();
    process.project();
    await serves(process.readModels);
    const what = whatIsOf(process, 'one');
    const first = process.rebuild(what, { deleteAfterMs: 300 });
    await until(async () => (await process.connection.client.exists(process.keys.lease('rebuild:one:1'))) === 1);
    await expect(process.rebuild(what)).rejects.toThrow('one is being rebuilt by another process');
    await first;
    expect((await process.rebuild(what, { deleteAfterMs: 0 })).build).toBe('1-3');
  });

  test('that no projector puts in use says so and changes nothing', async () => {
    const process = await open();
    const projector = process.project();
    await serves(process.readModels);
    await projector.stop();
    const late = process.rebuild(whatIsOf(process, 'one'), { switchMs: 100 });
    await expect(late).rejects.toThrow('no projector has put it in use');
    expect(process.control.buildOf(one)).toBe('1-1');
    process.project();
    await process.progress.waitFor(await count(store, 'a'), 5000);
    expect(await process.control.announced()).toBeUndefined();
    await expectWhole(store, process.readModels);
  });

  test('leaves scripts behind that open nothing when the builds of before are in use again', async () => {
    const before = await open();
    const projector = before.project();
    await serves(before.readModels);
    // Enough that filling the models takes a while.
    for (let number = 0; number < 3000; number += 500) await count(store, `filler${number}`, 500);
    await before.progress.waitFor(await count(store, 'a'), 5000);
    await before.rebuild(whatIsOf(before, 'one'), { deleteAfterMs: 0 });
    await projector.stop();
    // As a server of a cluster that is lost with it: nobody who remembers is there any more.
    await before.connection.client.del(before.keys.control);
    const after = await open(shared.url, before.keys.prefix);
    const answers: (number | undefined)[] = [];
    after.project({ graceMs: 300 });
    await until(async () => {
      const entry = await after.readModels.read(one, 'a').catch(() => 'refused' as const);
      if (entry !== 'refused') answers.push(entry?.entry.positions.length);
      return answers.length >= 20;
    });
    expect(after.control.buildOf(one)).toBe('1-1');
    expect(new Set(answers)).toEqual(new Set([1]));
  });

  test('of models that were never built is refused', async () => {
    const process = await open();
    await expect(process.rebuild(whatIsOf(process, 'one'))).rejects.toThrow('are not built yet');
  });
});
