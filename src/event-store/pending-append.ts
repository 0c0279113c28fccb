// An append that waits to be written: checked, and as text that no longer depends on the caller's objects.
import { type Append, type EventMetadata, type NewEvent, noStream, type WrittenEvent } from './event-store.ts';
import { isPlainJson } from './plain-json.ts';

/** Data and metadata are JSON already, so that nothing can fail on them later. */
export interface PendingAppend {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly PendingEvent[];
  readonly by: number;
}

export interface PendingEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  /** What the caller gave, of constant events: it is what the texts say, where that is plain JSON. */
  readonly given: EventContent | undefined;
}

/** What the texts of an event say. */
export type EventContent = Pick<WrittenEvent, 'data' | 'metadata'>;

/** @throws TypeError for everything that can be wrong with an append without looking at the store. */
export function pendingAppendOf({
  stream,
  expectedRevision,
  events,
  by = Number.POSITIVE_INFINITY,
}: Append): PendingAppend {
  if (!isName(stream)) throw new TypeError('a stream has a name');
  if (!Number.isInteger(expectedRevision) || expectedRevision < noStream) {
    throw new TypeError(`an expected revision is a whole number from ${noStream}, not ${expectedRevision}`);
  }
  if (events.length === 0) throw new TypeError('an append has at least one event');
  return { stream, expectedRevision, events: events.map(pendingEventOf), by };
}

function pendingEventOf({ id, type, data, metadata, isConstant }: NewEvent): PendingEvent {
  if (!isName(id) || !isName(type)) throw new TypeError('an event has an id and a type');
  const texts = { data: jsonOf(data, `data of ${type}`), metadata: jsonOf(metadata, `metadata of ${type}`) };
  return { id, type, ...texts, given: isConstant && { data, metadata } };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function jsonOf(value: unknown, what: string): string {
  const text: string | undefined = JSON.stringify(value);
  if (text?.[0] !== '{' && text?.[0] !== '[') throw new TypeError(`${what} is not an object that JSON can hold`);
  return text;
}

/** What is told of appends: what was given, or what their texts say. Metadata that is the same is read once. */
export function contentsOf(appends: readonly PendingAppend[]): readonly (readonly EventContent[])[] {
  let text = '';
  let metadata: EventMetadata | undefined;
  return appends.map(({ events }) =>
    events.map((event) => {
      const { given } = event;
      if (given && isPlainJson(given.data) && isPlainJson(given.metadata)) return given;
      if (metadata === undefined || event.metadata !== text) {
        text = event.metadata;
        metadata = JSON.parse(text) as EventMetadata;
      }
      return { data: JSON.parse(event.data), metadata };
    }),
  );
}
