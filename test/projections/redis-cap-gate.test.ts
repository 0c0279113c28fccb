// The gate in Redis keeps the contract of all gates.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { describeCapGate } from './cap-gate-contract.ts';
import { asking, capOf, noon } from './cap-gate-samples.ts';
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

  test('decisions for many customers at the same time share round trips, and each is answered by itself', async () => {
    const { gate, redis, close } = await openCapGate(server.url);
    const caps = [capOf({ limit: 1 })];
    const customers = Array.from({ length: 40 }, (_, number) => `c${number}`);
    await gate.reserve(asking({ customerId: 'c7', decisionId: 'before', caps }));
    const { client } = redis.connection;
    await client.config('RESETSTAT');
    const looks = await Promise.all(customers.map((customerId) => gate.look(customerId, noon, () => [])));
    const used = looks.map((look) => look('UTC').usageOf(caps[0] as never).used);
    const answers = await Promise.all(customers.map((customerId) => gate.reserve(asking({ customerId, caps }))));
    const [, calls] = /cmdstat_evalsha:calls=(\d+)/.exec(await client.info('commandstats')) ?? [];
    expect(used).toEqual(customers.map((customerId) => (customerId === 'c7' ? 1 : 0)));
    expect(answers.map(({ reserved }) => reserved)).toEqual(customers.map((customerId) => customerId !== 'c7'));
    expect(Number(calls)).toBeLessThanOrEqual(customers.length / 4);
    await close();
  });

  test('a customer whose contacts cannot be read is in the way of nobody else', async () => {
    const { gate, redis, build, close } = await openCapGate(server.url);
    await redis.connection.client.set(redis.keys.caps(build, 'broken'), 'no hash');
    const looks = await Promise.allSettled(['c1', 'broken', 'c2'].map((id) => gate.look(id, noon, () => [])));
    expect(looks.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const asked = ['c1', 'broken', 'c2'].map((customerId) =>
      gate.reserve(asking({ customerId, caps: [capOf({ limit: 1 })] })),
    );
    const answers = await Promise.allSettled(asked);
    const failed = {
      status: 'rejected',
      reason: expect.objectContaining({ message: expect.stringContaining('WRONGTYPE') }),
    };
    const reserved = { status: 'fulfilled', value: { reserved: true } };
    expect(answers).toEqual([reserved, failed, reserved]);
    expect(answers[1]).not.toMatchObject({ reason: expect.any(ReadSideUnavailable) });
    await close();
  });
});
