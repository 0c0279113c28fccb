// One process per data folder: two would each believe that they alone reserve places under caps.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DataFolder {
  /** The file of the event log. */
  readonly log: string;
  /** Lets another process have the folder. */
  release(): void;
}

/**
 * Makes the folder where it is missing, and keeps it for this process until it ends, however it ends: the operating system
 * holds the lock.
 * @throws Error naming the folder, when it cannot be written or another process has it.
 */
export function claimDataFolder(folder: string): DataFolder {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    lock = new DatabaseSync(join(folder, 'kairos.lock'));
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    const isTaken = (error as { errcode?: number }).errcode === sqliteBusy;
    const cause = isTaken ? 'another Kairos is using it' : (error as Error).message;
    throw new Error(`KAIROS_DATA: the folder ${folder} cannot be used: ${cause}`, { cause: error });
  }
  const held = lock;
  return { log: join(folder, 'kairos.db'), release: () => held.close() };
}

const sqliteBusy = 5;
