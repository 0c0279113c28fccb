// How far those who are brought the log are behind it, by a look every now and then: nobody has to ask for it.
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, Position } from '../src/event-store/event-store.ts';
import { createFirstFailure } from './first-failure.ts';
import type { Progress } from './progress.ts';

export interface LagWatchOptions {
  readonly store: Pick<EventStore, 'head'>;
  readonly progress: Pick<Progress, 'waitFor'>;
  /** Milliseconds for which one look waits until everything is there; 30,000 when absent. Then it looks anew. */
  readonly patienceMs?: number;
  /** Milliseconds between two looks; 1,000 when absent. */
  readonly everyMs?: number;
  /** Told when the log cannot be asked, once until it can. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds by a clock that only goes forward; the process's when absent. */
  readonly monotonic?: () => number;
}

export interface LagWatch {
  /**
   * So many milliseconds something that was recorded is not there, at least: there may be something older, by less than what is between two
   * looks. 0: everything was, when it was last looked.
   */
  behindMs(): number;
  /** When everything was there that was recorded, by `monotonic`; -Infinity: it never was. */
  caughtUpAt(): number;
  /** Since when the log cannot be asked, by `monotonic`; undefined: it can. */
  awayAt(): number | undefined;
  /** Begins to look. Resolves when everything is there that was in the log at the time of the call, or it is stopped. */
  start(): Promise<void>;
  stop(): void;
}

export function createLagWatch(options: LagWatchOptions): LagWatch {
  const { store, progress, patienceMs = 30_000, everyMs = 1000, monotonic = () => performance.now() } = options;
  const stopping = new AbortController();
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  let awayAt: number | undefined;
  /** Of the first look for which not everything has come. */
  let behindSince: number | undefined;
  const telling = createFirstFailure(options.onError);

  async function look(): Promise<void> {
    const at = monotonic();
    const head = await headNow(at);
    const waiting = progress.waitFor(head, patienceMs);
    behindSince ??= at;
    if (!(await waiting)) return;
    behindSince = undefined;
    caughtUpAt = at;
  }

  async function headNow(at: number): Promise<Position> {
    try {
      const head = await store.head();
      awayAt = undefined;
      return head;
    } catch (error) {
      awayAt ??= at;
      throw error;
    }
  }

  async function keepLooking(caughtUp: () => void): Promise<void> {
    while (!stopping.signal.aborted) {
      await telling(look);
      if (caughtUpAt > Number.NEGATIVE_INFINITY) caughtUp();
      await delay(everyMs, undefined, { ref: false, signal: stopping.signal }).catch(() => {});
    }
    caughtUp();
  }

  return {
    behindMs: () => (behindSince === undefined ? 0 : monotonic() - behindSince),
    caughtUpAt: () => caughtUpAt,
    awayAt: () => awayAt,
    start: () => new Promise((caughtUp) => void keepLooking(caughtUp)),
    stop: () => stopping.abort(),
  };
}
