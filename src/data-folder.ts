// One process per data folder, or many that share their caps in Redis: two of another kind would each reserve the same places.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface DataFolder {
  /** Lets another process have the folder. */
  release(): void;
}

/**
 * Makes the folder where it is missing, for nobody else to look into: what is known of customers is there in the clear. Keeps it for
 * this process until it ends, however it ends: the operating system holds the lock.
 * @param sharing leaves it open to other processes that share it too
 * @param named what an error begins with: what the folder was named by
 * @throws Error naming the folder, when it cannot be written or another process has it.
 */
export function claimDataFolder(folder: string, sharing: boolean, named = 'KAIROS_DATA: '): DataFolder {
  let release: () => void;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    release = takeLock(join(folder, 'kairos.lock'), sharing);
  } catch (error) {
    const isTaken = isBusy(error);
    const other = sharing ? 'another Kairos, without REDIS_URL, is using it' : 'another Kairos is using it';
    const cause = isTaken ? other : (error as Error).message;
    throw new Error(`${named}the folder ${folder} cannot be used: ${cause}`, { cause: error });
  }
  return { release };
}

/**
 * Takes a piece of work that one process at a time does on a folder; undefined while another has it. It is free again when the
 * process ends, however it ends.
 * @returns the function that gives it back
 */
export function claimWork(folder: string, work: string): (() => void) | undefined {
  try {
    return takeLock(join(folder, `${work}.lock`), false);
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** Throws SQLite's error when others have it. */
function takeLock(path: string, sharing: boolean): () => void {
  const lock = new DatabaseSync(path);
  try {
    // A reader keeps its lock to the end of the transaction, which never comes.
    const keep = sharing ? 'BEGIN; SELECT count(*) FROM sqlite_schema' : 'BEGIN EXCLUSIVE';
    lock.exec(`PRAGMA journal_mode = MEMORY; ${keep}`);
  } catch (error) {
    lock.close();
    throw error;
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}

const sqliteBusy = 5;

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === sqliteBusy;
}
