// Writes in the main thread what is appended alone while the disk is quick: the way to the writing thread and back would take longer.
import type { DatabaseSync } from 'node:sqlite';
import type { Batch, BatchOutcome, CommittedBatch } from './sqlite-batch.ts';
import { openForWriting } from './sqlite-log-file.ts';
import { createBatchWriter } from './sqlite-transaction.ts';

/** When the main thread writes: the event loop stands still meanwhile. */
export interface DirectWriting {
  /** Milliseconds that a batch may take, as its appends wait for it, to be called quick. */
  readonly quickMs: number;
  /** How many batches in a row must have been quick, and of one caller. When it has been twice as many, one slow one is an accident. */
  readonly calmAfter: number;
}

export interface DirectWriter {
  /** Whether what has come alone is to be written here. */
  isDue(appends: readonly { readonly events: readonly unknown[] }[]): boolean;
  /** Undefined when it could not be written at once: the thread is to find out why, and may wait. */
  write(batch: Batch): CommittedBatch | undefined;
  /** Told of each batch that the thread has written. */
  learn(groups: number, milliseconds: number): void;
  close(): void;
}

/** Then one goes by the thread, which writes the WAL back to the file when it has grown: that takes too long for here. */
const mostInARow = 128;
/** More of them take long on any disk. */
const mostEvents = 8;

export function createDirectWriter(path: string, { quickMs, calmAfter }: DirectWriting): DirectWriter {
  let database: DatabaseSync | undefined;
  let writeBatch: ((batch: Batch) => BatchOutcome) | undefined;
  let calm = 0;
  let inARow = 0;

  function judge(groups: number, milliseconds: number): void {
    if (groups > 1) calm = 0;
    else if (milliseconds < quickMs) calm = Math.min(calm + 1, 2 * calmAfter);
    else calm = Math.max(calm - calmAfter, 0);
  }

  function open(): (batch: Batch) => BatchOutcome {
    database = openForWriting(path);
    // Nobody else's lock is waited for here.
    database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_autocheckpoint = 0');
    return createBatchWriter(database);
  }

  function close(): void {
    database?.close();
    database = undefined;
    writeBatch = undefined;
  }

  function attempt(batch: Batch): BatchOutcome {
    try {
      writeBatch ??= open();
      return writeBatch(batch);
    } catch (failure) {
      return { failure: failure as Error };
    }
  }

  return {
    isDue(appends) {
      if (calm < calmAfter || inARow >= mostInARow) return false;
      return appends.reduce((count, { events }) => count + events.length, 0) <= mostEvents;
    },
    write(batch) {
      const begun = performance.now();
      const outcome = attempt(batch);
      if ('failure' in outcome) {
        // What it may still hold must not be in the way of the thread.
        close();
        calm = 0;
        return undefined;
      }
      inARow += 1;
      judge(1, performance.now() - begun);
      return outcome;
    },
    learn(groups, milliseconds) {
      // What goes there for the sake of the WAL is as slow as writing that back, and tells nothing of the next.
      if (groups > 1 || inARow < mostInARow) judge(groups, milliseconds);
      inARow = 0;
    },
    close,
  };
}
