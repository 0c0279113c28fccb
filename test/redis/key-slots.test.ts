import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slotOf, tagIn } from '../../src/redis/key-slots.ts';
import { type OpenRedis, openRedis } from './open-redis.ts';
import { hasRedis, startRedisCluster, type TestCluster } from './redis-server.ts';

describe('slots', () => {
  test.each([0, 1, 5461, 16_383])('the tag of slot %i is in it', (slot) => {
    expect(slotOf(tagIn(slot))).toBe(slot);
  });
});

describe.skipIf(!hasRedis)('slots of a cluster', () => {
  let cluster: TestCluster;
  let redis: OpenRedis<never>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
    redis = await openRedis(cluster.url, {});
  });
  afterAll(async () => {
    await redis?.close();
    await cluster?.stop();
  });

  test.each(['', 'a', '123456789', 'customer-1', 'Zoë ✓'])('the server says the same of %j', async (tag) => {
    expect(slotOf(tag)).toBe(await redis.connection.client.cluster('KEYSLOT', tag));
  });

  test('each master has one of the tags', async () => {
    const { masters, tags } = redis.connection;
    const keys = tags().map((tag) => redis.keys.marker('all', tag));
    for (const key of keys) await redis.connection.client.set(key, 'here');
    const found = await Promise.all(masters().map((server) => server.keys(`${redis.keys.prefix}*`)));
    expect(found.map((each) => each.length)).toEqual([1, 1, 1]);
    expect(found.flat().sort()).toEqual(keys.toSorted());
  });

  test('what is asked together is answered one by one', async () => {
    const { client, together } = redis.connection;
    const keys = Array.from({ length: 100 }, (_, index) => redis.keys.entry('together', '1-1', String(index)));
    await Promise.all(together(() => keys.map((key) => client.set(key, key))));
    expect(await Promise.all(together(() => keys.map((key) => client.get(key))))).toEqual(keys);
  });
});
