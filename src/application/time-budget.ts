// How long something may take: who waits for it is told in time that it is not done yet, and it goes on.
import { StoreUnavailable } from '../event-store/event-store.ts';
import type { Deadline } from './decision-trail.ts';

/** The time was up before the work was done; it may be done all the same, later. */
export class Overrun extends Error {
  /** How long it was waited for. */
  readonly milliseconds: number;
  constructor(what: string, milliseconds: number) {
    super(`${what} has taken longer than ${Math.round(milliseconds)} ms`);
    this.milliseconds = milliseconds;
  }
}

/**
 * Waits for work no longer than so many milliseconds; less than 0 is 0, and what is done without waiting is done in time.
 * @param late what it rejects with then
 */
export function inTime<Result>(work: Promise<Result>, milliseconds: number, late: () => Error): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(late());
    // A process that was busy for all of that time first hears what has happened meanwhile.
    const timer = setTimeout(() => setImmediate(giveUp), Math.max(0, milliseconds));
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What the work gives within so many milliseconds; undefined when it takes longer, and what it fails with then is nobody's. */
export async function settledWithin<Result>(work: Promise<Result>, milliseconds: number): Promise<Result | undefined> {
  try {
    return await inTime(work, milliseconds, () => notSettled);
  } catch (error) {
    if (error !== notSettled) throw error;
    return undefined;
  }
}

/** One for all: nobody ever sees it. */
const notSettled = new Error('not settled in time');

/** A decision that could not be made and recorded in time, although nothing is known to be away. */
export class OutOfTime extends StoreUnavailable {}

/** What its customer has under way has left it no time: of how others fare it says nothing. */
export class NoTurn extends OutOfTime {}

/** What a decision fails with for which the log is too slow. */
export function logTooSlow({ timeBudgetMs }: Deadline): OutOfTime {
  return new OutOfTime(`the event log has not answered in time: a decision is due within ${timeBudgetMs} ms`);
}

/** What a decision fails with that has waited for so long that nothing could be waited for any more. */
export function timeIsUp({ timeBudgetMs }: Deadline): OutOfTime {
  return new OutOfTime(tooLate(timeBudgetMs));
}

/** The same for one that has waited for its customer's turn. */
export function noTurn({ timeBudgetMs }: Deadline): NoTurn {
  return new NoTurn(tooLate(timeBudgetMs));
}

function tooLate(milliseconds: number): string {
  return `it could not be decided within ${milliseconds} ms`;
}
