// Reads a log event by event, checks that it is whole, and knows what it amounts to so far.
import { createLogDigest, type LogSummary } from './log-digest.ts';
import type { CheckedEvent, LogEntry, LogPlace } from './log-place.ts';
import { createRevisionBook } from './revision-book.ts';

export interface LogReader {
  /**
   * The next event; undefined at the end. What was written since is there when it is asked again.
   * @throws Error naming where the log is damaged, and by which rule.
   */
  next(): Promise<CheckedEvent | undefined>;
  /** Of everything read so far. */
  summary(): LogSummary;
  close(): void;
}

/** As many digits of the hash as stand behind each event of a file. */
export const checkLength = 16;

export function createLogReader(place: LogPlace): LogReader {
  const digest = createLogDigest();
  const book = createRevisionBook();
  let entries: AsyncIterator<LogEntry> | undefined;

  function damaged(rule: string): Error {
    return new Error(`${place.where()}: ${rule}`);
  }

  return {
    async next() {
      for (;;) {
        entries ??= place.read()[Symbol.asyncIterator]();
        const { done, value: entry } = await entries.next();
        if (done) {
          entries = undefined;
          return undefined;
        }
        if ('end' in entry) {
          const { events, streams, sha256 } = digest.summary();
          if (entry.end.events !== events || entry.end.streams !== streams || entry.end.sha256 !== sha256)
            throw damaged(`the count or the hash is not that of the ${events} events before it`);
          continue;
        }
        const { event, check } = entry;
        const { sha256, size } = digest.add(event);
        if (check !== undefined && !sha256.startsWith(check))
          throw damaged('the checksum is wrong: this line was changed, or one before it is missing or was moved');
        if (!book.follows(event.stream, event.revision))
          throw damaged(
            `revision ${event.revision} of ${event.stream} does not follow the one before it in its stream`,
          );
        return { event, sha256, size };
      }
    },
    summary: () => digest.summary(),
    close: () => book.close(),
  };
}
