// Connections to a server that cannot be heard any more, although nobody says so.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectRedis, type RedisConnection } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { type CuttableLine, createCuttableLine } from './cuttable-line.ts';
import { hasRedis, startRedis, type TestRedis, until } from './redis-server.ts';

describe.skipIf(!hasRedis)('a connection that has gone silent', () => {
  let redis: TestRedis;
  let line: CuttableLine;
  let connection: RedisConnection;
  beforeAll(async () => {
    redis = await startRedis();
    line = await createCuttableLine(redis.port);
    const settings = readRedisUrl(`redis://127.0.0.1:${line.port}`);
    connection = connectRedis({ settings, commandTimeout: 100, onError: () => {} });
    await connection.connected();
  });
  afterAll(async () => {
    await connection?.close();
    await line?.stop();
    await redis?.stop();
  });

  it('fails commands at once after the first that got no answer, and is made anew', async () => {
    const { client } = connection;
    expect(await client.ping()).toBe('PONG');
    line.silence();
    await expect(client.ping()).rejects.toThrow();
    await until(() => client.status !== 'ready');
    await expect(client.ping()).rejects.toThrow('writeable');
    line.heal();
    await until(async () => (await client.ping().catch(() => '')) === 'PONG');
  });

  it('hears again what it had listened to', async () => {
    const subscriber = connection.subscriber();
    const heard: string[] = [];
    await subscriber.subscribe('news');
    subscriber.on('message', (_, message) => heard.push(message));
    line.silence();
    await until(() => subscriber.status !== 'ready');
    line.heal();
    await until(async () => {
      await connection.client.publish('news', 'again').catch(() => {});
      return heard.includes('again');
    });
  });
});
