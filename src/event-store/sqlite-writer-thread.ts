// The main thread's side of the writing thread: hands over one batch at a time, and replaces the thread when it dies.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { StoreUnavailable } from './event-store.ts';
import type { Batch, BatchOutcome, CommittedBatch } from './sqlite-batch.ts';

export interface WriterThread {
  /**
   * One batch at a time. The promise keeps the process alive; an idle thread does not.
   * @throws StoreUnavailable when the transaction failed, or when the thread died: then nobody knows whether it was written.
   */
  write(batch: Batch): Promise<CommittedBatch>;
  /** Closes the file and ends the thread. To be called when nothing is being written. */
  end(): Promise<void>;
}

export interface WriterThreadOptions {
  /** Starts a thread that does what `sqlite-writer.ts` does. */
  readonly start: () => Worker;
  /** Told when the thread dies while nothing is being written; the next batch gets a new one. */
  readonly onError: (error: unknown) => void;
}

/** Starts the writing thread of the log in a file that exists and is one. */
export function startWriter(path: string): Worker {
  return new Worker(new URL('./sqlite-writer.ts', import.meta.url), {
    name: 'kairos event log',
    workerData: path,
    // It needs none of the options of the process, and would refuse some, such as --input-type.
    execArgv: [],
  });
}

/** Starts the thread at once, so that the first append does not wait for it. */
export function createWriterThread({ start, onError }: WriterThreadOptions): WriterThread {
  let current: Worker | undefined;
  let underWay: PromiseWithResolvers<CommittedBatch> | undefined;
  let isEnding = false;

  function startOne(): Worker {
    const worker = start();
    let fault: unknown;
    worker.on('message', (outcome: BatchOutcome) => {
      worker.unref();
      const answered = underWay;
      underWay = undefined;
      if ('failure' in outcome) answered?.reject(unwritable(outcome.failure));
      else answered?.resolve(outcome);
    });
    worker.on('messageerror', (error) => {
      fault = error;
      void worker.terminate();
    });
    worker.on('error', (error) => {
      fault = error;
    });
    worker.on('exit', (code) => {
      current = undefined;
      const death = fault ?? new Error(`its writing thread ended with code ${code}`);
      if (underWay) underWay.reject(unwritable(death));
      else if (!isEnding) onError(unwritable(death));
      underWay = undefined;
    });
    // Not before the listeners are there: to listen holds the process again.
    worker.unref();
    return worker;
  }

  try {
    current = startOne();
  } catch (error) {
    onError(unwritable(error));
  }

  return {
    async write(batch) {
      if (underWay) throw new Error('a batch is under way');
      try {
        current ??= startOne();
      } catch (error) {
        throw unwritable(error);
      }
      underWay = Promise.withResolvers();
      current.ref();
      current.postMessage(batch);
      return underWay.promise;
    },
    async end() {
      isEnding = true;
      if (current === undefined) return;
      const ended = once(current, 'exit').catch(() => {});
      current.ref();
      current.postMessage(null);
      await ended;
    },
  };
}

function unwritable(cause: unknown): StoreUnavailable {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new StoreUnavailable(`the event log cannot be written: ${message}`, { cause });
}
