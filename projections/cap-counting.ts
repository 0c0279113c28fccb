// Brings the cap events of the log to the gate: what it has reserved itself it knows, what others recorded it learns.
import type { CapGate } from './cap-gate.ts';
import type { Follower } from './runner.ts';

/** A follower of the log. The gate gets the events in order, and one that answers at once has them all when this returns. */
export function countCaps(gate: Pick<CapGate, 'apply'>): Follower {
  return { categories: ['cap'], onEvents: (events) => gate.apply(events) };
}
