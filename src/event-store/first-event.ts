// The beginning of a log: what tells it from every other.
import type { EventStore, RecordedEvent } from './event-store.ts';

/** Undefined when the log is empty. */
export async function firstEvent(store: EventStore): Promise<RecordedEvent | undefined> {
  for await (const event of store.readAll()) return event;
  return undefined;
}
