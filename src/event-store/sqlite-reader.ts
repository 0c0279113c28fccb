// The reads of the SQLite log, in pages: memory stays bounded however long the log is.
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent } from './event-store.ts';
import { type Row, recordedEventsOf, rowColumns } from './sqlite-rows.ts';

export interface SqliteReader {
  /** The last row number, 0 when the log is empty. */
  head(): number;
  /** The events of a stream from a revision on, up to and with another. */
  stream(stream: string, from: number, upTo?: number): readonly RecordedEvent[];
  /** At most `size` events behind `from`, up to and with `last`. Everything up to the answer's `upTo` has been looked at. */
  page(from: number, last: number, categories: readonly string[] | undefined, size: number): RowPage;
}

export interface RowPage {
  readonly events: readonly RecordedEvent[];
  readonly upTo: number;
}

const all = `SELECT ${rowColumns} FROM events`;

export function createSqliteReader(database: DatabaseSync): SqliteReader {
  const selectHead = database.prepare('SELECT max(position) AS head FROM events');
  const selectStream = selectRows(`${all} WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`);
  const selectAll = selectRows(`${all} WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`);
  const selectsByCategoryCount = new Map<number, StatementSync>();

  function selectRows(query: string): StatementSync {
    const statement = database.prepare(query);
    // A list for each row is made faster than an object.
    statement.setReturnArrays(true);
    return statement;
  }

  /** SQLite merges the categories along their indexes and stops at the limit; with `category IN (…)` it would sort all of them. */
  function selectByCategories(count: number): StatementSync {
    let statement = selectsByCategoryCount.get(count);
    if (statement === undefined) {
      const one = `${all} WHERE category = ? AND position > ? AND position <= ?`;
      statement = selectRows(`${Array(count).fill(one).join(' UNION ALL ')} ORDER BY position LIMIT ?`);
      selectsByCategoryCount.set(count, statement);
    }
    return statement;
  }

  function rowsOf(from: number, last: number, categories: readonly string[] | undefined, size: number): unknown[] {
    if (categories === undefined) return selectAll.all(from, last, size);
    const wanted = [...new Set(categories)];
    if (wanted.length === 0) return [];
    const bounds = wanted.flatMap((category) => [category, from, last]);
    return selectByCategories(wanted.length).all(...bounds, size);
  }

  return {
    head: () => Number(selectHead.get()?.head ?? 0),
    stream: (stream, from, upTo = Number.MAX_SAFE_INTEGER) =>
      recordedEventsOf(selectStream.all(stream, from, upTo) as unknown as Row[]),
    page(from, last, categories, size) {
      const rows = rowsOf(from, last, categories, size) as Row[];
      return { events: recordedEventsOf(rows), upTo: rows.length < size ? last : (rows.at(-1)?.[0] ?? last) };
    },
  };
}
