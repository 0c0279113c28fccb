// How appends cross to the thread that writes, and what they are answered.
import {
  type Appended,
  AppendTooLate,
  noStream,
  type RecordedEvent,
  RevisionConflict,
  StoreUnavailable,
} from './event-store.ts';
import type { EventContent, PendingAppend } from './pending-append.ts';
import type { AppendOutcome, Batch } from './sqlite-batch.ts';
import type { SqliteReader } from './sqlite-reader.ts';
import { positionOf } from './sqlite-rows.ts';

/** Groups of appends as they cross to the writing thread. */
export function batchOf(groups: readonly (readonly PendingAppend[])[]): Batch {
  const batch: Batch = {
    streams: [],
    expectedRevisions: [],
    eventCounts: [],
    groupSizes: groups.map(({ length }) => length),
    groupsBy: groups.map((group) => Math.min(...group.map(({ by }) => by))),
    ids: [],
    types: [],
    data: [],
    metadata: [],
  };
  for (const { stream, expectedRevision, events } of groups.flat()) {
    batch.streams.push(stream);
    batch.expectedRevisions.push(expectedRevision);
    batch.eventCounts.push(events.length);
    for (const { id, type, data, metadata } of events) {
      batch.ids.push(id);
      batch.types.push(type);
      batch.data.push(data);
      batch.metadata.push(metadata);
    }
  }
  return batch;
}

/** What an append is answered: `isNew` says whether it was written now. */
export type Answer = { readonly appended: AppendedRows; readonly isNew: boolean } | { readonly failure: Error };

/** The rows tell where its events stand. */
interface AppendedRows extends Appended {
  readonly events: readonly RecordedEvent[];
}

/** Refused because of another append of its group, which says why. */
export class Undone extends Error {}

/** The answer to an append of a committed batch; events that were there already are read by `reader`. */
export function answerOf(
  append: PendingAppend,
  outcome: AppendOutcome,
  { contents, recordedAt, reader }: { contents: readonly EventContent[]; recordedAt: string; reader: SqliteReader },
): Answer {
  const { stream, expectedRevision, events } = append;
  if (typeof outcome === 'number') {
    return { appended: appendedOf(recordedEventsOf(append, contents, outcome, recordedAt)), isNew: true };
  }
  switch (outcome[0]) {
    case 'MOVED_ON':
      return { failure: new RevisionConflict(stream, expectedRevision, outcome[1]) };
    case 'ID_TAKEN':
      return { failure: new Error('an event id of this append is already elsewhere in the log') };
    case 'TOO_LATE':
      return { failure: new AppendTooLate('the time by which it had to be written is over') };
    case 'UNDONE':
      return { failure: new Undone() };
    case 'REPEATED':
      try {
        const earlier = reader.stream(stream, expectedRevision + 1, expectedRevision + events.length);
        return { appended: appendedOf(earlier), isNew: false };
      } catch (error) {
        return { failure: new StoreUnavailable('what was appended earlier cannot be read', { cause: error }) };
      }
  }
}

function recordedEventsOf(
  { stream, expectedRevision, events }: PendingAppend,
  contents: readonly EventContent[],
  firstRow: number,
  recordedAt: string,
): readonly RecordedEvent[] {
  return contents.map(({ data, metadata }, index) => {
    const { id = '', type = '' } = events[index] ?? {};
    const revision = expectedRevision + 1 + index;
    return { id, type, data, metadata, stream, revision, position: positionOf(firstRow + index), recordedAt };
  });
}

function appendedOf(events: readonly RecordedEvent[]): AppendedRows {
  const last = events.at(-1);
  return { revision: last?.revision ?? noStream, position: last?.position ?? positionOf(0), events };
}
