// What the last calls to a store tell about it: the first failure of an outage is its beginning and its cause.
import { type StoreHealth, StoreUnavailable } from './event-store.ts';

export interface StoreHealthWatch {
  /** The work's own outcome; what it tells of the store is kept. */
  watch<Result>(work: () => Promise<Result>): Promise<Result>;
  answered(): void;
  /** Anything but a `StoreUnavailable` is an answer. */
  failed(error: unknown): void;
  health(): StoreHealth;
}

/** @param onOutage told of the failure that an outage begins with */
export function createStoreHealth(onOutage: (error: unknown) => void = () => {}): StoreHealthWatch {
  let health: StoreHealth = { answers: true };

  function answered(): void {
    if (!health.answers) health = { answers: true };
  }

  function failed(error: unknown): void {
    if (!(error instanceof StoreUnavailable)) answered();
    else if (health.answers) begin(error);
  }

  function begin(error: StoreUnavailable): void {
    health = { answers: false, since: new Date().toISOString(), cause: error.message };
    onOutage(error);
  }

  return {
    async watch(work) {
      try {
        const result = await work();
        answered();
        return result;
      } catch (error) {
        failed(error);
        throw error;
      }
    },
    answered,
    failed,
    health: () => health,
  };
}
