// The shape of a projection: which entry an event belongs to, and what it does to it. Pure.
import type { RecordedEvent } from '../src/event-store/event-store.ts';

export interface Projection<Entry> {
  /** Names the read model, together with the version: a change of `evolve` or of the entry's shape needs a new version. */
  readonly name: string;
  readonly version: number;
  /** Categories of the streams it reads. */
  readonly categories: readonly string[];
  /** Projections of one group are read whole and together, as of one instant. For few entries that change seldom. */
  readonly group?: string;
  /** The entry an event belongs to; undefined: the event does not concern this projection. */
  entryOf(event: RecordedEvent): string | undefined;
  empty(entryId: string): Entry;
  /** The entry after the event. It owns the entry it is given and may change it in place; it must not fail. */
  evolve(entry: Entry, event: RecordedEvent): Entry;
}

/** The value of a record's own key: ids and names may be words like `constructor` that every object inherits. */
export function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
