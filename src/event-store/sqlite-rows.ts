// How events stand in the rows of the SQLite log, and how row numbers become positions.
import { beginning, type Position, type RecordedEvent } from './event-store.ts';

/** One row of `events`. */
export interface Row {
  readonly position: number;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  readonly recorded_at: string;
}

/** The columns of a `Row`, for a SELECT. */
export const rowColumns = 'position, id, stream, revision, type, data, metadata, recorded_at';

/** Wide enough for every integer that a JavaScript number holds exactly. */
const width = 16;

export function positionOf(row: number): Position {
  return row === 0 ? beginning : String(row).padStart(width, '0');
}

/** @throws TypeError when this store never gave such a position. */
export function rowOf(position: Position): number {
  if (position === beginning) return 0;
  if (!/^\d{16}$/.test(position)) throw new TypeError('this is not a position of this event store');
  return Number(position);
}

/** What was stored, made anew: it shares nothing with the objects that were appended. */
export function recordedEventOf(row: Row): RecordedEvent {
  return {
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data),
    metadata: JSON.parse(row.metadata),
    stream: row.stream,
    revision: row.revision,
    position: positionOf(row.position),
    recordedAt: row.recorded_at,
  };
}
