// Whether a process may be given work, and what of it does not go as it should.
import type { LateDecisions } from './application/late-decisions.ts';
import type { Breaker } from './breaker.ts';
import type { EventStore } from './event-store/event-store.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Why not. */
  readonly cause?: string;
  /** What is away although it is ready. Taken from all processes at once, work would not be done better anywhere. */
  readonly degraded?: readonly Degradation[];
}

export interface Degradation {
  readonly part: 'EVENT_LOG' | 'READ_SIDE' | 'LATE_DECISIONS';
  /** ISO, where it is known. */
  readonly since?: string;
  readonly cause: string;
}

/**
 * Without the event log a process still answers from its read models, and records late what may be recorded late; without the read side it
 * answers from the log.
 */
export function withDegradations(
  readiness: Readiness,
  parts: {
    readonly store: Pick<EventStore, 'health'>;
    readonly late?: Pick<LateDecisions, 'status'> | undefined;
    readonly breaker?: Pick<Breaker, 'status'> | undefined;
  },
): Readiness {
  const { store, late, breaker } = parts;
  const degraded: Degradation[] = [...(readiness.degraded ?? [])];
  const health = store.health();
  if (!health.answers) degraded.push({ part: 'EVENT_LOG', since: health.since, cause: health.cause });
  const { state = 'CLOSED', since, cause = '' } = breaker?.status() ?? {};
  const isTold = degraded.some(({ part }) => part === 'READ_SIDE');
  if (state !== 'CLOSED' && !isTold) degraded.push({ part: 'READ_SIDE', ...(since !== undefined && { since }), cause });
  const { waiting = 0, aside = [] } = late?.status() ?? {};
  if (waiting > 0) degraded.push({ part: 'LATE_DECISIONS', cause: `${waiting} decisions wait to be recorded.` });
  if (aside.length > 0) {
    // Everybody may read it, and the ids of decisions have those of customers in them.
    const which = 'this process has logged which, and why';
    degraded.push({ part: 'LATE_DECISIONS', cause: `${aside.length} decisions cannot be recorded; ${which}.` });
  }
  return degraded.length > 0 ? { ...readiness, degraded } : readiness;
}
