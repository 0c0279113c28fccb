// Kairos as users start it: a process of its own, found by what it prints, stopped by its pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { refuseSecrets } from './secrets-in-output.ts';

export interface StartedProcess {
  readonly child: ChildProcess;
  readonly url: string;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves as soon as the output has the text; rejects when the process ends without it. */
  printed(text: string): Promise<void>;
  /** Sends a signal and resolves with the exit code, null when the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const root = join(import.meta.dirname, '..');

/** Resolves when it listens. Port 0 unless the environment says otherwise. */
export async function startProcess(environment: Record<string, string>): Promise<StartedProcess> {
  const child = spawn(process.execPath, ['src/start.js'], {
    cwd: root,
    env: { PATH: process.env.PATH, KAIROS_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  let changed = () => {};
  const collect = (chunk: Buffer) => {
    text += chunk;
    changed();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  let ended = false;
  const exit = once(child, 'exit').then(([code]) => {
    ended = true;
    changed();
    return code as number | null;
  });

  const printed = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      changed = () => {
        if (text.includes(wanted)) resolve();
        else if (ended) reject(new Error(`the process ended without printing ${JSON.stringify(wanted)}:\n${text}`));
      };
      changed();
    });

  await printed('http://');
  const url = /http:\S+/.exec(text)?.[0] ?? '';
  return {
    child,
    url,
    output: () => text,
    printed,
    async end(signal) {
      child.kill(signal);
      const code = await exit;
      refuseSecrets(text);
      return code;
    },
  };
}
