// One at a time per key: whatever concerns one customer is decided in turn, different customers side by side.

export interface Turns {
  /** Runs `task` when all earlier tasks of the key have ended and nothing holds it; a failing one does not disturb the next. */
  take<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
  /**
   * The same for a task that asks itself what holds the key, and that nobody wants any more when it has not begun after so many
   * milliseconds: then it never does.
   * @param late what it rejects with then
   */
  takeWithin<Result>(
    key: string,
    milliseconds: number,
    task: () => Promise<Result>,
    late: () => Error,
  ): Promise<Result>;
  /** The key's next task waits for this too; the one that is running does not. */
  hold(key: string, until: Promise<unknown>): void;
  /** Resolves when nothing holds the key, for a task that goes on from what it has done itself; undefined: nothing does. */
  held(key: string): Promise<void> | undefined;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  const held = new Map<string, Promise<unknown>>();

  async function released(key: string): Promise<void> {
    for (let until = held.get(key); until; until = held.get(key)) await until;
  }

  function queue<Result>(key: string, start: () => Promise<Result>): Promise<Result> {
    const before = last.get(key);
    const mine = before ? before.then(start, start) : start();
    last.set(key, mine);
    const done = () => {
      if (last.get(key) === mine) last.delete(key);
    };
    mine.then(done, done);
    return mine;
  }

  return {
    take: (key, task) => queue(key, () => (held.has(key) ? released(key).then(task) : task())),
    takeWithin(key, milliseconds, task, late) {
      if (!last.has(key)) return queue(key, task);
      const { promise: givenUp, reject } = Promise.withResolvers<never>();
      let isGivenUp = false;
      const giveUp = () => {
        isGivenUp = true;
        reject(late());
      };
      const timer = setTimeout(giveUp, Math.max(0, milliseconds));
      const begun = queue(key, () => {
        clearTimeout(timer);
        return isGivenUp ? givenUp : task();
      });
      return Promise.race([begun, givenUp]);
    },
    held: (key) => (held.has(key) ? released(key) : undefined),
    hold(key, until) {
      const before = held.get(key);
      const all = before ? Promise.allSettled([before, until]) : until;
      held.set(key, all);
      const done = () => {
        if (held.get(key) === all) held.delete(key);
      };
      all.then(done, done);
    },
  };
}
