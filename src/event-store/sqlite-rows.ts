// How events stand in the rows of the SQLite log, and how row numbers become positions.
import { beginning, type EventMetadata, type Position, type RecordedEvent } from './event-store.ts';
import { digitsOf } from './position-digits.ts';

/** One row of `events`, as a statement that returns arrays gives it. */
export type Row = readonly [
  position: number,
  id: string,
  stream: string,
  revision: number,
  type: string,
  data: string,
  metadata: string,
  recordedAt: string,
];

/** The columns of a `Row`, for a SELECT. */
export const rowColumns = 'position, id, stream, revision, type, data, metadata, recorded_at';

export function positionOf(row: number): Position {
  return row === 0 ? beginning : digitsOf(row);
}

/** @throws TypeError when this store never gave such a position. */
export function rowOf(position: Position): number {
  if (position === beginning) return 0;
  if (!/^\d{16}$/.test(position)) throw new TypeError('this is not a position of this event store');
  return Number(position);
}

/** What was stored, made anew: it shares nothing with the objects that were appended. */
export function recordedEventsOf(rows: readonly Row[]): RecordedEvent[] {
  let text = '';
  let metadata: EventMetadata | undefined;
  return rows.map((row) => {
    // Events of one command stand one behind the other and have the same.
    if (metadata === undefined || row[6] !== text) {
      text = row[6];
      metadata = JSON.parse(text) as EventMetadata;
    }
    return {
      id: row[1],
      type: row[4],
      data: JSON.parse(row[5]),
      metadata,
      stream: row[2],
      revision: row[3],
      position: positionOf(row[0]),
      recordedAt: row[7],
    };
  });
}
