// Opens the SQLite file of an event log: makes it when it is not there, refuses what is not a Kairos log.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { StoreUnavailable } from './event-store.ts';

/** `KAIR`, where SQLite keeps what a file is for. */
const applicationId = 0x4b414952;
const schemaVersion = 1;

/** How long a statement waits for another process' transaction, which takes a few milliseconds. Its thread waits with it. */
const busyMilliseconds = 2000;

const schema = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    revision INTEGER NOT NULL,
    category TEXT NOT NULL,
    type TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL,
    recorded_at TEXT NOT NULL,
    UNIQUE (stream, revision)
  ) STRICT;
  CREATE INDEX events_by_category ON events (category, position);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * Opens a log for reading, and makes it before when there is none.
 * @throws StoreUnavailable when the file cannot be opened now.
 * @throws Error when it is something else than an event log, or one of a newer version of this program. The file stays as it was.
 */
export function openLogFile(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const opened = new DatabaseSync(path, { timeout: busyMilliseconds });
    database = opened;
    // Nothing is written before it is certain whose file this is: even the switch to WAL changes its header.
    if (!inTransaction(opened, 'DEFERRED', () => isLog(opened, path))) createLog(opened, path);
    opened.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA query_only = ON;');
    return opened;
  } catch (error) {
    if (database?.isOpen) database.close();
    if (!isSqliteError(error) && !isSystemError(error)) throw error;
    if (isSqliteError(error) && error.errcode === notADatabase) throw foreign(path);
    throw new StoreUnavailable(`cannot open the event log ${path}: ${error.message}`, { cause: error });
  }
}

/**
 * Opens a log that `openLogFile` has made or recognised.
 * @throws an error of SQLite when it cannot be opened now; a file that is gone is not made again.
 */
export function openForWriting(path: string): DatabaseSync {
  const file = pathToFileURL(path);
  file.searchParams.set('mode', 'rw');
  const database = new DatabaseSync(file, { timeout: busyMilliseconds });
  database.exec('PRAGMA synchronous = FULL');
  return database;
}

/** Whether the file is a log; false when it is empty. Anything else is refused. */
function isLog(database: DatabaseSync, path: string): boolean {
  const found = {
    application: numberOf(database, 'PRAGMA application_id'),
    version: numberOf(database, 'PRAGMA user_version'),
    tables: numberOf(database, 'SELECT count(*) FROM sqlite_schema'),
  };
  if (found.application === 0 && found.version === 0 && found.tables === 0) return false;
  if (found.application !== applicationId) throw foreign(path);
  if (found.version !== schemaVersion) {
    throw new Error(
      `${path} is an event log of schema version ${found.version}, this program reads version ${schemaVersion}`,
    );
  }
  return true;
}

function createLog(database: DatabaseSync, path: string): void {
  inTransaction(database, 'IMMEDIATE', () => {
    // Another process may have been faster.
    if (!isLog(database, path)) database.exec(schema);
  });
}

/** Everything that is read is of one moment: another process may be making the log. */
function inTransaction<Result>(database: DatabaseSync, kind: 'DEFERRED' | 'IMMEDIATE', work: () => Result): Result {
  database.exec(`BEGIN ${kind}`);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function numberOf(database: DatabaseSync, query: string): number {
  return Number(Object.values(database.prepare(query).get() ?? {})[0]);
}

function foreign(path: string): Error {
  return new Error(`${path} is not a Kairos event log`);
}

const notADatabase = 26;

/** An error of SQLite itself; `errcode` is SQLite's (extended) result code. */
export interface SqliteError extends Error {
  readonly errcode: number;
}

export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR' && 'errcode' in error;
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && 'syscall' in error;
}
