// What crosses between the main thread and the writing thread of the SQLite log: appends one way, what became of them the other.

/**
 * Appends side by side in columns. Flat arrays of text cross to another thread at half the cost of nested objects; data and
 * metadata are JSON already.
 */
export interface Batch {
  /** One of each for every append. */
  readonly streams: string[];
  readonly expectedRevisions: number[];
  readonly eventCounts: number[];
  /** How many appends, one behind the other, are written together or not at all: one for each such group. */
  readonly groupSizes: number[];
  /** By `forwardNow`, of each group: the first of the instants by which one of it has to be written. */
  readonly groupsBy: number[];
  /** One of each for every event, those of the first append first. */
  readonly ids: string[];
  readonly types: string[];
  readonly data: string[];
  readonly metadata: string[];
}

/**
 * What became of one append: the row of its first event when it is written, for numbers cross to another thread at once. Its events
 * have consecutive row numbers, because nobody else writes meanwhile.
 */
export type AppendOutcome = number | Unwritten;

export type Unwritten =
  /** The same events follow the expected revision already. */
  | readonly ['REPEATED']
  /** The stream is at this revision. */
  | readonly ['MOVED_ON', number]
  /** An id is elsewhere in the log. */
  | readonly ['ID_TAKEN']
  /** Its time, or that of another append of its group, was over when the transaction began. */
  | readonly ['TOO_LATE']
  /** Another append of its group was refused. */
  | readonly ['UNDONE'];

/** A transaction that is on disk. */
export interface CommittedBatch {
  /** The last row before it, 0 when there was none. */
  readonly from: number;
  readonly recordedAt: string;
  /** In the order of the batch. */
  readonly outcomes: readonly AppendOutcome[];
}

/** What the writing thread answers to a batch: all of it is on disk, or nothing. */
export type BatchOutcome = CommittedBatch | { readonly failure: Error };
