// What arrives over a wire, the same for all of them.

export interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** `complete`: there is no more. `come back`: it was broken off, and trying again may help. `failed`: trying again does not. */
export type End = 'complete' | 'come back' | 'failed';

export interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Listening {
  /** All results until now; errors that ended it are the last of them. */
  readonly results: readonly Result[];
  /** The results as soon as there are so many. */
  take(count: number): Promise<readonly Result[]>;
  readonly end: Promise<End>;
  /** Goes away without a word, as a client that is closed. */
  leave(): void;
  /** Reads nothing any more. */
  stall(): void;
  read(): void;
}

/** Where results arrive. */
export function createInbox() {
  const results: Result[] = [];
  const waiting = new Set<() => void>();
  const { promise: end, resolve } = Promise.withResolvers<End>();
  return {
    results,
    end,
    push(result: Result) {
      results.push(result);
      for (const look of waiting) look();
    },
    finish: resolve,
    async take(count: number): Promise<readonly Result[]> {
      while (results.length < count) {
        const { promise, resolve: look } = Promise.withResolvers<void>();
        waiting.add(look);
        const ended = await Promise.race([promise, end]);
        waiting.delete(look);
        if (ended !== undefined && results.length < count) throw new Error(`${ended} after ${JSON.stringify(results)}`);
      }
      return results.slice(0, count);
    },
  };
}

export const isRetryable = ({ errors }: Result) => errors?.every(({ extensions }) => extensions.retryable) === true;
