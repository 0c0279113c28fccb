// The event log in one SQLite file, by `node:sqlite`: WAL, synchronous=FULL, group commit in a thread of its own unless an
// append comes alone, reads and live subscriptions in the main thread.
import { resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import {
  type EventStore,
  type Position,
  type ReadAllOptions,
  type RecordedEvent,
  StoreUnavailable,
} from './event-store.ts';
import { createDirectWriter, type DirectWriting } from './sqlite-direct-writer.ts';
import { createGroupCommit } from './sqlite-group-commit.ts';
import { openLogFile } from './sqlite-log-file.ts';
import { createSqliteReader } from './sqlite-reader.ts';
import { positionOf, rowOf } from './sqlite-rows.ts';
import { createWriterThread, startWriter } from './sqlite-writer-thread.ts';
import { createStoreHealth } from './store-health.ts';
import { createSupervisedSubscription, exponentialBackoff, type SupervisedSubscription } from './subscription.ts';

export interface SqliteEventStoreOptions {
  /** The file, made with its folder when it is not there. */
  readonly path: string;
  /** How many events a read takes into memory at once; 500 when absent. */
  readonly pageSize?: number;
  /** Told of failures that the store recovers from by itself and no subscription reports; a process warning when absent. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds before a subscription tries again after so many failures in a row; exponential with jitter when absent. */
  readonly retryDelay?: (failures: number) => number;
  /** How often, in milliseconds, subscriptions look for what another process wrote; 250 when absent. */
  readonly pollEvery?: number;
  /** Starts the thread that writes to the file, again when it has died; `startWriter` when absent. */
  readonly createWriter?: (path: string) => Worker;
  /** When appends are written without that thread; after 16 lone ones that took less than half a millisecond when absent. */
  readonly directWriting?: DirectWriting;
}

/**
 * The event store in a SQLite file. Several processes may share the file.
 *
 * A subscription that has caught up gets the events of this process' appends from memory, and as long as its `onEvents` is
 * synchronous it has handled them before `append` resolves. Recorded events are shared by all who get them: nobody may change them.
 * @throws Error when the file is not a Kairos event log, StoreUnavailable when it cannot be opened now.
 */
export function createSqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  const { pageSize = 500, onError = warn, retryDelay = exponentialBackoff, pollEvery = 250 } = options;
  const { createWriter = startWriter, directWriting = { quickMs: 0.5, calmAfter: 16 } } = options;
  // A thread that is started later must find the same file, wherever the process is by then.
  const path = resolve(options.path);
  const database = openLogFile(path);
  const reader = createSqliteReader(database);
  const subscriptions = new Set<SupervisedSubscription>();
  const { watch, failed, health } = createStoreHealth();
  let closing: Promise<void> | undefined;
  let isClosing = false;
  let isClosed = false;
  /** Of everything up to this row the subscriptions have been told. */
  let toldUpTo = 0;
  let poll: NodeJS.Timeout | undefined;

  const writer = createWriterThread({ start: () => createWriter(path), onError });
  const directWriter = createDirectWriter(path, directWriting);
  const groupCommit = createGroupCommit({
    writer,
    directWriter,
    reader,
    onCommitted: (from, to, events) => {
      toldUpTo = to;
      for (const subscription of subscriptions) subscription.push(positionOf(from), positionOf(to), events);
    },
  });

  /**
   * While a batch is under way its events may be in the file already: a subscription that read them there could be late for the
   * answer to their append. Then the end of the batch tells what others have written before it.
   */
  function noticeOthers(): void {
    if (groupCommit.isWriting()) return;
    try {
      const head = reader.head();
      if (head === toldUpTo) return;
      toldUpTo = head;
      for (const subscription of subscriptions) subscription.wake();
    } catch (error) {
      onError(error);
    }
  }

  function available<Result>(work: () => Result): Result {
    if (isClosed) throw new StoreUnavailable('the event store is closed');
    try {
      return work();
    } catch (error) {
      const unavailable = new StoreUnavailable('the event log cannot be read', { cause: error });
      failed(unavailable);
      throw unavailable;
    }
  }

  async function* readAll({ after, upTo, categories }: ReadAllOptions = {}): AsyncGenerator<RecordedEvent> {
    let from = rowOf(after ?? '');
    const last = Math.min(upTo === undefined ? Number.POSITIVE_INFINITY : rowOf(upTo), available(reader.head));
    while (from < last) {
      const page = available(() => reader.page(from, last, categories, pageSize));
      yield* page.events;
      from = page.upTo;
      if (from < last) await nextTurn();
    }
  }

  async function closeAll(): Promise<void> {
    isClosing = true;
    await groupCommit.drain();
    clearInterval(poll);
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    isClosed = true;
    // The last to close writes the WAL back to the file: better there than here.
    database.close();
    directWriter.close();
    await writer.end();
  }

  return {
    async append(stream, expectedRevision, events) {
      if (isClosing) throw new StoreUnavailable('the event store is closed');
      const [appended] = await watch(() => groupCommit.append([{ stream, expectedRevision, events }]));
      if (!appended) throw new StoreUnavailable('the writer has not answered this append');
      return appended;
    },
    appendAll(appends) {
      if (isClosing) return Promise.reject(new StoreUnavailable('the event store is closed'));
      return appends.length === 0 ? Promise.resolve([]) : watch(() => groupCommit.append(appends));
    },
    async readStream(stream, from = 0) {
      return available(() => reader.stream(stream, from));
    },
    readAll,
    async head() {
      return positionOf(available(reader.head));
    },
    async settled() {
      // To write nothing takes the turn among all who write.
      await watch(() => groupCommit.append([]));
    },
    health,
    subscribe(subscribeOptions) {
      if (isClosing) throw new StoreUnavailable('the event store is closed');
      const { after, categories } = subscribeOptions;
      rowOf(after);
      const subscription = createSupervisedSubscription({
        onError,
        ...subscribeOptions,
        retryDelay,
        readPage: (behind: Position) => {
          const from = rowOf(behind);
          const head = Math.max(from, available(reader.head));
          const page = available(() => reader.page(from, head, categories, pageSize));
          return { events: page.events, upTo: positionOf(page.upTo), isLast: page.upTo === head };
        },
        onStopped: () => {
          subscriptions.delete(subscription);
          if (subscriptions.size === 0) clearInterval(poll);
        },
      });
      if (subscriptions.size === 0) poll = setInterval(noticeOthers, pollEvery).unref();
      subscriptions.add(subscription);
      return subscription;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
