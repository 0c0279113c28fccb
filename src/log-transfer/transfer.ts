// Brings the log of one place to another: goes on where an earlier transfer ended, writes what is missing, reads it back.
import type { LogSummary } from './log-digest.ts';
import type { CheckedEvent, LogPlace, LogTarget } from './log-place.ts';
import { createLogReader, type LogReader } from './log-reader.ts';

export interface TransferProgress {
  readonly doing: 'comparing' | 'copying' | 'reading back';
  /** Roughly, of all the work, from 0 to 1; undefined where nobody can tell. */
  readonly share: number | undefined;
  /** That are over so far, with those that were there before. */
  readonly events: number;
}

export interface TransferOptions {
  readonly source: LogPlace;
  readonly onProgress?: (progress: TransferProgress) => void;
  /** Ends it between two batches. */
  readonly signal?: AbortSignal;
}

export interface Transferred extends LogSummary {
  /** How many of the events were written now; the others had been there. */
  readonly written: number;
}

/** What goes in one write. While one is written the next one is read: this is what is in memory. */
const batchLimits = { events: 2000, characters: 2 * 1024 * 1024 };

/** The share of the work that writing is, where everything is read back. */
const writing = 0.8;

/**
 * Copies all events in their order. The target must hold nothing, or the beginning of the source: that is left as it is. Interrupted at
 * any point and started again, it goes on.
 * @throws Error when the target holds something else, nothing of which is overwritten; when the source is damaged, what was copied up
 * to there stays; when what is read back from the target is not the source.
 */
export async function transfer({
  source,
  target,
  onProgress = () => {},
  signal,
}: TransferOptions & { readonly target: LogTarget }): Promise<Transferred> {
  const from = createLogReader(source);
  const to = createLogReader(target);
  const whole = target.canReadBack ? writing : 1;
  try {
    const tell = (doing: TransferProgress['doing'], events: number) => {
      const share = source.share();
      onProgress({ doing, share: share === undefined ? undefined : share * whole, events });
      signal?.throwIfAborted();
    };
    const next = await firstBeyond({ source, target, from, to, onEvents: (events) => tell('comparing', events) });
    const before = to.summary().events;
    let over = before;

    let underWay = Promise.resolve();
    try {
      for await (const batch of batchesOf(next, from)) {
        // While one batch is written the next one is read.
        await underWay;
        over += batch.length;
        tell('copying', over);
        underWay = target.write(batch);
        underWay.catch(() => {});
      }
    } finally {
      await underWay;
    }
    const summary = from.summary();
    await target.finish(summary);
    if (!target.canReadBack) return { ...summary, written: summary.events - before };

    while (await to.next()) {
      const { events } = to.summary();
      if (events % batchLimits.events !== 0) continue;
      const share = (events - before) / (summary.events - before);
      onProgress({ doing: 'reading back', share: writing + (1 - writing) * share, events });
      signal?.throwIfAborted();
    }
    demandEqual(source, summary, target, to.summary());
    return { ...summary, written: summary.events - before };
  } finally {
    from.close();
    to.close();
  }
}

/**
 * Compares two logs, and writes nothing.
 * @throws Error that names the first difference.
 */
export async function verify({
  source,
  target,
  onProgress = () => {},
  signal,
}: TransferOptions & { readonly target: LogPlace }): Promise<LogSummary> {
  const from = createLogReader(source);
  const to = createLogReader(target);
  try {
    const onEvents = (events: number) => {
      onProgress({ doing: 'comparing', share: source.share(), events });
      signal?.throwIfAborted();
    };
    const missing = await firstBeyond({ source, target, from, to, onEvents });
    if (missing) throw new Error(`${target.name} has the first ${to.summary().events} events of ${source.name} only`);
    demandEqual(source, from.summary(), target, to.summary());
    return from.summary();
  } finally {
    from.close();
    to.close();
  }
}

/** Gives also what was read before the source broke off, then throws. */
async function* batchesOf(first: CheckedEvent | undefined, from: LogReader): AsyncGenerator<readonly CheckedEvent[]> {
  let batch: CheckedEvent[] = [];
  let characters = 0;
  let broken: { readonly error: unknown } | undefined;
  try {
    for (let next = first; next; next = await from.next()) {
      if (
        batch.length === batchLimits.events ||
        (batch.length > 0 && characters + next.size > batchLimits.characters)
      ) {
        yield batch;
        batch = [];
        characters = 0;
      }
      batch.push(next);
      characters += next.size;
    }
  } catch (error) {
    broken = { error };
  }
  if (batch.length > 0) yield batch;
  if (broken) throw broken.error;
}

interface Comparison {
  readonly source: LogPlace;
  readonly target: LogPlace;
  readonly from: LogReader;
  readonly to: LogReader;
  /** Called now and then, with how many are compared. */
  readonly onEvents: (events: number) => void;
}

/** Reads everything that is in the target, and as much of the source: the first event of the source that the target does not have. */
async function firstBeyond({ source, target, from, to, onEvents }: Comparison): Promise<CheckedEvent | undefined> {
  for (;;) {
    const { events } = from.summary();
    if (events > 0 && events % batchLimits.events === 0) onEvents(events);
    const there = await to.next();
    const here = await from.next();
    if (there === undefined) return here;
    if (here?.sha256 === there.sha256) continue;
    const what = `revision ${there.event.revision} of ${there.event.stream} (${there.event.type})`;
    if (here === undefined)
      throw new Error(`${target.where()}: ${what} is behind everything that ${source.name} has; nothing was written`);
    const { stream, revision, type } = here.event;
    throw new Error(
      `${target.where()}: ${what} is not what ${source.where()} has there, revision ${revision} of ${stream} (${type}); ` +
        'the two are different logs, and nothing was written',
    );
  }
}

function demandEqual(source: LogPlace, here: LogSummary, target: LogPlace, there: LogSummary): void {
  if (here.sha256 === there.sha256 && here.events === there.events) return;
  throw new Error(
    `${target.name} is not what ${source.name} is: ${described(there)} instead of ${described(here)}. ` +
      'Does somebody else write to it?',
  );
}

function described({ events, sha256 }: LogSummary): string {
  return `${events} events with the hash ${sha256}`;
}
