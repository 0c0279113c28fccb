// Connections to servers that do not want them, or not as they are.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { hasRedis, startRedis, startRedisCluster, type TestRedis, until } from './redis-server.ts';

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

/** An address behind which there is now one server, now another; connections stay where they are. */
async function movingAddress(first: TestRedis): Promise<{ readonly url: string; leadTo(server: TestRedis): void }> {
  let target = first;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target.port, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(next) {
      target = next;
    },
  };
}

describe.skipIf(!hasRedis)('a connection to a master that became a replica', () => {
  test('is made again, to whatever has its name by then', async () => {
    const [first, second] = await Promise.all([startRedis(), startRedis()]);
    onTestFinished(() => Promise.all([first.stop(), second.stop()]).then(() => {}));
    const address = await movingAddress(first);
    const connection = connectRedis({ settings: readRedisUrl(address.url), onError: () => {} });
    onTestFinished(() => connection.close());
    await connection.connected();
    await connection.client.set('where', 'first');
    address.leadTo(second);
    await connection.client.call('REPLICAOF', '127.0.0.1', '1');
    expect(await connection.client.get('where')).toBe('first');
    await expect(connection.client.set('where', 'nowhere')).rejects.toThrow('READONLY');
    await until(() =>
      connection.client.set('where', 'second').then(
        () => true,
        () => false,
      ),
    );
    expect(await connection.client.get('where')).toBe('second');
  });
});
