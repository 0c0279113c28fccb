// Keeps the log of an EventStoreDB double in a file, one line of JSON per append, so that it outlives a process that is killed.
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import type { LoggedEvent } from './eventstoredb-double-log.ts';

export interface LogFile {
  /** What was there when it was opened. */
  readonly events: readonly LoggedEvent[];
  write(events: readonly LoggedEvent[]): void;
  close(): void;
}

type Line = (Omit<LoggedEvent, 'data' | 'metadata'> & { readonly data: string; readonly metadata: string })[];

/** A line that a kill has cut off was never answered, and is taken away. */
export function openLogFile(path: string): LogFile {
  const file = openSync(path, 'a+');
  const written = readFileSync(path);
  const whole = written.subarray(0, written.lastIndexOf('\n') + 1);
  truncateSync(path, whole.length);
  const lines = whole.toString().split('\n').slice(0, -1);
  const encoded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  return {
    events: lines.flatMap((line) =>
      (JSON.parse(line) as Line).map((event) => ({
        ...event,
        data: Buffer.from(event.data, 'base64'),
        metadata: Buffer.from(event.metadata, 'base64'),
      })),
    ),
    write: (events) => {
      const line = events.map((event) => ({ ...event, data: encoded(event.data), metadata: encoded(event.metadata) }));
      writeSync(file, `${JSON.stringify(line)}\n`);
    },
    close: () => closeSync(file),
  };
}
