import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { hasRedis, startRedis, startRedisCluster, until } from './redis-server.ts';

describe.skipIf(!hasRedis)('a connection with a wrong password', () => {
  test.each(['a server', 'a cluster'])('to %s says so once, and never which', async (where) => {
    const redis = where === 'a server' ? await startRedis() : await startRedisCluster();
    onTestFinished(() => redis.stop());
    const nodes = 'nodes' in redis ? redis.nodes : [redis];
    for (const { url } of nodes) {
      const owner = connectRedis({ settings: readRedisUrl(url), onError: () => {} });
      await owner.connected();
      await owner.client.config('SET', 'requirepass', 'right');
      await owner.close();
    }
    const errors: unknown[] = [];
    const url = redis.url.replaceAll('redis://', 'redis://:mistaken@');
    const connection = connectRedis({ settings: readRedisUrl(url), onError: (error) => errors.push(error) });
    onTestFinished(() => connection.close());
    let attempts = 0;
    connection.client.on('reconnecting', () => attempts++);
    await until(() => attempts >= 4);
    expect(errors).toHaveLength(1);
    expect(inspect(errors, { depth: 10 })).toContain('WRONGPASS');
    expect(inspect(errors, { depth: 10 })).not.toContain('mistaken');
  });
});
