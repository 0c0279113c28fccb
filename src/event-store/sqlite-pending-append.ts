// An append that waits to be written: checked, and as text that no longer depends on the caller's objects.
import {
  type Append,
  type Appended,
  type EventMetadata,
  type NewEvent,
  noStream,
  type RecordedEvent,
  RevisionConflict,
  StoreUnavailable,
} from './event-store.ts';
import type { AppendOutcome, Batch } from './sqlite-batch.ts';
import type { SqliteReader } from './sqlite-reader.ts';
import { positionOf } from './sqlite-rows.ts';

/** Data and metadata are JSON already, so that nothing can fail on them later. */
export interface PendingAppend {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly PendingEvent[];
}

interface PendingEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
}

/** What the text of an event says, made anew: it shares nothing with the caller's objects. */
export type EventContent = Pick<RecordedEvent, 'data' | 'metadata'>;

/**
 * @throws TypeError for everything that can be wrong with an append without looking at the store.
 */
export function pendingAppendOf({ stream, expectedRevision, events }: Append): PendingAppend {
  if (!isName(stream)) throw new TypeError('a stream has a name');
  if (!Number.isInteger(expectedRevision) || expectedRevision < noStream) {
    throw new TypeError(`an expected revision is a whole number from ${noStream}, not ${expectedRevision}`);
  }
  if (events.length === 0) throw new TypeError('an append has at least one event');
  return { stream, expectedRevision, events: events.map(pendingEventOf) };
}

function pendingEventOf({ id, type, data, metadata }: NewEvent): PendingEvent {
  if (!isName(id) || !isName(type)) throw new TypeError('an event has an id and a type');
  return { id, type, data: jsonOf(data, `data of ${type}`), metadata: jsonOf(metadata, `metadata of ${type}`) };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function jsonOf(value: unknown, what: string): string {
  const text: string | undefined = JSON.stringify(value);
  if (text?.[0] !== '{' && text?.[0] !== '[') throw new TypeError(`${what} is not an object that JSON can hold`);
  return text;
}

/** Groups of appends as they cross to the writing thread. */
export function batchOf(groups: readonly (readonly PendingAppend[])[]): Batch {
  const batch: Batch = {
    streams: [],
    expectedRevisions: [],
    eventCounts: [],
    groupSizes: groups.map(({ length }) => length),
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

/** Reads the texts of appends back. Metadata that is the same is read once. */
export function contentsOf(appends: readonly PendingAppend[]): readonly (readonly EventContent[])[] {
  let text = '';
  let metadata: EventMetadata | undefined;
  return appends.map(({ events }) =>
    events.map((event) => {
      if (metadata === undefined || event.metadata !== text) {
        text = event.metadata;
        metadata = JSON.parse(text) as EventMetadata;
      }
      return { data: JSON.parse(event.data), metadata };
    }),
  );
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
  switch (outcome[0]) {
    case 'WRITTEN':
      return { appended: appendedOf(recordedEventsOf(append, contents, outcome[1], recordedAt)), isNew: true };
    case 'MOVED_ON':
      return { failure: new RevisionConflict(stream, expectedRevision, outcome[1]) };
    case 'ID_TAKEN':
      return { failure: new Error('an event id of this append is already elsewhere in the log') };
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
