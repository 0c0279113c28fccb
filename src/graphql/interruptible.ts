// Answers that not only their reader can end: a drain does, and the longest life that a subscription may have.

export interface Interruptible<Value> extends AsyncIterableIterator<Value> {
  /** Closes the source; whoever waits for the next value, or asks for it next, gets the error instead. */
  interrupt(error: Error): void;
  /** Closes the source; whoever waits is told that there is no more. Nothing is awaited: a source may be slow to close. */
  return(): Promise<IteratorResult<Value>>;
}

export interface InterruptibleOptions {
  /** Milliseconds until it interrupts itself, at most 2³¹ − 1. */
  readonly lifetime: number;
  /** The error with which it then does. */
  readonly overdue: () => Error;
  /** What goes wrong in the source when nobody waits for it any more. */
  readonly onError: (error: unknown) => void;
}

/** Reads a source whose `next` is called once at a time. It holds one timer, until it ends. */
export function interruptible<Value>(
  source: AsyncIterator<Value>,
  { lifetime, overdue, onError }: InterruptibleOptions,
): Interruptible<Value> {
  let ended = false;
  let untold: Error | undefined;
  let waiting: PromiseWithResolvers<IteratorResult<Value>> | undefined;
  const life = setTimeout(() => interrupt(overdue()), lifetime);

  function end(): void {
    ended = true;
    clearTimeout(life);
  }

  function close(): void {
    end();
    source.return?.().catch(onError);
  }

  function interrupt(error: Error): void {
    if (ended) return;
    close();
    if (waiting) waiting.reject(error);
    else untold = error;
    waiting = undefined;
  }

  function settle(by: (reader: PromiseWithResolvers<IteratorResult<Value>>) => void): void {
    const reader = waiting;
    waiting = undefined;
    if (reader) by(reader);
  }

  return {
    async next() {
      if (untold) {
        const error = untold;
        untold = undefined;
        throw error;
      }
      if (ended) return { done: true, value: undefined };
      const reader = Promise.withResolvers<IteratorResult<Value>>();
      waiting = reader;
      source.next().then(
        (step) => {
          if (step.done) end();
          settle(({ resolve }) => resolve(step));
        },
        (error: unknown) => {
          if (ended) return onError(error);
          end();
          settle(({ reject }) => reject(error));
        },
      );
      return reader.promise;
    },
    async return() {
      const step = { done: true, value: undefined } as const;
      if (!ended) close();
      untold = undefined;
      settle(({ resolve }) => resolve(step));
      return step;
    },
    interrupt,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
