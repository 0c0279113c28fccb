// The cap gate of a process that others bring the log to: asked only as long as what it says cannot be too old.
import type { CapGate } from './cap-gate.ts';
import { createLagWatch, type LagWatch, type LagWatchOptions } from './lag-watch.ts';
import { ReadSideBehind } from './read-side-unavailable.ts';

export interface CaughtUpGateOptions extends Omit<LagWatchOptions, 'patienceMs'> {
  readonly gate: CapGate;
  /**
   * Milliseconds for which the gate is believed after it had everything that was recorded; 30,000 when absent. Less than a reservation
   * is held beyond its offer: an offer that was presented in the last moment has its place until the gate has heard of it.
   */
  readonly trustedMs?: number;
  /** As `CapGate`; 900 when absent. A projector that has found out that something was lost lets nobody reserve before (`graceMs`). */
  readonly goodForMs?: number;
}

/** `start` resolves when the gate has had everything that was in the log at the time of the call, or it is stopped. */
export type CaughtUpGate = CapGate & Pick<LagWatch, 'behindMs' | 'start' | 'stop'>;

/**
 * While nobody projects, reservations lapse although their offers were presented: their confirmations are in the log, and the gate has
 * not heard of them. So `look` and `reserve` throw ReadSideBehind when it is too long ago that it had heard of everything.
 *
 * While the log itself is away nothing is confirmed: who decides late, under no caps, believes the gate if it had heard of everything
 * when that began. After it the gate has to catch up first.
 */
export function createCaughtUpGate(given: CaughtUpGateOptions): CaughtUpGate {
  const { gate, trustedMs = 30_000, goodForMs = 900, ...options } = given;
  const { monotonic = () => performance.now() } = options;
  const watch = createLagWatch({ ...options, patienceMs: trustedMs });

  /** Calls at once: what is asked in one turn is asked together. */
  function believing<Answer>(isLate: boolean | undefined, ask: () => Promise<Answer>): Promise<Answer> {
    const now = (isLate ? watch.awayAt() : undefined) ?? monotonic();
    if (now - watch.caughtUpAt() <= trustedMs) return ask();
    const since = `for more than ${trustedMs / 1000} s`;
    return Promise.reject(new ReadSideBehind(`the caps have not caught up with the log ${since}`));
  }

  return {
    ...gate,
    goodForMs,
    look: (customerId, at, totals, isLate) => believing(isLate, () => gate.look(customerId, at, totals)),
    reserve: (request) => believing(request.isLate, () => gate.reserve(request)),
    behindMs: watch.behindMs,
    start: watch.start,
    stop: watch.stop,
  };
}
