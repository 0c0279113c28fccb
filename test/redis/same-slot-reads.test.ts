import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';
import { createSameSlotReads, sameSlotScripts } from '../../src/redis/same-slot-reads.ts';
import { openRedis } from './open-redis.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis, until } from './redis-server.ts';

describe.skipIf(!hasRedis)('reads of one slot', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  test.each(['a server', 'a cluster'])('in the same turn are one call, of one instant, in %s', async (where) => {
    const redis = await openRedis(where === 'a server' ? server.url : cluster.url, sameSlotScripts);
    const { client } = redis.connection;
    let calls = 0;
    const counting: typeof redis.scripts = {
      ...redis.scripts,
      call(...asked) {
        calls += 1;
        return redis.scripts.call(...asked);
      },
    };
    const reads = createSameSlotReads(counting, redis.connection);
    const [one, two, hash, empty] = ['one', 'two', 'hash', 'empty'].map((model) =>
      redis.keys.entry(model, '1-1', 'c1'),
    );
    await client.set(one ?? '', 'first');
    await client.hset(hash ?? '', { a: '1', b: '2' });
    const answers = await Promise.all([
      reads.strings('c1', [one ?? '', two ?? '']),
      reads.hash('c1', hash ?? ''),
      reads.strings('c1', [one ?? '']),
      reads.field('c1', hash ?? '', 'b'),
      reads.hash('c1', empty ?? ''),
      reads.field('c1', hash ?? '', 'c'),
      reads.strings('c2', [redis.keys.entry('one', '1-1', 'c2')]),
    ]);
    expect(answers).toEqual([['first', null], ['a', '1', 'b', '2'], ['first'], '2', [], null, [null]]);
    // The customers are in two slots.
    expect(calls).toBe(where === 'a server' ? 1 : 2);
    await redis.close();
  });

  test('a server that was restarted has no scripts: nothing is read before somebody has looked', async () => {
    const own = await startRedis();
    const redis = await openRedis(own.url, sameSlotScripts);
    const reads = createSameSlotReads(redis.scripts, redis.connection);
    expect(await reads.strings('c1', [redis.keys.entry('one', '1-1', 'c1')])).toEqual([null]);
    await own.kill();
    await own.startAgain();
    const { client } = redis.connection;
    await until(() =>
      client.ping().then(
        () => true,
        () => false,
      ),
    );
    await expect(reads.strings('c1', [redis.keys.entry('one', '1-1', 'c1')])).rejects.toThrow(RedisNotReady);
    for (const each of redis.connection.masters()) await redis.scripts.open(each);
    expect(await reads.hash('c1', redis.keys.entry('one', '1-1', 'c1'))).toEqual([]);
    await redis.close();
    await own.stop();
  });
});
