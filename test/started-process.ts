// Programs as users start them: each a process of its own, followed by what it prints, stopped by its pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { refuseSecrets } from './secrets-in-output.ts';

export interface StartedProgram {
  readonly child: ChildProcess;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves as soon as the output has the text; rejects when the process ends without it. */
  printed(text: string): Promise<void>;
  /** Sends a signal and resolves with the exit code, null when the signal killed it. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export interface StartedProcess extends StartedProgram {
  readonly url: string;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Besides PATH. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it prints when it can be used. */
  readonly ready: string;
}

const root = join(import.meta.dirname, '..');

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Resolves when it is ready; rejects when it ends before. It ends with this process at the latest. */
export async function startProgram({ command, args, cwd, environment, ready }: Program): Promise<StartedProgram> {
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
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
    running.delete(child);
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

  await printed(ready);
  return {
    child,
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

/** Kairos; resolves when it listens. Port 0 unless the environment says otherwise. */
export async function startProcess(environment: Record<string, string>): Promise<StartedProcess> {
  const started = await startProgram({
    command: process.execPath,
    args: ['src/start.js'],
    cwd: root,
    environment: { KAIROS_PORT: '0', ...environment },
    ready: 'http://',
  });
  return { ...started, url: /http:\S+/.exec(started.output())?.[0] ?? '' };
}
