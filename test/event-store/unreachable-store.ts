// A real store that stops answering when a test says so: stands in for the network between Kairos and a server of the log.
import { type EventStore, type ReadAllOptions, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createStoreHealth } from '../../src/event-store/store-health.ts';

/**
 * REFUSED: fails at once, nothing is done. SILENT: nothing is done, and nothing answered before it is over. SLOW: it is done when the
 * trouble is over, and answered then. LOST: appends are done, and their answers lost; reads fail.
 */
export type Trouble = 'NONE' | 'REFUSED' | 'SILENT' | 'SLOW' | 'LOST';

export interface UnreachableStore {
  readonly store: EventStore;
  /** As it is for others, who reach it. */
  readonly real: EventStore;
  /** How many calls the store was given. */
  readonly calls: number;
  cut(trouble: Exclude<Trouble, 'NONE'>): void;
  /** It answers again, and the adapter has found that out by itself. */
  heal(): void;
}

export function createUnreachableStore(real: EventStore): UnreachableStore {
  const { watch, answered, health } = createStoreHealth();
  let trouble: Trouble = 'NONE';
  let over = Promise.withResolvers<void>();
  let calls = 0;

  function reach<Result>(work: () => Promise<Result>, isAppend = false): Promise<Result> {
    calls += 1;
    return watch(async () => {
      if (trouble === 'NONE') return work();
      // As every adapter: while an outage is known nobody waits.
      if (trouble === 'SILENT' && health().answers) await over.promise;
      if (trouble === 'SLOW') {
        await over.promise;
        return work();
      }
      if (trouble === 'LOST' && isAppend) await work();
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
      append: (...asked) => reach(() => real.append(...asked), true),
      appendAll: (appends) => reach(() => real.appendAll(appends), true),
      readStream: (...asked) => reach(() => real.readStream(...asked)),
      readAll,
      head: () => reach(() => real.head()),
      health,
    },
  };
}
