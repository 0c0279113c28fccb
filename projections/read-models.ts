// The port of the read models: what the projections have made of the log, and how far they are.
import type { Position, RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface StoredEntry<Entry> {
  readonly entry: Entry;
  /** Position of the last event in the entry. */
  readonly position: Position;
}

/** A point in the life of a group of models. Opaque; two that differ are of different entries, or of a rebuilt model. */
export type GroupCursor = string;

/** Entries of projections of one group as of one instant, each by id. */
export interface GroupEntries<Entries extends readonly unknown[]> {
  readonly entries: { readonly [Index in keyof Entries]: ReadonlyMap<string, StoredEntry<Entries[Index]>> };
  readonly cursor: GroupCursor;
}

export interface ReadModels {
  /** One entry, undefined when no event ever concerned it. The entry must not be changed by the reader. */
  read<Entry>(projection: Projection<Entry>, entryId: string): Promise<StoredEntry<Entry> | undefined>;
  /** The entries of one id in several projections, in one round trip. */
  readTogether<Entries extends readonly unknown[]>(
    projections: { readonly [Index in keyof Entries]: Projection<Entries[Index]> },
    entryId: string,
  ): Promise<{ readonly [Index in keyof Entries]: StoredEntry<Entries[Index]> | undefined }>;
  /** All entries of a projection by id; one that is in no group may be changed meanwhile, and may be large: for tests and operations. */
  readAll<Entry>(projection: Projection<Entry>): Promise<ReadonlyMap<string, StoredEntry<Entry>>>;
  /** All entries of projections of one group. */
  readGroup<Entries extends readonly unknown[]>(
    projections: { readonly [Index in keyof Entries]: Projection<Entries[Index]> },
  ): Promise<GroupEntries<Entries>>;
  /**
   * The entries that have changed since the cursor, with the cursor of now. Undefined when the models cannot tell, because they are
   * other ones: then the group is to be read whole.
   */
  changesOf<Entries extends readonly unknown[]>(
    projections: { readonly [Index in keyof Entries]: Projection<Entries[Index]> },
    since: GroupCursor,
  ): Promise<GroupEntries<Entries> | undefined>;
  /**
   * Applies events in order; an event that an entry has already seen does nothing. Only the runner calls it.
   * Models in process answer nothing rather than a promise: everything is applied when the call returns.
   */
  apply(projections: readonly Projection<unknown>[], events: readonly RecordedEvent[]): void | Promise<void>;
  /**
   * So many calls of `apply` may be under way; one when absent. They end in the order in which they began; after a failure all that are
   * under way fail, and the events of the first of them come again when they are over.
   */
  readonly callsAtOnce?: number;
  /** Position up to which everything has been applied. */
  checkpoint(): Promise<Position>;
  close(): Promise<void>;
}
