// A redis-server of one's own, on this machine, that keeps nothing: for whoever wants Kairos with Redis and has none running.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Whether there is a `redis-server` to be started. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface RedisProcessOptions {
  /** A free one when absent. */
  readonly port?: number;
  /** The working directory of the server, to which it writes nothing by itself; that for temporary files when absent. */
  readonly folder?: string;
  /** Further arguments of `redis-server`. */
  readonly options?: readonly string[];
}

export interface RedisProcess {
  readonly child: ChildProcess;
  readonly port: number;
  /** As REDIS_URL wants it. */
  readonly url: string;
}

/** Between the look for a free port and the start another process may take it. */
const portsTried = 5;

/**
 * Resolves when it answers. It ends with this process at the latest, and nothing of it is left.
 * @throws Error when it ends before it answers.
 */
export async function startRedisProcess({ port, ...given }: RedisProcessOptions = {}): Promise<RedisProcess> {
  if (port !== undefined) return startAt(port, given);
  for (let tried = 1; ; tried++) {
    try {
      return await startAt(await freePort(), given);
    } catch (error) {
      if (tried === portsTried) throw error;
    }
  }
}

async function startAt(port: number, { folder = tmpdir(), options = [] }: RedisProcessOptions): Promise<RedisProcess> {
  const common = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--daemonize', 'no', '--dir', folder];
  const child = spawn('redis-server', [...common, '--port', String(port), ...options], { stdio: 'ignore' });
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.removeListener('exit', end));
  while (!(await answers(port, child.pid))) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
      throw new Error(`redis-server does not start on port ${port}`);
    }
    await delay(5);
  }
  return { child, port, url: `redis://127.0.0.1:${port}` };
}

/** Refused until it listens; whoever else listens there has another process id. */
function answers(port: number, processId: number | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO server\r\n'));
    socket.once('data', (reply) => {
      resolve(reply.toString().includes(`\r\nprocess_id:${processId}\r\n`));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/** A port of 127.0.0.1 that nobody listens to. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
