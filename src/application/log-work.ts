// Work that waits for the log, by customer: tried until it is done, little at a time while the log is not known to be back.
import { setTimeout as delay } from 'node:timers/promises';
import { createFirstFailure } from '../../projections/first-failure.ts';
import { type EventStore, StoreUnavailable } from '../event-store/event-store.ts';
import type { Turns } from './turns.ts';

export interface LogWork {
  /** There is work again. */
  wake(): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export interface LogWorkParts {
  readonly store: Pick<EventStore, 'health'>;
  readonly turns: Turns;
  /** Customers who have work that waits, so many at most; none: nothing waits. */
  readonly customers: (most: number) => ReadonlySet<string>;
  /** Has the customer's turn. */
  readonly doInTurn: (customerId: string) => Promise<void>;
  /** Told of the first failure in a row, unless it is an outage: of that everybody knows. */
  readonly onError: (error: unknown) => void;
}

/** So much is done at once; while the log is not known to be back, one piece. */
const batch = 200;
/** Before the log is tried again, in milliseconds. A store on this machine may find out only by this that it can write again. */
const pauseMs = 250;

export function startLogWork({ store, turns, customers, doInTurn, onError }: LogWorkParts): LogWork {
  const stopping = new AbortController();
  let woken = Promise.withResolvers<void>();
  const telling = createFirstFailure((error) => error instanceof StoreUnavailable || onError(error));

  async function doAll(customerIds: ReadonlySet<string>): Promise<void> {
    const ends = await Promise.allSettled(
      Array.from(customerIds, (customerId) => turns.take(customerId, () => doInTurn(customerId))),
    );
    const failure = ends.find((end) => end.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async function run(): Promise<void> {
    const { signal } = stopping;
    let hasFailed = false;
    while (!signal.aborted) {
      const next = customers(store.health().answers ? batch : 1);
      if (next.size === 0) {
        woken = Promise.withResolvers<void>();
        await woken.promise;
        continue;
      }
      if (hasFailed || !store.health().answers) await delay(pauseMs, undefined, { signal, ref: false }).catch(() => {});
      if (!signal.aborted) hasFailed = !(await telling(() => doAll(next)));
    }
  }

  const running = run();
  return {
    wake: () => woken.resolve(),
    async stop() {
      stopping.abort();
      woken.resolve();
      await running;
    },
  };
}
