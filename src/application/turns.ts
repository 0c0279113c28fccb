// One at a time per key: whatever concerns one customer is decided in turn, different customers side by side.

export interface Turns {
  /** Runs `task` when all earlier tasks of the key have ended; a failing one does not disturb the next. */
  take<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, task) {
      const before = last.get(key);
      const mine = before ? before.then(task, task) : task();
      last.set(key, mine);
      const done = () => {
        if (last.get(key) === mine) last.delete(key);
      };
      mine.then(done, done);
      return mine;
    },
  };
}
