// A source of events that ends when its listener's time is over, also while there is nothing to hear.
import type { Listening } from './guard.ts';

/** The longest that a timer of Node can wait. */
const longestTimer = 2_147_483_647;

/** The events of a source, each `next` after the one before; rejects with the ending when the time is over. Leaves no timer behind. */
export function boundedListening<Event>(
  source: AsyncIterator<Event>,
  { endsAt, ending, end }: Listening,
): AsyncIterator<Event> {
  let isLeft = false;
  let isOver = false;
  let giveUp = () => {};
  let timer = wait();

  function wait(): NodeJS.Timeout {
    const left = Math.max(0, endsAt - Date.now());
    return setTimeout(
      () => {
        if (Date.now() < endsAt) timer = wait();
        else over();
      },
      Math.min(left, longestTimer),
    );
  }

  function over(): void {
    isOver = true;
    leave();
    // A source that cannot be closed properly has nobody left whom it would concern.
    source.return?.().catch(() => {});
    giveUp();
  }

  function leave(): void {
    if (isLeft) return;
    isLeft = true;
    clearTimeout(timer);
    end();
  }

  return {
    next() {
      if (isOver) return Promise.reject(ending());
      return new Promise((resolve, reject) => {
        giveUp = () => reject(ending());
        source.next().then(
          (step) => {
            if (step.done) leave();
            resolve(step);
          },
          (error: unknown) => {
            leave();
            reject(error);
          },
        );
      });
    },
    async return() {
      leave();
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
