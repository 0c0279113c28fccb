// The gate in Redis keeps the contract of all gates.
import { afterAll, beforeAll, describe } from 'vitest';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { describeCapGate } from './cap-gate-contract.ts';
import { openCapGate } from './open-cap-gate.ts';

describe.skipIf(!hasRedis)('in Redis', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  describeCapGate('the cap gate over a server', () => openCapGate(server.url));
  describeCapGate('the cap gate over a cluster', () => openCapGate(cluster.url));
});
