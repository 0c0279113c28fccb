// Where a log may be: in an event store, in a file, in what flows through the process. All are read from the beginning on.
import type { RecordedEvent } from '../event-store/event-store.ts';
import type { LogSummary } from './log-digest.ts';

/** An event without its position, which only means something in the store it was read from. */
export type LogEvent = Omit<RecordedEvent, 'position'>;

/** What a place has next: an event, with how the hash of everything up to it begins where the place says so; or an end. */
export type LogEntry =
  | { readonly event: LogEvent; readonly check?: string }
  /** What a file says that it holds up to here. */
  | { readonly end: LogSummary };

/** An event on its way, and the hash of everything up to it. */
export interface CheckedEvent {
  readonly event: LogEvent;
  readonly sha256: string;
  /** How long the event is, in characters of its canonical text. */
  readonly size: number;
}

export interface LogPlace {
  /** As it was called on the command line, without anything secret. */
  readonly name: string;
  /** Goes on behind what was read before; ends where the log ended when it began. */
  read(): AsyncIterable<LogEntry>;
  /** Where the last entry is, for messages. */
  where(): string;
  /** Roughly which share has been read, from 0 to 1; undefined where nobody can tell. */
  share(): number | undefined;
  close(): Promise<void>;
}

export interface LogTarget extends LogPlace {
  /** False when what was written there has gone elsewhere. */
  readonly canReadBack: boolean;
  /** Everything there has been read before. Events in order; all of them durably before `finish` resolves. */
  write(events: readonly CheckedEvent[]): Promise<void>;
  /** Nothing more follows for now. */
  finish(summary: LogSummary): Promise<void>;
}
