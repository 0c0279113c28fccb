// The cap gate of a process that others bring the log to: asked only as long as what it says cannot be too old.
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore, Position } from '../src/event-store/event-store.ts';
import type { CapGate } from './cap-gate.ts';
import { createFirstFailure } from './first-failure.ts';
import type { Progress } from './progress.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';

export interface CaughtUpGateOptions {
  readonly gate: CapGate;
  readonly store: Pick<EventStore, 'head'>;
  readonly progress: Pick<Progress, 'waitFor'>;
  /**
   * Milliseconds for which the gate is believed after it had everything that was recorded; 30,000 when absent. Less than a reservation
   * is held beyond its offer: an offer that was presented in the last moment has its place until the gate has heard of it.
   */
  readonly trustedMs?: number;
  /** Milliseconds between two looks at how far the gate is; 1,000 when absent. */
  readonly everyMs?: number;
  /** Told when the log cannot be asked, once until it can. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds by a clock that only goes forward; the process's when absent. */
  readonly monotonic?: () => number;
}

export interface CaughtUpGate extends CapGate {
  /** Begins to look. Resolves when the gate has had everything that was in the log at the time of the call, or it is stopped. */
  start(): Promise<void>;
  stop(): void;
}

/**
 * While nobody projects, reservations lapse although their offers were presented: their confirmations are in the log, and the gate has
 * not heard of them. So `look` and `reserve` throw ReadSideUnavailable when it is too long ago that it had heard of everything.
 *
 * While the log itself is away nothing is confirmed: who decides late, under no caps, believes the gate if it had heard of everything
 * when that began. After it the gate has to catch up first.
 */
export function createCaughtUpGate(options: CaughtUpGateOptions): CaughtUpGate {
  const { gate, store, progress, trustedMs = 30_000, everyMs = 1000, onError } = options;
  const { monotonic = () => performance.now() } = options;
  const stopping = new AbortController();
  let caughtUpAt = Number.NEGATIVE_INFINITY;
  /** Since when the log cannot be asked. */
  let awayAt: number | undefined;
  const telling = createFirstFailure(onError);

  async function look(): Promise<void> {
    const at = monotonic();
    const head = await headNow(at);
    if (await progress.waitFor(head, trustedMs)) caughtUpAt = at;
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

  /** Calls at once: what is asked in one turn is asked together. */
  function believing<Answer>(isLate: boolean | undefined, ask: () => Promise<Answer>): Promise<Answer> {
    const now = (isLate ? awayAt : undefined) ?? monotonic();
    if (now - caughtUpAt <= trustedMs) return ask();
    const since = `for more than ${trustedMs / 1000} s`;
    return Promise.reject(new ReadSideUnavailable(`the caps have not caught up with the log ${since}`));
  }

  return {
    ...gate,
    look: (customerId, at, totals, isLate) => believing(isLate, () => gate.look(customerId, at, totals)),
    reserve: (request) => believing(request.isLate, () => gate.reserve(request)),
    start: () => new Promise((caughtUp) => void keepLooking(caughtUp)),
    stop: () => stopping.abort(),
  };
}
