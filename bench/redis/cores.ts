// Which core a process runs on: what is measured has one of its own, and everything that it talks to is on the other.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

export type Core = 'MEASURED' | 'OTHER';

/** Keeps a process, with all its threads, on a core; false where that cannot be done, or there is only one. */
export function keepOn(core: Core, processId: number | undefined): boolean {
  if (processId === undefined || availableParallelism() < 2) return false;
  const number = core === 'MEASURED' ? '0' : '1';
  return spawnSync('taskset', ['-a', '-c', '-p', number, String(processId)]).status === 0;
}
