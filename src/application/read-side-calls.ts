// How a decision asks the read side: no longer than the stage may wait, and not at all while it is known not to answer.
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { Degradation } from '../aggregates/decision/events.ts';
import { type Breaker, BreakerOpen } from '../breaker.ts';
import { inTime, Overrun } from './time-budget.ts';

/**
 * Asks, and waits no longer than so many milliseconds for the answer.
 * @throws Overrun, BreakerOpen, and what asking fails with
 */
export type AskReadSide = <Answer>(milliseconds: number, ask: () => Promise<Answer>) => Promise<Answer>;

/** Milliseconds by which the read models may be behind the log and what they say of consents, and of what is live, is believed. */
export const believedMs = 250;
/** The share of what is left of the time that a reading of the log may take: in the rest it is decided and recorded. */
export const readingShare = 0.5;

/** Milliseconds that the read side may always take: whoever waits for less goes without, which is not its fault. */
const fairMs = 25;

/** @param breaker of a read side that is not in this process; what is in it answers at once, or is at fault */
export function createAskReadSide(breaker: Breaker | undefined): AskReadSide {
  if (!breaker) return (_, ask) => ask();
  return (milliseconds, ask) => {
    const judgedMs = Math.max(milliseconds, fairMs);
    const answer = breaker.call(() => inTime(ask(), judgedMs, () => readSideLate(judgedMs)));
    return judgedMs === milliseconds ? answer : inTime(answer, milliseconds, () => readSideLate(milliseconds));
  };
}

export function readSideLate(milliseconds: number): Overrun {
  return new Overrun('the read side', Math.max(0, milliseconds));
}

/**
 * Why there is no answer.
 * @throws what is no outage
 */
export function causeOf(error: unknown): Degradation['cause'] {
  if (error instanceof BreakerOpen) return 'BREAKER_OPEN';
  if (error instanceof Overrun) return 'OVERRUN';
  if (error instanceof ReadSideUnavailable) return 'UNAVAILABLE';
  throw error;
}
