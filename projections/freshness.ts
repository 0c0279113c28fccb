// How old events are when they can be read: a ring of the last measurements.
import type { RecordedEvent } from '../src/event-store/event-store.ts';

/** Wall-clock milliseconds; all 0 while there are no events. */
export interface Freshness {
  /** How many events the figures are of, at most 10,000. */
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

const kept = 10_000;

export function createFreshness(): {
  /** Measures events that are readable since `at`, epoch milliseconds. */
  record(events: readonly Pick<RecordedEvent, 'recordedAt'>[], at: number): void;
  figures(): Freshness;
} {
  const ages = new Float64Array(kept);
  let recorded = 0;

  return {
    record(events, at) {
      for (const event of events) {
        // The clocks of the store and of this process may differ: nothing is readable before it is recorded.
        ages[recorded % kept] = Math.max(0, at - Date.parse(event.recordedAt));
        recorded++;
      }
    },
    figures() {
      const sorted = ages.slice(0, Math.min(recorded, kept)).sort();
      const quantile = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
      return { events: sorted.length, p50: quantile(0.5), p99: quantile(0.99), max: sorted.at(-1) ?? 0 };
    },
  };
}
