// The port of the event log: append, read, subscribe. One file per adapter, one contract suite over all of them.

/** An opaque, fixed-width, sortable string. Nobody may compute with it or assume that positions are dense. */
export type Position = string;

/** Before every event. Smaller than any other position. */
export const beginning: Position = '';

/** The revision of a stream that does not exist. The first event of a stream has revision 0. */
export const noStream = -1;

export interface EventMetadata {
  /** The instant the command gave, ISO in UTC with milliseconds. */
  readonly at: string;
  /** Version of the event's schema, from 1. */
  readonly v: number;
  readonly correlationId: string;
  readonly causationId: string;
  readonly actor: string;
  /** Of the operation that caused it, where its trace is kept (W3C Trace Context): what follows from the event belongs to that trace. */
  readonly traceparent?: string;
}

export interface NewEvent {
  /** UUID; a command that its giver has named writes the same ids whenever it is given. */
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
  /**
   * A promise of the caller's: nobody changes data or metadata any more. Who is told of the event gets these objects then, where
   * they are what JSON keeps of them.
   */
  readonly isConstant?: true;
}

/** An event in its stream. Where it stands in the log as a whole, only reading tells. */
export interface WrittenEvent extends Omit<NewEvent, 'isConstant'> {
  readonly stream: string;
  readonly revision: number;
}

export interface RecordedEvent extends WrittenEvent {
  readonly position: Position;
  /** When the store wrote it, by the store's clock; in whole seconds where a stream is read by a client that cuts it off. */
  readonly recordedAt: string;
}

/**
 * Milliseconds by the clock of appends that have to be written by an instant: it only goes forward, and is the same in all processes and
 * threads of a machine, as `performance.now()` is not.
 */
export function forwardNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}

/** What `append` is asked. */
export interface Append {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly NewEvent[];
  /** By `forwardNow`: it is not begun to be written after it. Absent: whenever that is. */
  readonly by?: number;
}

export interface Appended {
  /** Revision of the last event of the append. */
  readonly revision: number;
  /** Position of the last event of the append. */
  readonly position: Position;
  /** As they are stored, sharing nothing with the caller's objects but those that are constant. */
  readonly events: readonly WrittenEvent[];
}

export interface ReadAllOptions {
  /** Exclusive. */
  readonly after?: Position;
  /** Inclusive. */
  readonly upTo?: Position;
  /** Only streams of these categories (the part of the name before the first hyphen). Absent: all. */
  readonly categories?: readonly string[];
}

export interface SubscribeOptions {
  /** Deliver what comes after this position. */
  readonly after: Position;
  readonly categories?: readonly string[];
  /**
   * Called with one or more events in order of position, not before the call before is over, unless `callsAtOnce` allows it. When it
   * throws, the subscription reports the error, waits (backoff with jitter) and delivers again from the first event that was not handled.
   */
  readonly onEvents: (events: readonly RecordedEvent[]) => void | Promise<void>;
  /**
   * So many calls of `onEvents` may be under way as long as there is more to read than one gets; 1 when absent. After a failure none
   * begins until all are over; events behind those that failed come again, too.
   */
  readonly callsAtOnce?: number;
  /** Called each time the subscription has handled everything that was in the store at that moment. A hint only. */
  readonly onCaughtUp?: () => void;
  /** Told of each failure that the subscription recovers from by itself. */
  readonly onError?: (error: unknown) => void;
}

export interface Subscription {
  /** Position of the last event that `onEvents` has handled. */
  readonly position: Position;
  /** Resolves when no further call of `onEvents` will begin or is under way. */
  stop(): Promise<void>;
}

/** Of an outage: since when, ISO, and what the first call that failed was told, without anything secret. */
export type StoreHealth =
  | { readonly answers: true }
  | { readonly answers: false; readonly since: string; readonly cause: string };

export interface EventStore {
  /**
   * Appends all events or none, durably: they are on disk when the promise resolves.
   *
   * `expectedRevision` is the revision of the stream's last event that the caller has read, `noStream` when there is none.
   * Events whose ids are already in the stream right after the expected revision are not written again; the answer is that of the first
   * time. Ids of version 8 may come with other content (`isNamed`); whoever gives any other id again gives the same content.
   * @throws RevisionConflict when the stream has moved on.
   * @throws StoreUnavailable when the store cannot take it now; it may take it all the same, or later. The same append may be tried again,
   * and another one at the same revision makes sure that this one does not come any more.
   * @throws AppendTooLarge when it is more than the store takes at once; nothing is written.
   * @throws TypeError when data is not JSON (BigInt, undefined in place of an object, cycles) before anything is written.
   */
  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended>;
  /**
   * Several appends as `append`, in order. A store that can writes all of them or none; one that cannot stops at the first that
   * fails, and those before it are written.
   * @throws AppendTooLate when it is too late for one of them.
   */
  appendAll(appends: readonly Append[]): Promise<readonly Appended[]>;
  /** The events of one stream from a revision (inclusive, default 0), in order. Empty when there is no such stream. */
  readStream(stream: string, from?: number): Promise<readonly RecordedEvent[]>;
  /** All events in order of position, in pages under the hood; what is appended during the reading may or may not be seen. */
  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent>;
  /** Position of the last event of the store, `beginning` when empty. */
  head(): Promise<Position>;
  /**
   * Resolves when nothing of what processes of this machine had begun to write before the call is under way: what was to be written by an
   * instant before it, is in the log or never will be. Of a store at a server, which begins by itself, it says nothing.
   */
  settled(): Promise<void>;
  /** Whether the store answers, as far as its last calls tell; asks nothing. */
  health(): StoreHealth;
  subscribe(options: SubscribeOptions): Subscription;
  /** Waits for appends under way, stops all subscriptions, closes. Appends after it fail with StoreUnavailable. */
  close(): Promise<void>;
}

export class RevisionConflict extends Error {
  readonly stream: string;
  readonly expected: number;
  readonly actual: number;
  constructor(stream: string, expected: number, actual: number) {
    super(`stream is at revision ${actual}, not ${expected}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

export class StoreUnavailable extends Error {}

/** It is there and refuses: another try does not change that, a person does. */
export class StoreRefuses extends StoreUnavailable {}

export class AppendTooLarge extends Error {}

/** Its time was over before it could be written; nothing is. */
export class AppendTooLate extends Error {}
