// Brings the cap events of the log to the gate: what it has reserved itself it knows, what others recorded it learns.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import type { CapGate } from './cap-gate.ts';
import type { Follower } from './runner.ts';

/** A follower of the log. The gate gets the events in order, and one that answers at once has them all when this returns. */
export function countCaps(gate: CapGate): Follower {
  return {
    categories: ['cap'],
    onEvents(events) {
      const applying: Promise<void>[] = [];
      for (const { type, data, metadata } of events) {
        const pending = gate.apply({ type, data } as CapEvent, metadata.at);
        if (pending) applying.push(pending);
      }
      // Without a promise to wait for, what was committed is counted before its append is answered.
      if (applying.length > 0) return Promise.all(applying).then(() => {});
    },
  };
}
