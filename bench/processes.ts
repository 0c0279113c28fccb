// Processes of a bench's own: a probe that measures on a clean heap, a server that is loaded. They end with the bench.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

export interface OwnProcess {
  /** The next message that the process sends. Rejects when it ends instead. */
  heard<Message>(): Promise<Message>;
  ask<Answer>(question: object): Promise<Answer>;
  /** Asks it to end, and insists after five seconds. */
  stop(): Promise<void>;
}

export interface ProcessOptions {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a module of the bench in a Node of its own; `settings` are its `settingsOf()`. What it prints goes to stderr. */
export function startProcess(file: string, settings: object, options: ProcessOptions = {}): OwnProcess {
  const child = fork(file, [JSON.stringify(settings)], {
    execArgv: ['--disable-warning=ExperimentalWarning', ...(options.flags ?? [])],
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
  running.add(child);
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    return `${file} ended with ${code ?? signal}`;
  });
  const heard = <Message>(): Promise<Message> =>
    Promise.race([
      once(child, 'message').then(([message]) => message as Message),
      ended.then((how) => {
        throw new Error(how);
      }),
    ]);
  return {
    heard,
    async ask<Answer>(question: object) {
      const answer = heard<Answer>();
      child.send(question);
      return answer;
    },
    async stop() {
      child.kill('SIGTERM');
      const insisting = setTimeout(() => child.kill('SIGKILL'), 5000);
      await ended;
      clearTimeout(insisting);
    },
  };
}

/** Runs a module to its end; the answer is the one message that it sends. */
export async function probe<Result>(file: string, settings: object, options?: ProcessOptions): Promise<Result> {
  const child = startProcess(file, settings, options);
  try {
    return await child.heard<Result>();
  } finally {
    await child.stop();
  }
}

/** In such a process: what it was started with. From then on it ends when the bench is gone. */
export function settingsOf<Settings>(): Settings {
  process.on('disconnect', () => process.exit());
  return JSON.parse(process.argv[2] ?? '{}') as Settings;
}

/** In such a process: sends to the bench, and resolves when it has gone. */
export function tell(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!process.send) throw new Error('this file is started by a bench');
    process.send(message, (error: Error | null) => (error ? reject(error) : resolve()));
  });
}
