// The spool in a SQLite file: synchronous=FULL, what is kept in one turn of the event loop in one transaction.
import { DatabaseSync } from 'node:sqlite';
import type { LateSpool, Owed } from './late-spool.ts';

export interface SqliteLateSpoolOptions {
  /** The file, made when it is not there; no other process may have it. */
  readonly path: string;
  /** How many wait at most; 50,000 when absent. */
  readonly most?: number;
  /** How many bytes of content wait at most; 256 MiB when absent. */
  readonly mostBytes?: number;
  /** Told when what is recorded could not be deleted: it is recorded again after the next start, which changes nothing. */
  readonly onError: (error: unknown) => void;
}

/** `KAIL`, where SQLite keeps what a file is for. */
const applicationId = 0x4b41494c;
const schemaVersion = 1;
const schema = `
  CREATE TABLE owed (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    customer_id TEXT NOT NULL,
    content TEXT NOT NULL,
    aside TEXT
  ) STRICT;
  CREATE INDEX owed_by_customer ON owed (customer_id, number);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

interface Row {
  readonly id: string;
  readonly customer_id: string;
  readonly content: string;
}

interface OneRow extends Row {
  readonly aside: string | null;
}

/** What is to be written at the end of this turn. */
interface Waiting {
  readonly owed: Owed<unknown>;
  readonly text: string;
  readonly resolve: (isKept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

/** @throws Error when the file is not a spool, or cannot be opened. */
export function createSqliteLateSpool<Content>(options: SqliteLateSpoolOptions): LateSpool<Content> {
  const { path, most = 50_000, mostBytes = 256 * 1024 * 1024, onError } = options;
  const database = openSpool(path);
  const insert = database.prepare(
    'INSERT INTO owed (id, customer_id, content) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const erase = database.prepare('DELETE FROM owed WHERE id = ?');
  const one = database.prepare('SELECT id, customer_id, content, aside FROM owed WHERE id = ?');
  const any = database.prepare('SELECT id FROM owed WHERE customer_id = ? AND aside IS NULL');
  const ofOne = database.prepare(
    'SELECT id, customer_id, content FROM owed WHERE customer_id = ? AND aside IS NULL ORDER BY number',
  );
  const all = database.prepare('SELECT id, customer_id, content FROM owed WHERE aside IS NULL ORDER BY number LIMIT ?');
  const putAside = database.prepare('UPDATE owed SET aside = ? WHERE id = ?');
  const aside = database.prepare('SELECT id, aside AS why FROM owed WHERE aside IS NOT NULL ORDER BY number');
  const sizes = database.prepare(
    'SELECT count(*) AS count, sum(length(CAST(content AS BLOB))) AS bytes FROM owed WHERE aside IS NULL',
  );
  const counted = sizes.get() as { count: number; bytes: number | null };
  const size = { count: counted.count, bytes: counted.bytes ?? 0 };
  let coming: Waiting[] = [];
  /** Recorded, and still in the file. */
  const removed = new Set<string>();
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(writeAll);
  }

  function writeAll(): void {
    isScheduled = false;
    if (!database.isOpen) return;
    const now = coming;
    coming = [];
    if (now.length > 0) {
      try {
        inTransaction(() => {
          for (const { owed, text } of now) insert.run(owed.id, owed.customerId, text);
        });
        for (const { resolve } of now) resolve(true);
      } catch (error) {
        for (const { text, reject } of now) {
          grow(text, -1);
          reject(error);
        }
      }
    }
    if (removed.size > 0) eraseAll();
  }

  function eraseAll(): void {
    try {
      inTransaction(() => {
        for (const id of removed) erase.run(id);
      });
      removed.clear();
    } catch (error) {
      onError(error);
    }
  }

  function inTransaction(work: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      work();
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  function grow(text: string, by: 1 | -1): void {
    size.count += by;
    size.bytes += by * Buffer.byteLength(text);
  }

  function found(id: string): OneRow | undefined {
    return removed.has(id) ? undefined : (one.get(id) as unknown as OneRow | undefined);
  }

  /** Takes it from what waits; false: it is not there. What is set aside waits no more. */
  function take(id: string): boolean {
    const row = found(id);
    if (row?.aside === null) grow(row.content, -1);
    return row !== undefined;
  }

  const left = (rows: unknown): Owed<Content>[] =>
    (rows as Row[]).filter(({ id }) => !removed.has(id)).map((row) => owedOf<Content>(row));

  return {
    waiting: () => size.count,
    async keep(owed) {
      const text = JSON.stringify(owed.content);
      if (one.get(owed.id) !== undefined) return true;
      if (size.count >= most || size.bytes + Buffer.byteLength(text) > mostBytes) return false;
      grow(text, 1);
      return new Promise((resolve, reject) => {
        coming.push({ owed, text, resolve, reject });
        schedule();
      });
    },
    find(id) {
      const row = found(id);
      return row && owedOf<Content>(row);
    },
    hasOf: (customerId) =>
      size.count > 0 && (any.all(customerId) as { id: string }[]).some(({ id }) => !removed.has(id)),
    of: (customerId) => left(ofOne.all(customerId)),
    first: (count) => left(all.all(count + removed.size)).slice(0, count),
    *all() {
      for (const row of all.iterate(-1))
        if (!removed.has((row as unknown as Row).id)) yield owedOf(row as unknown as Row);
    },
    remove(id) {
      if (!take(id)) return;
      removed.add(id);
      schedule();
    },
    setAside(id, why) {
      if (take(id)) putAside.run(why, id);
    },
    asideOnes: () => aside.all() as { id: string; why: string }[],
    close() {
      if (!database.isOpen) return;
      writeAll();
      database.close();
    },
  };
}

function owedOf<Content>({ id, customer_id, content }: Row): Owed<Content> {
  return { id, customerId: customer_id, content: JSON.parse(content) as Content };
}

function openSpool(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    const found = (pragma: string) => Object.values(database.prepare(pragma).get() ?? {})[0];
    const [application, version] = [found('PRAGMA application_id'), found('PRAGMA user_version')];
    const isNew = application === 0 && found('SELECT count(*) FROM sqlite_schema') === 0;
    if (!isNew && (application !== applicationId || version !== schemaVersion)) {
      throw new Error(`${path} is not a spool of this program`);
    }
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    if (isNew) database.exec(`BEGIN; ${schema} COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
