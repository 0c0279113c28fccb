// Keeps the read models in Redis as they should be: while it has the lease one session after another, else ready to take over.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import { type Lease, takeLease } from './lease.ts';
import { runSession, type SessionOptions, type SessionPhase } from './projector-session.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';

export interface ProjectorOptions<Projecting extends string> extends SessionOptions<Projecting> {
  /** By `programName`: of each program one process projects. */
  readonly program: string;
  /** Milliseconds after which another takes over from one who is not heard of; 3,000 when absent. */
  readonly leaseMs?: number;
  /** Milliseconds before the next session after so many that failed in a row (1, 2, …); half a second at most when absent. */
  readonly retryDelay?: (failures: number) => number;
}

/** What the one who projects says of itself. */
export interface SessionReport {
  readonly owner: string;
  readonly edition: string;
  readonly phase: SessionPhase;
  /** When this session began, ISO. */
  readonly begunAt: string;
}

export interface Projector {
  /** Resolves when nothing of it is at work; the lease is given back. */
  stop(): Promise<void>;
}

/** How long what `SessionReport` says is believed, in milliseconds. */
const reportedMs = 5000;

/** Of an outage the first failure is reported; the next one is of another, after a session that has caught up. */
export function startProjector<Projecting extends string>(options: ProjectorOptions<Projecting>): Projector {
  const { connection, keys, program, onError, leaseMs = 3000, retryDelay = shortBackoff } = options;
  const owner = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const stopping = new AbortController();
  let failures = 0;

  async function oneSession(lease: Lease): Promise<void> {
    const ending = new AbortController();
    const end = () => ending.abort();
    stopping.signal.addEventListener('abort', end);
    if (stopping.signal.aborted) end();
    let isLost = false;
    void lease.lost.then(() => {
      isLost = true;
      end();
    });
    const begunAt = new Date().toISOString();
    try {
      await runSession(options, ending.signal, {
        onPhase(phase, edition) {
          if (phase === 'LIVE') failures = 0;
          report({ owner, edition: edition.name, phase, begunAt });
        },
      });
    } finally {
      stopping.signal.removeEventListener('abort', end);
    }
    if (isLost) throw new ReadSideUnavailable('the lease was lost: another projects, or this one was too slow');
  }

  function report(session: SessionReport): void {
    const text = JSON.stringify(session);
    // For people, and looked for again by whoever misses it.
    connection.client.set(keys.session(program), text, 'PX', reportedMs).catch(() => {});
  }

  /** Answers after how many milliseconds to try again. */
  async function tryOnce(): Promise<number> {
    let lease: Lease | undefined;
    try {
      lease = await takeLease({ connection, key: keys.lease(program), owner, durationMs: leaseMs });
      if (!lease) return standby();
      await oneSession(lease);
      return 0;
    } catch (error) {
      if (failures++ === 0) onError(new Error('the projector could not go on, and tries again', { cause: error }));
      return retryDelay(failures);
    } finally {
      await lease?.giveBack();
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) await pause(await tryOnce());
  }

  /** Often enough to take over within twice the time of the lease, and not all at once. */
  const standby = () => (leaseMs / 3) * (0.5 + Math.random() / 2);
  const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal: stopping.signal }).catch(() => {});

  const running = run();
  return {
    stop() {
      stopping.abort();
      return running;
    },
  };
}

function shortBackoff(failures: number): number {
  return Math.min(500, 20 * 2 ** Math.min(failures, 6)) * (0.5 + Math.random() / 2);
}

/** The edition that is projected now, and by whom; undefined when nobody says so. Rejects with what the client throws. */
export async function readSessionReport(
  { client }: RedisConnection,
  keys: RedisKeys,
  program: string,
): Promise<SessionReport | undefined> {
  const text = await client.get(keys.session(program));
  return text === null ? undefined : (JSON.parse(text) as SessionReport);
}
