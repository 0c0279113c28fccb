import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Lease, type LeaseOptions, takeLease } from '../../projections/lease.ts';
import { openRedis } from '../redis/open-redis.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';

describe.skipIf(!hasRedis)('a lease', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.stop();
  });

  async function work(url = redis.url): Promise<LeaseOptions> {
    const { connection, keys, close } = await openRedis(url, {});
    onTestFinished(close);
    return { connection, key: keys.lease('work'), owner: randomUUID(), durationMs: 500 };
  }

  async function taken(options: LeaseOptions): Promise<Lease> {
    const lease = await takeLease(options);
    if (!lease) throw new Error('another has it');
    onTestFinished(() => lease.giveBack());
    return lease;
  }

  const isLost = (lease: Lease) => Promise.race([lease.lost.then(() => true), Promise.resolve(false)]);

  test('is of one owner until that gives it back', async () => {
    const mine = await work();
    const lease = await taken(mine);
    expect(await takeLease({ ...mine, owner: 'another' })).toBeUndefined();
    await lease.giveBack();
    const next = await taken({ ...mine, owner: 'another' });
    expect(await isLost(next)).toBe(false);
  });

  test('is renewed longer than it lasts, and ends by itself when nobody renews it', async () => {
    const mine = await work();
    const { client } = mine.connection;
    const lease = await taken(mine);
    const end = performance.now() + 2 * mine.durationMs;
    while (performance.now() < end) expect(await client.get(mine.key)).toBe(mine.owner);
    expect(await isLost(lease)).toBe(false);
    await lease.giveBack();
    await client.set(mine.key, 'one who was killed', 'PX', mine.durationMs);
    expect(await takeLease(mine)).toBeUndefined();
    await until(async () => {
      const again = await takeLease(mine);
      await again?.giveBack();
      return again !== undefined;
    });
  });

  test('that another has taken is lost, and is not given back for it', async () => {
    const mine = await work();
    const lease = await taken(mine);
    await mine.connection.client.set(mine.key, 'another');
    await lease.lost;
    await lease.giveBack();
    expect(await mine.connection.client.get(mine.key)).toBe('another');
  });

  test('that cannot be renewed in time is lost; a pause that is shorter is not', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const mine = await work(own.url);
    const lease = await taken({ ...mine, durationMs: 800 });
    own.pause();
    await new Promise((resolve) => setTimeout(resolve, 250));
    own.resume();
    expect(await mine.connection.client.get(mine.key)).toBe(mine.owner);
    expect(await isLost(lease)).toBe(false);
    await own.kill();
    await lease.lost;
  });

  test('goes on when its scripts are taken away', async () => {
    const mine = await work();
    const lease = await taken(mine);
    await mine.connection.client.script('FLUSH');
    await new Promise((resolve) => setTimeout(resolve, 2 * mine.durationMs));
    expect(await mine.connection.client.get(mine.key)).toBe(mine.owner);
    expect(await isLost(lease)).toBe(false);
  });
});
