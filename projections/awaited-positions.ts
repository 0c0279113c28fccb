// Those who wait until a position is applied.
import type { Position } from '../src/event-store/event-store.ts';

export interface AwaitedPositions {
  /** Whether anybody waits. */
  readonly isEmpty: boolean;
  /** True when the position is reached within the time, false otherwise; `Infinity` waits as long as it takes. */
  wait(position: Position, timeoutMs: number): Promise<boolean>;
  /** Answers those whose position this is or is behind. */
  reached(position: Position): void;
  /** Answers all that they have waited in vain. */
  giveUp(): void;
}

interface Waiter {
  readonly position: Position;
  readonly answer: (reached: boolean) => void;
}

export function createAwaitedPositions(): AwaitedPositions {
  const waiters = new Set<Waiter>();
  return {
    get isEmpty() {
      return waiters.size === 0;
    },
    wait(position, timeoutMs) {
      return new Promise((resolve) => {
        const answer = (reached: boolean) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(reached);
        };
        const waiter: Waiter = { position, answer };
        const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(answer, timeoutMs, false);
        waiters.add(waiter);
      });
    },
    reached(position) {
      for (const waiter of waiters) if (waiter.position <= position) waiter.answer(true);
    },
    giveUp() {
      for (const waiter of waiters) waiter.answer(false);
    },
  };
}
