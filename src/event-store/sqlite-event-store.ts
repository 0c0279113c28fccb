// The event log in one SQLite file, by `node:sqlite`: WAL, synchronous=FULL, group commit, live subscriptions from memory.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type EventStore,
  type Position,
  type ReadAllOptions,
  type RecordedEvent,
  StoreUnavailable,
} from './event-store.ts';
import { createGroupCommit } from './sqlite-group-commit.ts';
import { openLogFile } from './sqlite-log-file.ts';
import { createSqliteReader } from './sqlite-reader.ts';
import { positionOf, rowOf } from './sqlite-rows.ts';
import { createSupervisedSubscription, exponentialBackoff, type SupervisedSubscription } from './subscription.ts';

export interface SqliteEventStoreOptions {
  /** The file, made with its folder when it is not there; `:memory:` keeps everything in memory, for tests. */
  readonly path: string;
  /** How many events a read takes into memory at once; 500 when absent. */
  readonly pageSize?: number;
  /** Told of failures that the store recovers from by itself and no subscription reports; a process warning when absent. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds before a subscription tries again after so many failures in a row; exponential with jitter when absent. */
  readonly retryDelay?: (failures: number) => number;
  /** How often, in milliseconds, subscriptions look for what another process wrote; 250 when absent. */
  readonly pollEvery?: number;
}

/**
 * The event store in a SQLite file. Several processes may share the file.
 *
 * A subscription that has caught up gets the events of this process' appends from memory, and as long as its `onEvents` is
 * synchronous it has handled them before `append` resolves. Recorded events are shared by all who get them: nobody may change them.
 * @throws Error when the file is not a Kairos event log, StoreUnavailable when it cannot be opened now.
 */
export function createSqliteEventStore(options: SqliteEventStoreOptions): EventStore {
  const { path, pageSize = 500, onError = warn, retryDelay = exponentialBackoff, pollEvery = 250 } = options;
  const database = openLogFile(path);
  const reader = createSqliteReader(database);
  const selectDataVersion = database.prepare('PRAGMA data_version');
  const subscriptions = new Set<SupervisedSubscription>();
  let closing: Promise<void> | undefined;
  let isClosing = false;
  let isClosed = false;
  let dataVersion = readDataVersion();
  let poll: NodeJS.Timeout | undefined;

  const groupCommit = createGroupCommit({
    database,
    onCommitted: (from, to, events) => {
      for (const subscription of subscriptions) subscription.push(positionOf(from), positionOf(to), events);
    },
  });

  function readDataVersion(): number {
    return Number(selectDataVersion.get()?.data_version);
  }

  /** SQLite counts the commits of others there, not those of this connection. */
  function noticeOthers(): void {
    try {
      const version = readDataVersion();
      if (version === dataVersion) return;
      dataVersion = version;
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
      throw new StoreUnavailable('the event log cannot be read', { cause: error });
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
    groupCommit.flush();
    clearInterval(poll);
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    isClosed = true;
    database.close();
  }

  return {
    async append(stream, expectedRevision, events) {
      if (isClosing) throw new StoreUnavailable('the event store is closed');
      return groupCommit.append(stream, expectedRevision, events);
    },
    async readStream(stream, from = 0) {
      return available(() => reader.stream(stream, from));
    },
    readAll,
    async head() {
      return positionOf(available(reader.head));
    },
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
