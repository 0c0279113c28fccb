// One at a time per key: whatever concerns one customer is decided in turn, different customers side by side.

export interface Turns {
  /** Runs `task` when all earlier tasks of the key have ended; a failing one does not disturb the next. */
  take<Result>(key: string, task: () => Promise<Result>): Promise<Result>;
  /** The key's next task waits for this too; the one that is running does not. */
  hold(key: string, until: Promise<unknown>): void;
  /** Resolves when nothing holds the key: for a task that goes on from what it has done itself. */
  released(key: string): Promise<void>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  const held = new Map<string, Promise<unknown>>();

  async function released(key: string): Promise<void> {
    for (let until = held.get(key); until; until = held.get(key)) await until;
  }

  return {
    take(key, task) {
      const before = last.get(key);
      const start = () => (held.has(key) ? released(key).then(task) : task());
      const mine = before ? before.then(start, start) : start();
      last.set(key, mine);
      const done = () => {
        if (last.get(key) === mine) last.delete(key);
      };
      mine.then(done, done);
      return mine;
    },
    released,
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
