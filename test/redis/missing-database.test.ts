// What a connection does with a Redis that does not give it what it asks for.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { hasRedis, startRedis, type TestRedis, until } from './redis-server.ts';

describe.skipIf(!hasRedis)('a connection', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('to a database that the server does not have is none, rather than one to database 0', async () => {
    const errors: unknown[] = [];
    const connection = connectRedis({
      settings: readRedisUrl(`${redis.url}/99`),
      onError: (error) => errors.push(error),
    });
    await until(() => errors.length > 0);
    expect(String(errors[0])).toContain('DB index is out of range');
    await expect(connection.client.set('key', 'value')).rejects.toThrow();
    await connection.close();
    const other = connectRedis({ settings: readRedisUrl(redis.url), onError: (error) => errors.push(error) });
    await other.connected();
    expect(await other.client.dbsize()).toBe(0);
    await other.close();
  });
});
