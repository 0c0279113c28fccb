// A log in lines of JSON as a place: a file that grows and is read back, or what flows through standard input and output.
import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { demandFirstLine, endLine, entryOf, eventLine, firstLine } from './line-format.ts';
import { type Line, linesOf } from './lines.ts';
import type { LogEntry, LogPlace, LogTarget } from './log-place.ts';

/** A file that an export has written. A file without its last line is refused when everything before it has been read. */
export function createFileSource(name: string, path: string): LogPlace {
  const { size } = statSync(path);
  const lines = createLineReader(name);
  return {
    name,
    async *read() {
      yield* lines.wholeEntriesOf(createReadStream(path, { start: lines.offset() }));
    },
    where: lines.where,
    share: () => lines.offset() / size,
    async close() {},
  };
}

/** What is piped into this process. */
export function createStreamSource(name: string, input: Readable): LogPlace {
  const lines = createLineReader(name);
  return {
    name,
    read: () => lines.wholeEntriesOf(input),
    where: lines.where,
    share: () => undefined,
    async close() {},
  };
}

/**
 * A file that is made, or grows: what an interrupted export has left of a line is replaced.
 * @throws Error of the system when it cannot be written.
 */
export async function createFileTarget(name: string, path: string): Promise<LogTarget> {
  // It holds what is known of customers.
  const file = await open(path, 'a', 0o600);
  const lines = createLineReader(name);
  let isBegun = false;

  /** Behind the last whole line. */
  async function append(text: string): Promise<void> {
    if (!isBegun) await file.truncate(lines.offset());
    const isEmpty = !isBegun && lines.offset() === 0;
    isBegun = true;
    await file.appendFile(isEmpty ? firstLine + text : text);
  }

  return {
    name,
    canReadBack: true,
    read: () => lines.entriesOf(createReadStream(path, { start: lines.offset() })),
    where: lines.where,
    share: () => undefined,
    write: (events) => append(events.map(eventLine).join('')),
    async finish(summary) {
      if (isBegun || !lines.isEnded()) await append(endLine(summary));
      await file.sync();
    },
    close: () => file.close(),
  };
}

/** What is piped out of this process. Whoever keeps it checks it: the last line has count and hash. */
export function createStreamTarget(name: string, output: Writable): LogTarget {
  let isBegun = false;
  // Without a listener the end of the reader would end this process; the write that fails says it.
  output.on('error', () => {});
  const write = (text: string) =>
    new Promise<void>((resolve, reject) => {
      output.write(isBegun ? text : firstLine + text, (error) => (error ? reject(error) : resolve()));
      isBegun = true;
    });
  return {
    name,
    canReadBack: false,
    async *read() {},
    where: () => name,
    share: () => undefined,
    write: (events) => write(events.map(eventLine).join('')),
    finish: (summary) => write(endLine(summary)),
    async close() {},
  };
}

/** Reads the lines of one log, and goes on where it was when it is given more. */
function createLineReader(name: string) {
  let last: Pick<Line, 'number' | 'end'> = { number: 0, end: 0 };
  let isEnded = false;
  const where = () => (last.number === 0 ? name : `${name}, line ${last.number}`);

  function entryIn({ text, number, isWhole }: Line): LogEntry | undefined {
    try {
      if (number === 1) return demandFirstLine(text);
      if (!isWhole) throw new Error('this line is cut off');
      const entry = entryOf(text);
      isEnded = 'end' in entry;
      return entry;
    } catch (error) {
      throw new Error(`${where()}: ${(error as Error).message}`, { cause: error });
    }
  }

  /** What an interrupted export has left of a line is not read. */
  async function* entriesOf(chunks: AsyncIterable<Buffer>, isCutAllowed = true): AsyncGenerator<LogEntry> {
    for await (const line of linesOf(name, chunks, last)) {
      if (isCutAllowed && !line.isWhole && (line.number > 1 || firstLine.startsWith(line.text))) return;
      last = line;
      const entry = entryIn(line);
      if (entry) yield entry;
    }
  }

  /** @throws Error when they do not end as an export ends that was finished. */
  async function* wholeEntriesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<LogEntry> {
    yield* entriesOf(chunks, false);
    if (isEnded) return;
    const found = last.number === 0 ? 'there is nothing in it' : 'there is no last line behind this one';
    throw new Error(`${where()}: ${found}; an export that was interrupted goes on when it is started again`);
  }

  return {
    where,
    entriesOf,
    wholeEntriesOf,
    /** Behind the last line that was read. */
    offset: () => last.end,
    isEnded: () => isEnded,
  };
}
