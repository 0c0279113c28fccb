// How the processes of a fleet fare meanwhile: whether they live, how much memory they have, and what they say.
import { readFileSync } from 'node:fs';
import type { Fleet } from '../replicas/fleet.ts';
import type { StartedProcess } from '../started-process.ts';

export interface ProcessReport {
  /** Those that ended although nobody ended them. */
  readonly died: readonly string[];
  /** By process: resident memory before and after, in MiB; 0 where the machine does not tell. */
  readonly memory: Readonly<Record<string, readonly [before: number, after: number]>>;
  /** What they have printed meanwhile, each line behind the name of who printed it. */
  readonly said: readonly string[];
}

/** From now until the function that it gives is called. One that was started meanwhile began with no memory, and says all. */
export function watchProcesses({ processes }: Pick<Fleet, 'processes'>): () => ProcessReport {
  const before = new Map(
    [...processes.values()].map((process) => [
      process.child.pid,
      { memory: memoryOf(process), length: process.output().length },
    ]),
  );
  return () => {
    const now = [...processes].map(([name, process]) => ({ name, process, was: before.get(process.child.pid) }));
    return {
      died: now
        .filter(({ process: { child } }) => child.exitCode !== null || child.signalCode !== null)
        .map(({ name }) => name),
      memory: Object.fromEntries(
        now.map(({ name, process, was }) => [name, [was?.memory ?? 0, memoryOf(process)] as const]),
      ),
      said: now.flatMap(({ name, process, was }) =>
        process
          .output()
          .slice(was?.length ?? 0)
          .split('\n')
          .filter(Boolean)
          .map((line) => `${name}: ${line}`),
      ),
    };
  };
}

function memoryOf({ child }: StartedProcess): number {
  try {
    const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kib) / 1024);
  } catch {
    return 0;
  }
}
