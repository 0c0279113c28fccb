// A real store that stops answering when a test says so: stands in for the network between Kairos and a server of the log.
import {
  type Append,
  type EventStore,
  type ReadAllOptions,
  RevisionConflict,
  StoreUnavailable,
} from '../../src/event-store/event-store.ts';
import { createStoreHealth } from '../../src/event-store/store-health.ts';

/**
 * REFUSED: fails at once, nothing is done. SILENT: nothing is done, and nothing answered before it is over. SLOW: it is done when the
 * trouble is over, and answered then. LOST: appends are done, and their answers lost; reads fail. QUEUED: appends are given up, and done
 * before the next one that is not, as by a server that only its disk keeps back; reads are answered.
 */
export type Trouble = 'NONE' | 'REFUSED' | 'SILENT' | 'SLOW' | 'LOST' | 'QUEUED';

export interface UnreachableStore {
  readonly store: EventStore;
  /** As it is for others, who reach it. */
  readonly real: EventStore;
  /** How many calls the store was given. */
  readonly calls: number;
  /** What was given up while it was QUEUED, and is done before the next append unless its stream has moved on by then. */
  readonly queued: (readonly Append[])[];
  cut(trouble: Exclude<Trouble, 'NONE'>): void;
  /** It answers again, and the adapter has found that out by itself. */
  heal(): void;
}

export function createUnreachableStore(real: EventStore): UnreachableStore {
  const { watch, answered, health } = createStoreHealth();
  let trouble: Trouble = 'NONE';
  let over = Promise.withResolvers<void>();
  let calls = 0;
  const queued: (readonly Append[])[] = [];

  async function arrive(): Promise<void> {
    for (const appends of queued.splice(0)) {
      await real.appendAll(appends).catch((error: unknown) => {
        if (!(error instanceof RevisionConflict)) throw error;
      });
    }
  }

  function reach<Result>(work: () => Promise<Result>, appends?: readonly Append[]): Promise<Result> {
    calls += 1;
    return watch(async () => {
      if (trouble === 'NONE' && appends) await arrive();
      if (trouble === 'NONE' || (trouble === 'QUEUED' && !appends)) return work();
      if (trouble === 'QUEUED' && appends) queued.push(appends);
      // As every adapter: while an outage is known nobody waits.
      if (trouble === 'SILENT' && health().answers) await over.promise;
      if (trouble === 'SLOW') {
        await over.promise;
        return work();
      }
      if (trouble === 'LOST' && appends) await work();
      throw new StoreUnavailable('the test keeps the log away');
    });
  }

  async function* readAll(options?: ReadAllOptions) {
    await reach(async () => {});
    yield* real.readAll(options);
  }

  return {
    real,
    get calls() {
      return calls;
    },
    queued,
    cut(next) {
      trouble = next;
    },
    heal() {
      over.resolve();
      over = Promise.withResolvers<void>();
      trouble = 'NONE';
      answered();
    },
    store: {
      ...real,
      append: (stream, expectedRevision, events) =>
        reach(() => real.append(stream, expectedRevision, events), [{ stream, expectedRevision, events }]),
      appendAll: (appends) => reach(() => real.appendAll(appends), appends),
      readStream: (...asked) => reach(() => real.readStream(...asked)),
      readAll,
      head: () => reach(() => real.head()),
      health,
    },
  };
}
