// What Kairos asks of a server of the EventStoreDB family. The packages that speak to one differ little: a file for each brings it.
import type { Readable } from 'node:stream';

/** Where a record stands in the log of the server, in bytes. */
export interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** A record as it is read: of anybody, in any shape. */
export interface ServerEvent {
  readonly streamId: string;
  readonly id: string;
  readonly type: string;
  readonly revision: bigint;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly isJson: boolean;
  readonly created: Date;
  readonly position?: ServerPosition | undefined;
}

export interface ServerAppend {
  readonly stream: string;
  readonly expectedRevision: number;
  /** Metadata is the bytes of JSON. */
  readonly events: readonly { id: string; type: string; data: object; metadata: Uint8Array }[];
}

export interface ServerAppended {
  readonly revision: number;
  /** Of the last event; a server does not always tell it. */
  readonly position?: ServerPosition | undefined;
}

export interface ServerReading extends AsyncIterable<ServerEvent> {
  /** Ends the call at the server, too; whoever stops reading before the end has to. */
  cancel(): void;
}

export interface ServerSubscribing {
  /** Exclusive; absent: from the beginning. */
  readonly after?: ServerPosition | undefined;
  /** Streams whose names begin like one of these; absent: all but those of the server itself. */
  readonly prefixes?: readonly string[] | undefined;
  /** The server has looked at everything up to here. It sends nothing more before the promise resolves. */
  readonly onCheckpoint: (position: ServerPosition) => Promise<void>;
  /** Everything that was there has been sent, to the stream's buffer at least. */
  readonly onCaughtUp: () => void;
  /** How many events are held at most for a consumer that is busy. */
  readonly capacity: number;
}

export interface ServerSubscription {
  /** Of `ServerEvent`, paused until it is read. */
  readonly events: Readable;
  close(): void;
}

/** One connection; when it has failed in certain ways it is given up and another one is made. Errors are those of the package. */
export interface LogServer {
  append(append: ServerAppend): Promise<ServerAppended>;
  /** A stream from a revision on (inclusive), at most so many events; fails with the type `stream-not-found`. */
  readStream(stream: string, from: number, count?: number): ServerReading;
  /** All streams backwards from before a position, or from the end. */
  readBackwards(count: number, before?: ServerPosition): ServerReading;
  subscribe(options: ServerSubscribing): ServerSubscription;
  /** Aborted when it is given up: what it has not answered by then it will not answer. */
  readonly signal: AbortSignal;
  /** Resolves when no call of it is open; at most within a second. */
  giveUp(): Promise<void>;
}

/** The server begins to write an append within so many milliseconds of its being sent, by both clocks, or not at all. */
export const writtenWithinMs = 10_000;
/** How often the server tells how far it has looked, in events that nobody wants. */
export const searchWindow = 500;
/** Names of streams that are not the server's own. */
export const ordinaryStreams = '^[^$]';
