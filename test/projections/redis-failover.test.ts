// A replica in the place of a master: what it did not have is there again before anybody reads it.
import { Redis } from 'ioredis';
import { afterEach, describe, expect, test } from 'vitest';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { slotCount, slotOf } from '../../src/redis/key-slots.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { startSentinel } from '../redis/redis-sentinel.ts';
import { addReplicaTo, hasRedis, replicates, startRedisCluster, type TestRedis, until } from '../redis/redis-server.ts';
import { count, expectWhole, serves } from './counted-log.ts';
import { openProcess, type RedisProcess, seen } from './projected-redis.ts';

const one = seen('one');
/** In the slots of the second of three masters. */
const id = Array.from({ length: 100 }, (_, index) => `a${index}`).find(
  (each) => slotOf(each) > slotCount / 3 && slotOf(each) < (2 * slotCount) / 3,
);

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Projected {
  readonly process: RedisProcess;
  readonly store: EventStore;
  /** Appends events of the entry, and resolves when they are readable. */
  more(events: number): Promise<void>;
  /** Resolves when the entry is readable, of which no answer until then may have had fewer events. */
  servesAgain(fewest: number): Promise<void>;
}

async function project(url: string): Promise<Projected> {
  const store = createSqliteEventStore({ path: temporaryPath(), retryDelay: () => 5, pollEvery: 5 });
  closing.push(() => store.close());
  const process = await openProcess(url, store);
  closing.push(process.close);
  process.project();
  await serves(process.readModels, id);
  return {
    process,
    store,
    async more(events) {
      const position = await count(store, String(id), events);
      expect(await process.progress.waitFor(position, 10_000)).toBe(true);
    },
    servesAgain: (fewest) =>
      until(async () => {
        try {
          const entry = await process.readModels.read(one, String(id));
          expect(entry?.entry.positions.length).toBeGreaterThanOrEqual(fewest);
          return true;
        } catch (error) {
          if (!(error instanceof ReadSideUnavailable)) throw error;
          return false;
        }
      }),
  };
}

async function ask<Reply>({ port }: TestRedis, question: (client: Redis) => Promise<Reply>): Promise<Reply> {
  const client = new Redis({ host: '127.0.0.1', port });
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

/** From now on a replica hears nothing more of its master: it is refused there. */
async function cutOff(replica: TestRedis): Promise<void> {
  await ask(replica, (client) => client.config('SET', 'masterauth', 'wrong'));
  await ask(replica, (client) => client.call('CLIENT', 'KILL', 'TYPE', 'master'));
}

const roleOf = (server: TestRedis) => ask(server, async (client) => ((await client.role()) as unknown[])[0]);

describe.skipIf(!hasRedis)('a failover', () => {
  test('by a Sentinel, to a replica without the last writes: nothing is read until they are there again', async () => {
    const sentinel = await startSentinel();
    closing.push(sentinel.stop);
    const [master, replica] = sentinel.servers;
    const { process, store, more, servesAgain } = await project(sentinel.url);
    await more(3);
    await cutOff(replica);
    await more(4);
    await master.kill();
    await servesAgain(7);
    await more(1);
    await expectWhole(store, process.readModels);
  }, 30_000);

  test('by a Sentinel, from a master that lives on: nobody stays with it', async () => {
    const sentinel = await startSentinel();
    closing.push(sentinel.stop);
    const [master, replica] = sentinel.servers;
    const { process, store, more, servesAgain } = await project(sentinel.url);
    await more(3);
    await sentinel.failOver();
    await sentinel.isMaster(replica);
    await until(async () => String(await ask(replica, (client) => client.client('LIST'))).includes('cmd=evalsha'));
    // The Sentinel tells it only seconds later that it is the master no more.
    expect(await roleOf(master)).toBe('master');
    await servesAgain(3);
    await more(1);
    await expectWhole(store, process.readModels);
  }, 30_000);

  test('in a cluster, and back to the first master without the last writes: its old scripts serve nobody', async () => {
    const cluster = await startRedisCluster();
    closing.push(cluster.stop);
    const [, first] = cluster.nodes;
    if (!first) throw new Error('there is no second node');
    const second = await addReplicaTo(cluster, first);
    closing.push(second.stop);
    const { process, store, more, servesAgain } = await project(cluster.url);
    const isKnown = ({ port }: TestRedis) => process.connection.masters().some(({ options }) => options.port === port);
    await more(3);
    await ask(second, (client) => client.cluster('FAILOVER'));
    await until(async () => (await roleOf(first)) === 'slave' && isKnown(second));
    await servesAgain(3);
    await more(1);
    await replicates(first);
    await cutOff(first);
    await more(4);
    await second.kill();
    await ask(first, (client) => client.call('CLUSTER', 'FAILOVER', 'TAKEOVER'));
    await servesAgain(8);
    await more(1);
    await expectWhole(store, process.readModels);
  }, 30_000);
});
