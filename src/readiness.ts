// Whether a process may be given work, and what of it does not go as it should.
import type { LateDecisions } from './application/late-decisions.ts';
import type { EventStore } from './event-store/event-store.ts';

export interface Readiness {
  readonly ready: boolean;
  /** Why not. */
  readonly cause?: string;
  /** What is away although it is ready. Taken from all processes at once, work would not be done better anywhere. */
  readonly degraded?: readonly Degradation[];
}

export interface Degradation {
  readonly part: 'EVENT_LOG' | 'LATE_DECISIONS';
  /** ISO, where it is known. */
  readonly since?: string;
  readonly cause: string;
}

/** Without the event log a process still answers from its read models, and records late what may be recorded late. */
export function withDegradations(
  readiness: Readiness,
  store: Pick<EventStore, 'health'>,
  late: Pick<LateDecisions, 'status'> | undefined,
): Readiness {
  const degraded: Degradation[] = [];
  const health = store.health();
  if (!health.answers) degraded.push({ part: 'EVENT_LOG', since: health.since, cause: health.cause });
  const { waiting = 0, aside = [] } = late?.status() ?? {};
  if (waiting > 0) degraded.push({ part: 'LATE_DECISIONS', cause: `${waiting} decisions wait to be recorded.` });
  for (const { id, why } of aside) {
    degraded.push({ part: 'LATE_DECISIONS', cause: `The decision ${id} cannot be recorded: ${why}` });
  }
  return degraded.length > 0 ? { ...readiness, degraded } : readiness;
}
