// How long something may take: who waits for it is told in time that it is not done yet, and it goes on.
import { StoreUnavailable } from '../event-store/event-store.ts';

/** @throws StoreUnavailable when the work takes longer, in milliseconds; it may be done all the same, later. */
export function inTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new StoreUnavailable(`the event log has not taken it within ${milliseconds} ms`));
    // A process that was busy for all of that time first hears what has happened meanwhile.
    const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** What the work gives within so many milliseconds; undefined when it takes longer, and what it fails with then is nobody's. */
export async function settledWithin<Result>(work: Promise<Result>, milliseconds: number): Promise<Result | undefined> {
  const { promise: over, resolve: giveUp } = Promise.withResolvers<undefined>();
  const timer = setTimeout(giveUp, milliseconds);
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
