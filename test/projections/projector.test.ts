import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { programName } from '../../projections/edition.ts';
import type { Projection } from '../../projections/projection.ts';
import { readSessionReport, startProjector } from '../../projections/projector.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { createRedisControl } from '../../projections/redis-control.ts';
import { answering } from '../../projections/redis-failures.ts';
import { createRedisReadModels } from '../../projections/redis-read-models.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { createGuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { slotCount, slotOf } from '../../src/redis/key-slots.ts';
import { createSameSlotReads } from '../../src/redis/same-slot-reads.ts';
import { projectingScripts, servingScripts } from '../../src/redis-read-side.ts';
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
import { models, openProcess, type RedisProcess, seen } from './projected-redis.ts';

const one = seen('one');

const refuses = (readModels: ReadModels) => expect(readModels.read(one, 'a')).rejects.toThrow(ReadSideUnavailable);

describe.skipIf(!hasRedis)('the projector', () => {
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

  async function open(url = shared.url, prefix?: string, projections?: readonly Projection<unknown>[]) {
    const process = await openProcess(url, store, prefix, projections);
    processes.push(process);
    return process;
  }

  test.each(['a server', 'a cluster'])('brings the log to %s and lets readers in when it is there', async (where) => {
    await count(store, 'a', 3);
    const process = await open(where === 'a server' ? shared.url : cluster.url);
    await refuses(process.readModels);
    process.project();
    await serves(process.readModels);
    expect((await process.readModels.read(one, 'a'))?.entry.positions).toHaveLength(3);
    const positions = await Promise.all(Array.from({ length: 40 }, (_, index) => count(store, `b${index}`)));
    expect(await process.progress.waitFor(positions.sort().at(-1) ?? '', 5000)).toBe(true);
    await expectWhole(store, process.readModels);
    expect(process.errors).toEqual([]);
  });

  test('one of two projects; the other takes over when the first stops', async () => {
    const [first, second] = [await open(), await open()];
    const other = await open(shared.url, first.keys.prefix);
    void second;
    const active = first.project();
    await serves(first.readModels);
    const before = await readSessionReport(first.connection, first.keys, first.program);
    other.project();
    await count(store, 'a');
    await active.stop();
    const position = await count(store, 'a');
    expect(await other.progress.waitFor(position, 5000)).toBe(true);
    const after = await readSessionReport(first.connection, first.keys, first.program);
    expect(after?.owner).not.toBe(before?.owner);
    // Readers were never refused: nothing was lost.
    await expectWhole(store, first.readModels);
    expect([...first.errors, ...other.errors]).toEqual([]);
  });

  test('a server that was restarted empty is filled again, and closed to readers until the grace is over', async () => {
    const own = await startRedis();
    try {
      const process = await open(own.url);
      let began = 0;
      process.project({ graceMs: 400, retryDelay: () => 5 });
      await serves(process.readModels);
      await count(store, 'a', 5);
      await process.progress.waitFor(await count(store, 'b', 5), 5000);
      await own.kill();
      // The projector may have found it before the test does.
      began = performance.now();
      await own.startAgain();
      await until(() => process.connection.client.status === 'ready');
      await refuses(process.readModels);
      await count(store, 'c');
      await serves(process.readModels);
      expect(performance.now() - began).toBeGreaterThan(390);
      await expectWhole(store, process.readModels);
      // What the connections tell besides depends on what they were doing.
      const told = process.errors.filter((error) => /^the projector could not go on/.test((error as Error).message));
      expect(told).toHaveLength(1);
    } finally {
      await own.stop();
    }
  });

  test('readers are not let in while somebody may still write what was reserved before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { settled } = store;
    let asked = 0;
    store = {
      ...store,
      async settled() {
        asked += 1;
        await promise;
        await settled();
      },
    };
    const process = await open();
    process.project({ graceMs: 0 });
    await until(() => asked === 1);
    await refuses(process.readModels);
    // It was under way until now.
    const position = await count(store, 'a');
    resolve();
    await serves(process.readModels);
    expect(process.progress.position() >= position).toBe(true);
    await expectWhole(store, process.readModels);
  });

  test('one server of a cluster is restarted empty: what the others have is never missing', async () => {
    const own = await startRedisCluster();
    try {
      const process = await open(own.url);
      process.project({ retryDelay: () => 20 });
      await serves(process.readModels);
      const ids = Array.from({ length: 30 }, (_, index) => `a${index}`);
      for (const id of ids) await count(store, id);
      await process.progress.waitFor(await count(store, 'last'), 5000);
      // The second of three masters has the second third of the slots.
      const elsewhere = ids.find((id) => slotOf(id) < slotCount / 3) ?? '';
      const there = ids.find((id) => slotOf(id) > slotCount / 3 && slotOf(id) < (slotCount * 2) / 3) ?? '';
      let isBack = false;
      async function readAllTheTime(): Promise<number> {
        let reads = 0;
        while (!isBack) {
          try {
            expect((await process.readModels.read(one, elsewhere))?.entry.positions).toHaveLength(1);
            reads += 1;
          } catch (error) {
            // The client may find no server at all while it learns that one is away.
            if (!(error instanceof ReadSideUnavailable)) throw error;
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        return reads;
      }
      const reading = readAllTheTime();
      await own.nodes[1]?.kill();
      await own.nodes[1]?.startAgain();
      await until(() => process.errors.length > 0);
      await serves(process.readModels, there).finally(() => {
        isBack = true;
      });
      expect(await reading).toBeGreaterThan(0);
      await expectWhole(store, process.readModels);
    } finally {
      await own.stop();
    }
  }, 30_000);

  test('a flush under load is noticed, and nothing of what was written upon it stays', async () => {
    const own = await startRedis();
    try {
      const process = await open(own.url);
      process.project({ retryDelay: () => 5 });
      await serves(process.readModels);
      for (let index = 0; index < 20; index++) await count(store, `a${index}`);
      await process.progress.waitFor(await count(store, 'last'), 5000);
      await process.connection.client.flushall();
      // These are written as if nothing had been before.
      for (let index = 0; index < 20; index++) await count(store, `a${index}`);
      await until(() => process.errors.length > 0);
      await serves(process.readModels);
      await process.progress.waitFor(await count(store, 'after'), 5000);
      await expectWhole(store, process.readModels);
    } finally {
      await own.stop();
    }
  });

  test('a Redis that stood still for three seconds loses nothing, and readers go on with it', async () => {
    const own = await startRedis();
    try {
      const process = await open(own.url);
      process.project();
      await serves(process.readModels);
      await process.progress.waitFor(await count(store, 'a'), 5000);
      own.pause();
      const position = await count(store, 'a');
      expect(await process.progress.waitFor(position, 3000)).toBe(false);
      own.resume();
      expect(await process.progress.waitFor(position, 5000)).toBe(true);
      await expectWhole(store, process.readModels);
      // The projector tells it once, and so does each of its two connections.
      const told = process.errors.map((error) =>
        String(error).includes('Socket timeout') ? 'connection' : 'projector',
      );
      expect(told.filter((who) => who === 'projector')).toHaveLength(1);
      expect(told.length).toBeLessThanOrEqual(3);
    } finally {
      await own.stop();
    }
  });

  test('a new version of a model is read when it is whole, and the old program goes on with the old one', async () => {
    const old = await open();
    old.project();
    await count(store, 'a', 2);
    await serves(old.readModels);
    const versions = [seen('one', 2), seen('two')] as readonly Projection<unknown>[];
    const next = await open(shared.url, old.keys.prefix, versions);
    await refuses(next.readModels);
    next.project();
    await until(() =>
      next.readModels.read(seen('one', 2), 'a').then(
        (entry) => {
          expect(entry?.entry.positions).toHaveLength(2);
          return true;
        },
        () => false,
      ),
    );
    const position = await count(store, 'a');
    expect(await old.progress.waitFor(position, 5000)).toBe(true);
    expect(await next.progress.waitFor(position, 5000)).toBe(true);
    await expectWhole(store, old.readModels);
    await expectWhole(store, next.readModels, versions);
  });

  test('a program that reads by other scripts has a projector of its own, and is let in beside the old one', async () => {
    const old = await open();
    old.project();
    await serves(old.readModels);
    const position = await count(store, 'a', 2);
    await old.progress.waitFor(position, 5000);
    const { connection, keys, models: built, notes } = old;
    const serving = { ...servingScripts, more: 'return 1' };
    const program = programName(built, serving);
    const control = createRedisControl({ connection, keys, models: built, program, notes });
    const next = startProjector({
      connection,
      keys,
      control,
      notes,
      store,
      serving,
      projecting: projectingScripts,
      projections: models,
      program,
      consumers: ({ name, buildOf }, projecting) => ({
        readModels: createRedisReadModels({
          connection,
          keys,
          projecting,
          buildOf,
          checkpointName: name,
          serving: old.serving,
          reads: createSameSlotReads(answering(old.serving), old.connection),
        }),
        first: [],
      }),
      graceMs: 50,
      onError: (error) => expect.unreachable(String(error)),
    });
    const scripts = createGuardedScripts(connection.client, serving, 'none');
    control.onChange((edition) => scripts.renew(control.servingToken(edition)));
    await until(async () => {
      const open = await Promise.all(connection.masters().map((server) => scripts.isOpen(server)));
      return !open.includes(false);
    });
    await next.stop();
    control.stop();
    await expectWhole(store, old.readModels);
    expect(old.errors).toEqual([]);
  });
});
