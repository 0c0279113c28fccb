// Real Redis servers for tests: each its own process, port and temporary folder; one alone, or three masters of a cluster.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, hasRedis, startRedisProcess } from '../../demo/redis-process.ts';

/** Tests that need a `redis-server` are skipped where there is none. */
export { hasRedis };

if (!hasRedis) console.warn('skipped: tests that need redis-server (Debian: apt-get install -y redis-server)');

export interface TestRedis {
  /** As REDIS_URL wants it. */
  readonly url: string;
  readonly port: number;
  readonly processId: number;
  /** Ends the process with `-9`; what was not saved is lost, and nothing is. */
  kill(): Promise<void>;
  /** Starts it again on its port, empty. */
  startAgain(): Promise<void>;
  /** Stops it where it is, as a machine that hangs; `resume` lets it go on. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** A replica does not wait for others that might come. */
const quickReplicas = ['--repl-diskless-sync-delay', '0'];

export async function startRedis(options: readonly string[] = []): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-redis-'));
  let { child, port, url } = await startRedisProcess({ folder, options: [...quickReplicas, ...options] });

  const running: TestRedis = {
    url,
    port,
    get processId() {
      return child.pid ?? 0;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async startAgain() {
      ({ child } = await startRedisProcess({ port, folder, options: [...quickReplicas, ...options] }));
    },
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async stop() {
      await running.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return running;
}

export interface TestCluster {
  readonly url: string;
  readonly nodes: readonly TestRedis[];
  stop(): Promise<void>;
}

async function clusterOptions(): Promise<string[]> {
  const busPort = String(await freePort());
  return ['--cluster-enabled', 'yes', '--cluster-port', busPort, '--cluster-node-timeout', '2000'];
}

/** Three masters without replicas, a third of the slots each. */
export async function startRedisCluster(): Promise<TestCluster> {
  const nodes = await Promise.all([0, 1, 2].map(async () => startRedis(await clusterOptions())));
  const clients = nodes.map(({ port }) => new Redis({ host: '127.0.0.1', port }));
  try {
    for (const [index, client] of clients.entries()) {
      const [first, last] = [Math.ceil((index * 16_384) / 3), Math.ceil(((index + 1) * 16_384) / 3) - 1];
      await client.cluster('SET-CONFIG-EPOCH', index + 1);
      await client.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
    }
    const [first] = clients;
    for (const client of clients.slice(1)) {
      const bus = await client.config('GET', 'cluster-port');
      await first?.call('CLUSTER', 'MEET', '127.0.0.1', client.options.port ?? 0, (bus as string[])[1] ?? '0');
    }
    for (const client of clients) {
      await until(async () => {
        const info = String(await client.cluster('INFO'));
        return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3');
      });
    }
  } finally {
    for (const client of clients) client.disconnect();
  }
  return {
    url: nodes.map(({ url }) => url).join(','),
    nodes,
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

/** One more server of a cluster: a master without slots, which others may be given to. */
export async function addRedisTo(cluster: TestCluster): Promise<TestRedis> {
  const server = await startRedis(await clusterOptions());
  const client = new Redis({ host: '127.0.0.1', port: server.port });
  try {
    for (const { port } of cluster.nodes) {
      const other = new Redis({ host: '127.0.0.1', port });
      const [, busPort = '0'] = (await other.config('GET', 'cluster-port')) as string[];
      other.disconnect();
      await client.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
    }
    await until(async () => String(await client.cluster('INFO')).includes('cluster_state:ok'));
  } finally {
    client.disconnect();
  }
  return server;
}

/** A replica of one of a cluster's masters; resolves when it has all that the master has. */
export async function addReplicaTo(cluster: TestCluster, master: TestRedis): Promise<TestRedis> {
  const server = await addRedisTo(cluster);
  const [client, other] = [server, master].map(({ port }) => new Redis({ host: '127.0.0.1', port }));
  try {
    await client?.cluster('REPLICATE', String(await other?.cluster('MYID')));
  } finally {
    for (const each of [client, other]) each?.disconnect();
  }
  await replicates(server);
  // Else they would not let it take over.
  for (const { port } of cluster.nodes) {
    const known = new Redis({ host: '127.0.0.1', port });
    await until(async () =>
      String(await known.cluster('NODES'))
        .split('\n')
        .some((node) => node.includes(`:${server.port}@`) && node.includes(' slave ')),
    ).finally(() => known.disconnect());
  }
  return server;
}

/** Resolves when a replica has all that its master has. */
export async function replicates({ port }: TestRedis): Promise<void> {
  const client = new Redis({ host: '127.0.0.1', port });
  try {
    await until(async () => String(await client.info('replication')).includes('master_link_status:up'));
  } finally {
    client.disconnect();
  }
}

/** Resolves when a condition holds. @throws Error when it does not within the time. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 10_000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not so within ${withinMs} ms: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
