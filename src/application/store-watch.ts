// Tells of an outage of the event log once when it begins and once when it is over, whoever runs into it in between.
import { type EventStore, StoreRefuses, StoreUnavailable } from '../event-store/event-store.ts';

export interface StoreWatch {
  /** Passes an error on, unless it is of an outage that is told of anyway. */
  tell(error: unknown, correlationId?: string): void;
  stop(): void;
}

export interface StoreWatchOptions {
  readonly store: Pick<EventStore, 'health'>;
  readonly onError: (error: unknown, correlationId?: string) => void;
  /** Milliseconds between two looks, which ask nothing of the store; 250 when absent. */
  readonly everyMs?: number;
}

/** Work that an outage has failed may end later, by so many milliseconds. */
const stragglingMs = 5000;

export function watchStore({ store, onError, everyMs = 250 }: StoreWatchOptions): StoreWatch {
  let awaySince: number | undefined;
  /** By a clock that only goes forward. */
  let backAt = Number.NEGATIVE_INFINITY;

  function look(): void {
    const health = store.health();
    if (!health.answers && awaySince === undefined) {
      awaySince = Date.parse(health.since);
      onError(`The event log does not answer: ${health.cause}. What needs it fails until it does.`);
    } else if (health.answers && awaySince !== undefined) {
      onError(`The event log answers again, after ${((Date.now() - awaySince) / 1000).toFixed(1)} s.`);
      awaySince = undefined;
      backAt = performance.now();
    }
  }

  const timer = setInterval(look, everyMs).unref();
  return {
    tell(error, correlationId) {
      look();
      const isTold = awaySince !== undefined || performance.now() - backAt < stragglingMs;
      if (!isTold || !isOfOutage(error)) onError(error, correlationId);
    },
    stop: () => clearInterval(timer),
  };
}

/** Nothing but that the log could not be reached, however it was wrapped. */
function isOfOutage(error: unknown): boolean {
  if (error instanceof StoreUnavailable) return true;
  if (error instanceof AggregateError) return error.errors.every(isOfOutage);
  return error instanceof Error && error.cause !== undefined && isOfOutage(error.cause);
}

/** Resolves when the log can be read, for a start that needs it; rejects when it refuses. */
export async function storeThere(
  { store, wait }: { store: Pick<EventStore, 'head'>; wait: () => Promise<unknown> },
  tell: (error: unknown) => void,
): Promise<void> {
  for (;;) {
    try {
      await store.head();
      return;
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || error instanceof StoreRefuses) throw error;
      tell(error);
      await wait();
    }
  }
}
