// The last revision of each stream while a log is read: an event whose predecessor is missing is found at once.
import { DatabaseSync } from 'node:sqlite';

export interface RevisionBook {
  /** Whether the event is the next of its stream. */
  follows(stream: string, revision: number): boolean;
  close(): void;
}

/** Kept in a temporary file that SQLite deletes: a log of ten million events may have millions of streams. */
export function createRevisionBook(): RevisionBook {
  const database = new DatabaseSync('');
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;');
  database.exec('CREATE TABLE streams (name TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID, STRICT; BEGIN');
  const begin = database.prepare('INSERT INTO streams (name, revision) VALUES (?, 0) ON CONFLICT DO NOTHING');
  const goOn = database.prepare('UPDATE streams SET revision = revision + 1 WHERE name = ? AND revision = ? - 1');
  return {
    follows(stream, revision) {
      const { changes } = revision === 0 ? begin.run(stream) : goOn.run(stream, revision);
      return changes === 1;
    },
    close: () => database.close(),
  };
}
