// Writes a batch of appends in one transaction: one write to disk for all, and each group of them whole or not at all.
import type { DatabaseSync } from 'node:sqlite';
import { forwardNow, noStream } from './event-store.ts';
import type { AppendOutcome, Batch, BatchOutcome, Unwritten } from './sqlite-batch.ts';
import { isSqliteError, type SqliteError } from './sqlite-log-file.ts';
import { categoryOf } from './stream-names.ts';

/** One append of a batch; its events are those from `first` up to and without `end`. */
interface Append {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly first: number;
  readonly end: number;
}

/** The lowest byte of its codes says that it is one, the whole code which. */
const constraint = 19;
const uniqueConstraint = 2067;

/** Gives the function that writes a batch; it blocks until the batch is on disk, and never throws. */
export function createBatchWriter(database: DatabaseSync): (batch: Batch) => BatchOutcome {
  const insert = database.prepare(
    // No revision where the one before it is missing: then the row is refused, as is one whose revision or id is there already.
    `INSERT INTO events (id, stream, revision, category, type, data, metadata, recorded_at) VALUES
      (?1, ?2, iif(?3 = 0, 0, (SELECT ?3 FROM events WHERE stream = ?2 AND revision = ?3 - 1)), ?4, ?5, ?6, ?7, ?8)`,
  );
  const selectRevision = database.prepare(
    'SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
  );
  const selectIds = database.prepare(
    'SELECT id FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision',
  );
  const selectHead = database.prepare('SELECT max(position) AS head FROM events');
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const savepoint = database.prepare('SAVEPOINT one_append');
  const release = database.prepare('RELEASE one_append');
  const rollbackToSavepoint = database.prepare('ROLLBACK TO one_append');
  const groupSavepoint = database.prepare('SAVEPOINT one_group');
  const releaseGroup = database.prepare('RELEASE one_group');
  const rollbackGroup = database.prepare('ROLLBACK TO one_group');

  function rollBack(error: unknown): Error {
    try {
      if (database.isTransaction) database.exec('ROLLBACK');
    } catch (second) {
      return new Error(`${messageOf(error)}, nor could it be undone: ${messageOf(second)}`, { cause: error });
    }
    return error instanceof Error ? error : new Error(String(error));
  }

  function tryAppend(batch: Batch, append: Append, recordedAt: string): AppendOutcome {
    // One statement is undone by itself when it fails.
    const needsSavepoint = append.end - append.first > 1;
    if (needsSavepoint) savepoint.run();
    try {
      const firstRow = write(batch, append, recordedAt);
      if (needsSavepoint) release.run();
      return firstRow;
    } catch (error) {
      if (!isSqliteError(error) || error.errcode % 256 !== constraint) throw error;
      if (needsSavepoint) {
        rollbackToSavepoint.run();
        release.run();
      }
      return refusalOf(batch, append, error);
    }
  }

  /** Why nothing of it could be inserted: only then the stream is looked at. */
  function refusalOf(batch: Batch, append: Append, error: SqliteError): Unwritten {
    const actual = Number(selectRevision.get(append.stream)?.revision ?? noStream);
    if (actual > append.expectedRevision && isRepeated(batch, append)) return ['REPEATED'];
    if (actual !== append.expectedRevision) return ['MOVED_ON', actual];
    if (error.errcode !== uniqueConstraint) throw error;
    return ['ID_TAKEN'];
  }

  function tryGroup(batch: Batch, group: readonly Append[], recordedAt: string): AppendOutcome[] {
    if (group.length > 1) groupSavepoint.run();
    const outcomes: AppendOutcome[] = [];
    let isRefused = false;
    for (const append of group) {
      const outcome: AppendOutcome = isRefused ? ['UNDONE'] : tryAppend(batch, append, recordedAt);
      isRefused ||= typeof outcome !== 'number' && outcome[0] !== 'REPEATED';
      outcomes.push(outcome);
    }
    if (group.length <= 1) return outcomes;
    if (isRefused) rollbackGroup.run();
    releaseGroup.run();
    return isRefused ? outcomes.map((outcome) => (typeof outcome === 'number' ? ['UNDONE'] : outcome)) : outcomes;
  }

  /** Gives the row of the first event. */
  function write(
    { ids, types, data, metadata }: Batch,
    { stream, expectedRevision, first, end }: Append,
    recordedAt: string,
  ): number {
    const category = categoryOf(stream);
    let lastRow = 0;
    for (let index = first; index < end; index += 1) {
      const { lastInsertRowid } = insert.run(
        ids[index] ?? null,
        stream,
        expectedRevision + 1 + index - first,
        category,
        types[index] ?? null,
        data[index] ?? null,
        metadata[index] ?? null,
        recordedAt,
      );
      lastRow = Number(lastInsertRowid);
    }
    return lastRow - (end - first) + 1;
  }

  function isRepeated({ ids }: Batch, { stream, expectedRevision, first, end }: Append): boolean {
    const rows = selectIds.all(stream, expectedRevision + 1, expectedRevision + end - first);
    return rows.length === end - first && rows.every((row, index) => row.id === ids[first + index]);
  }

  return (batch) => {
    try {
      begin.run();
      const recordedAt = new Date().toISOString();
      // Only now: others may have held the file for long.
      const now = forwardNow();
      const outcomes = groupsOf(batch).flatMap((group, index) =>
        now > (batch.groupsBy[index] ?? now) ? group.map(() => tooLate) : tryGroup(batch, group, recordedAt),
      );
      const first = outcomes.find((outcome) => typeof outcome === 'number');
      const from = first === undefined ? Number(selectHead.get()?.head ?? 0) : first - 1;
      commit.run();
      return { from, recordedAt, outcomes };
    } catch (error) {
      // Refusals too are void: a conflict may have been with an append that is now undone.
      return { failure: rollBack(error) };
    }
  };
}

const tooLate: Unwritten = ['TOO_LATE'];

function appendsOf({ streams, expectedRevisions, eventCounts }: Batch): readonly Append[] {
  let end = 0;
  return streams.map((stream, index) => {
    const first = end;
    end += eventCounts[index] ?? 0;
    return { stream, expectedRevision: expectedRevisions[index] ?? noStream, first, end };
  });
}

function groupsOf(batch: Batch): (readonly Append[])[] {
  const appends = appendsOf(batch);
  let end = 0;
  return batch.groupSizes.map((size) => {
    end += size;
    return appends.slice(end - size, end);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
