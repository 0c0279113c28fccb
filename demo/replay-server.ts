// A Kairos of its own for a replay: an empty log in a temporary folder or at the event store it is given, the clock of the requests, stopped by its process id.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beginning } from '../src/event-store/event-store.ts';
import { logFileIn } from '../src/open-log.ts';
import { openLogAt } from './replay-audit.ts';

export interface ReplayServer {
  readonly url: string;
  /** The file or the URL of its event log. */
  readonly log: string;
  readonly processId: number;
  /** Ends the process in an orderly way; the log stays. */
  stop(): Promise<void>;
  /** Deletes the temporary folder. */
  remove(): void;
}

const project = fileURLToPath(new URL('..', import.meta.url));
const startWithin = 20_000;

/**
 * @param variables of the environment, besides those of this process
 * @throws Error with what the server said, when it does not listen within 20 seconds; or that the event store is not empty.
 */
export async function startReplayServer(variables: Readonly<Record<string, string>> = {}): Promise<ReplayServer> {
  const eventStore = process.env.EVENTSTORE_URL;
  if (eventStore) await demandEmpty(eventStore);
  const folder = mkdtempSync(join(tmpdir(), 'kairos-replay-'));
  const child = spawn(process.execPath, ['src/start.js'], {
    cwd: project,
    env: {
      ...process.env,
      ...variables,
      // In a Redis it has keys of its own.
      KAIROS_REDIS_PREFIX: `replay-${randomUUID()}`,
      KAIROS_DATA: folder,
      KAIROS_ALONE: 'on',
      KAIROS_PORT: '0',
      KAIROS_CLOCK: 'request',
      KAIROS_DEMO: 'off',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
  try {
    const url = await listening(child);
    return {
      url,
      log: eventStore || logFileIn(folder),
      processId: child.pid ?? 0,
      stop,
      remove: () => rmSync(folder, { recursive: true, force: true }),
    };
  } catch (error) {
    await stop();
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Positions of another run would be among those of this one. */
async function demandEmpty(url: string): Promise<void> {
  const store = await openLogAt(url);
  try {
    if ((await store.head()) !== beginning)
      throw new Error('EVENTSTORE_URL: a replay needs an event store that holds no events');
  } finally {
    await store.close();
  }
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const patience = setTimeout(
      () => reject(new Error(`the server does not listen after ${startWithin / 1000} s:\n${said}`)),
      startWithin,
    );
    const hear = (part: Buffer) => {
      // After the address, what it has to say is for the person at the terminal.
      said = (said + part.toString()).slice(-4000);
      const url = /http:\/\/[\w.:[\]]+\/graphql/.exec(said)?.[0];
      if (url === undefined) return;
      clearTimeout(patience);
      child.stderr?.removeAllListeners('data').on('data', (part: Buffer) => process.stderr.write(part));
      child.stdout?.removeAllListeners('data').resume();
      resolve(url);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.on('error', reject);
    child.on('exit', (code) => {
      clearTimeout(patience);
      reject(new Error(`the server ended with code ${code}:\n${said}`));
    });
  });
}
