// One process per data folder, or many that share their caps in Redis: two of another kind would each reserve the same places.
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
 * @param sharing leaves it open to other processes that share it too
 * @throws Error naming the folder, when it cannot be written or another process has it.
 */
export function claimDataFolder(folder: string, sharing: boolean): DataFolder {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(folder, { recursive: true });
    lock = new DatabaseSync(join(folder, 'kairos.lock'));
    // A reader keeps its lock to the end of the transaction, which never comes.
    const keep = sharing ? 'BEGIN; SELECT count(*) FROM sqlite_schema' : 'BEGIN EXCLUSIVE';
    lock.exec(`PRAGMA journal_mode = MEMORY; ${keep}`);
  } catch (error) {
    lock?.close();
    const isTaken = (error as { errcode?: number }).errcode === sqliteBusy;
    const other = sharing ? 'another Kairos, without REDIS_URL, is using it' : 'another Kairos is using it';
    const cause = isTaken ? other : (error as Error).message;
    throw new Error(`KAIROS_DATA: the folder ${folder} cannot be used: ${cause}`, { cause: error });
  }
  const held = lock;
  const release = () => {
    if (held.isOpen) held.close();
  };
  return { log: join(folder, 'kairos.db'), release };
}

const sqliteBusy = 5;
