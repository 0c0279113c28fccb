import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';
import {
  createRedisScreenPopFeed,
  type RedisScreenPopFeedOptions,
  screenPopProjectingScripts,
} from '../../src/screen-pop/redis-screen-pop-feed.ts';
import type { ScreenPopFeed } from '../../src/screen-pop/screen-pop-feed.ts';
import { type OpenRedis, openRedis } from '../redis/open-redis.ts';
import {
  hasRedis,
  startRedis,
  startRedisCluster,
  type TestCluster,
  type TestRedis,
  until,
} from '../redis/redis-server.ts';
import { describeScreenPopFeed, popOf, take } from './contract.ts';

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const positionAt = (number: number) => popOf('', number).position;

describe.skipIf(!hasRedis)('in Redis', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  type Redis = OpenRedis<keyof typeof screenPopProjectingScripts>;
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  /**
   * A process: its own connections to the server, its own feed. Those with the keys of another one share its pops. Unless a test is
   * about that, it looks at no stream without a reason: whoever misses a message waits for longer than a test may last.
   */
  async function replica(url: string, more: Partial<RedisScreenPopFeedOptions> = {}) {
    const redis = await openRedis(url, screenPopProjectingScripts);
    opened.push(redis);
    const errors: unknown[] = [];
    const onError = (error: unknown) => void errors.push(error);
    const feed = createRedisScreenPopFeed({ ...redis, lookMs: 60_000, onError, ...more });
    opened.push(feed);
    return { redis, feed, errors };
  }

  const openAll = async ({ connection, scripts }: Redis) => {
    for (const each of connection.masters()) await scripts.open(each);
  };

  const listeners = async ({ connection, keys }: Redis, agentId: string) =>
    Number(((await connection.client.call('PUBSUB', 'NUMSUB', keys.popsChannel(agentId))) as [string, number])[1]);

  /** Resolves when what was asked before has been answered: a connection answers in turn. */
  const allRead = async ({ connection }: Redis) => {
    await connection.subscriber().ping();
    await connection.client.ping();
  };

  async function publish(feed: ScreenPopFeed, agentId: string, numbers: readonly number[]): Promise<void> {
    for (const number of numbers) await feed.publish(popOf(agentId, number));
  }

  describeScreenPopFeed('one server', async () => (await replica(server.url)).feed);
  describeScreenPopFeed('a cluster of three masters', async () => (await replica(cluster.url)).feed);

  test.each(['one server', 'a cluster'])(
    'a console that changes between replicas ten times during 1,000 pops gets each once, in order, on %s',
    async (where) => {
      const { url } = where === 'a cluster' ? cluster : server;
      const first = await replica(url);
      const others = { keys: first.redis.keys, scripts: first.redis.scripts };
      const replicas = [first, await replica(url, others), await replica(url, others)];
      const agentId = `agent.${randomUUID()}`;
      const received: number[] = [];
      const publishing = (async () => {
        for (const number of upTo(1000)) {
          // What a console may be behind is limited by what is kept.
          await until(() => number - received.length <= 80);
          await first.feed.publish(popOf(agentId, number));
        }
      })();
      for (const move of upTo(11)) {
        const pops = replicas[move % 3]?.feed.subscribe(agentId, { after: positionAt(received.length) });
        while (pops && received.length < Math.min(1000, move * 97)) received.push(...(await take(pops, 1)));
        await pops?.return?.();
      }
      await publishing;
      expect(received).toEqual(upTo(1000));
    },
  );

  test('a Redis that is killed and comes back empty is filled from the log again: nobody misses a pop or gets it twice', async () => {
    const own = await startRedis();
    opened.push({ close: () => own.stop() });
    const { redis, feed, errors } = await replica(own.url, { lookMs: 100 });
    const other = await replica(own.url, { keys: redis.keys, lookMs: 100 });
    const agentId = `agent.${randomUUID()}`;
    const waiting = other.feed.subscribe(agentId, { after: '' });
    await publish(feed, agentId, upTo(150));
    let heard = 0;
    while (heard < 150) [heard = 0] = await take(waiting, 1);
    const next = take(waiting, 10);
    await own.kill();
    await expect(feed.publish(popOf(agentId, 151))).rejects.toThrow();
    await until(() => other.errors.length > 0);
    await own.startAgain();
    await until(() => redis.connection.client.status === 'ready');
    // Nothing is written before somebody has looked how much is missing.
    await expect(feed.publish(popOf(agentId, 151))).rejects.toThrow(RedisNotReady);
    await openAll(redis);
    const behind = take(feed.subscribe(agentId, { after: positionAt(120) }), 40);
    const now = take(feed.subscribe(agentId, { after: positionAt(155) }), 5);
    await publish(feed, agentId, upTo(160));
    expect(await next).toEqual(upTo(160, 151));
    expect(await now).toEqual(upTo(160, 156));
    expect(await behind).toEqual(upTo(160, 121));
    expect(other.errors).toHaveLength(1);
    // Nobody waited here.
    expect(errors).toEqual([]);
  });

  test('while Redis is away those who wait go on waiting, and an outage is reported once', async () => {
    const own = await startRedis();
    opened.push({ close: () => own.stop() });
    const { redis, feed, errors } = await replica(own.url, { lookMs: 5 });
    const waiting = upTo(5).map((index) => take(feed.subscribe(`a${index}`, { after: '' }), 1));
    const reads = async () =>
      Number(/xrevrange:calls=(\d+)/.exec(await redis.connection.client.info('commandstats'))?.[1] ?? 0);
    for (const outage of [1, 2]) {
      await until(() => feed.agents() === 5);
      await own.kill();
      await until(() => errors.length === outage);
      const late = feed.subscribe('late', { after: '' });
      void late.next();
      await own.startAgain();
      await until(() => redis.connection.client.status === 'ready');
      await late.return?.();
      await until(() => feed.agents() === 5);
      const before = await reads();
      // All five have been looked at.
      await until(async () => (await reads()) >= before + 10);
    }
    await openAll(redis);
    for (const index of upTo(5)) await publish(feed, `a${index}`, [index]);
    expect(await Promise.all(waiting)).toEqual(upTo(5).map((index) => [index]));
    expect(errors).toHaveLength(2);
  });

  test('who waits hears at once of what another replica publishes', async () => {
    const here = await replica(server.url);
    const there = await replica(server.url, { keys: here.redis.keys, scripts: here.redis.scripts });
    const pops = there.feed.subscribe('a1', { after: '' });
    for (const number of upTo(20)) {
      const next = take(pops, 1);
      await until(async () => (await listeners(here.redis, 'a1')) === 1);
      await allRead(there.redis);
      await here.feed.publish(popOf('a1', number));
      expect(await next).toEqual([number]);
    }
  });

  test('a pop that is published before Redis has heard of who waits is read when it has', async () => {
    const slow = await startRedis();
    opened.push({ close: () => slow.stop() });
    const listening = (await replica(slow.url)).redis.connection;
    await until(() => listening.subscriber().status === 'ready');
    const { redis, feed: publishing } = await replica(server.url);
    const connection = { ...redis.connection, subscriber: listening.subscriber };
    const { feed } = await replica(server.url, { keys: redis.keys, connection });
    slow.pause();
    const next = take(feed.subscribe('a1', { after: '' }), 1);
    await allRead(redis);
    await publishing.publish(popOf('a1', 1));
    slow.resume();
    expect(await next).toEqual([1]);
  });

  test('a pop whose message is lost is read all the same', async () => {
    const { redis, feed } = await replica(server.url, { lookMs: 100 });
    const agentId = `agent.${randomUUID()}`;
    const first = take(feed.subscribe(agentId, { after: '' }), 3);
    for (const number of upTo(3)) {
      await redis.connection.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await feed.publish(popOf(agentId, number));
    }
    expect(await first).toEqual([1, 2, 3]);
    // Written as a script would, without the message.
    const fields = { position: positionAt(4), previous: positionAt(3), pop: JSON.stringify(popOf(agentId, 4)) };
    const silent = take(feed.subscribe(agentId, { after: positionAt(3) }), 1);
    await until(async () => (await listeners(redis, agentId)) === 1);
    await redis.connection.client.xadd(redis.keys.pops(agentId), '*', ...Object.entries(fields).flat());
    expect(await silent).toEqual([4]);
  });

  test('a stream keeps so many pops, and not for ever', async () => {
    const { redis, feed } = await replica(server.url, { kept: 7 });
    await publish(feed, 'a1', upTo(50));
    expect(await redis.connection.client.xlen(redis.keys.pops('a1'))).toBe(7);
    const seconds = await redis.connection.client.ttl(redis.keys.pops('a1'));
    expect(seconds).toBeGreaterThan(7 * 86_400 - 60);
    expect(seconds).toBeLessThanOrEqual(7 * 86_400);
  });

  test('a channel is listened to once, however many wait, and no longer than somebody does', async () => {
    const { redis, feed } = await replica(server.url, { lookMs: 10 });
    const agents = upTo(50).map((index) => `agent-${index}`);
    const consoles = [...agents, ...agents].map((agentId) => feed.subscribe(agentId, { after: '' }));
    const waiting = consoles.map((pops) => pops.next());
    await until(async () => (await listeners(redis, 'agent-1')) === 1);
    expect(feed.agents()).toBe(50);
    for (const pops of consoles.slice(0, 75)) await pops.return?.();
    await until(() => feed.agents() === 25);
    await until(async () => (await listeners(redis, 'agent-1')) === 0);
    for (const pops of consoles) await pops.return?.();
    await until(() => feed.agents() === 0);
    expect(await Promise.all(waiting)).toEqual(waiting.map(() => ({ done: true, value: undefined })));
    const later = take(feed.subscribe('agent-1', { after: '' }), 1);
    await publish(feed, 'agent-1', [1]);
    expect(await later).toEqual([1]);
  });

  test('a position is compared by its characters, whatever the language of the server', async () => {
    const { feed } = await replica(server.url);
    const positions = ['Za-', 'Zz_', '_a0', 'a-0', 'aA0', 'aZ0', 'a_0'];
    for (const [index, position] of positions.entries()) await feed.publish({ ...popOf('a1', index), position });
    for (const [index, position] of positions.entries()) await feed.publish({ ...popOf('a1', index + 100), position });
    expect(await take(feed.subscribe('a1', { after: '' }), positions.length)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['is not a screen pop', { something: 'else' }],
    ['is not JSON', { position: positionAt(1), previous: '', pop: '{' }],
  ])('what is in a stream and %s is an error that names the stream', async (wrong, fields) => {
    const { redis, feed } = await replica(server.url);
    await redis.connection.client.xadd(redis.keys.pops('a1'), '*', ...Object.entries(fields).flat());
    const pops: AsyncIterator<unknown> = feed.subscribe('a1', { after: '' });
    await expect(pops.next()).rejects.toThrow(wrong);
    expect(await pops.next()).toEqual({ done: true, value: undefined });
    await expect(feed.subscribe('a1', { after: '' }).next()).rejects.toThrow(redis.keys.pops('a1'));
  });
});
