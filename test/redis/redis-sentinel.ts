// A master with a replica, and the Sentinel that puts the one in the place of the other.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../demo/redis-process.ts';
import { replicates, startRedis, type TestRedis, until } from './redis-server.ts';

export interface TestSentinel {
  /** As REDIS_URL wants it. */
  readonly url: string;
  /** The first was the master when it began. */
  readonly servers: readonly [TestRedis, TestRedis];
  /** Resolves when the Sentinel takes a server for the master, and the server takes itself for one. */
  isMaster(server: TestRedis): Promise<void>;
  /** Asks the Sentinel to put the replica in the place of the master, which lives on. */
  failOver(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSentinel(): Promise<TestSentinel> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-sentinel-'));
  const options = ['--repl-ping-replica-period', '1'];
  const master = await startRedis(options);
  const replica = await startRedis([...options, '--replicaof', '127.0.0.1', String(master.port)]);
  await replicates(replica);
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  writeFileSync(
    file,
    [
      `port ${port}`,
      'bind 127.0.0.1',
      `dir ${folder}`,
      `sentinel monitor main 127.0.0.1 ${master.port} 1`,
      'sentinel down-after-milliseconds main 500',
      'sentinel failover-timeout main 2000',
      '',
    ].join('\n'),
  );
  const sentinel: ChildProcess = spawn('redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  process.once('exit', () => sentinel.kill('SIGKILL'));
  const asking = new Redis({ host: '127.0.0.1', port, retryStrategy: () => 10, maxRetriesPerRequest: null });
  // Refused until it listens.
  asking.on('error', () => {});
  await asking.ping();
  asking.disconnect();
  const client = new Redis({ host: '127.0.0.1', port });
  client.on('error', () => {});
  const servers = [master, replica] as const;
  // It learns of replicas from the master.
  await until(async () => String(await client.call('SENTINEL', 'REPLICAS', 'main')).includes(String(replica.port)));
  return {
    url: `redis+sentinel://127.0.0.1:${port}/main`,
    servers,
    async isMaster(server) {
      await until(async () => {
        const address = (await client.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'main')) as string[];
        return address[1] === String(server.port);
      });
      await until(async () => (await roleOf(server)) === 'master');
    },
    async failOver() {
      await until(() =>
        client.call('SENTINEL', 'FAILOVER', 'main').then(
          () => true,
          () => false,
        ),
      );
    },
    async stop() {
      client.disconnect();
      const ended = once(sentinel, 'exit');
      sentinel.kill('SIGKILL');
      await ended;
      await Promise.all(servers.map((server) => server.stop()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function roleOf({ port }: TestRedis): Promise<string> {
  const client = new Redis({ host: '127.0.0.1', port });
  try {
    const [role] = (await client.role()) as [string];
    return role;
  } finally {
    client.disconnect();
  }
}
