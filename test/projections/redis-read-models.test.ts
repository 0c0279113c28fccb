import { afterAll, beforeAll, describe } from 'vitest';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { describeReadModels } from './read-models-contract.ts';
import { modelsIn, openModelRedis } from './redis-models.ts';

describe.skipIf(!hasRedis)('in Redis', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  async function open(url: string, onError: (error: unknown) => void) {
    const redis = await openModelRedis(url);
    return { ...modelsIn(redis, { onError }), close: redis.close };
  }

  describeReadModels('a Redis server', (onError) => open(server.url, onError));
  describeReadModels('a Redis cluster', (onError) => open(cluster.url, onError));
});
