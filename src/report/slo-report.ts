// How the promises were kept over any period, as the log alone tells it: one pass, nothing asked of a running process.
import type { CapEvent } from '../aggregates/cap/events.ts';
import type { DecisionEvent } from '../aggregates/decision/events.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { type CollisionCount, createCollisionCount } from './collision-count.ts';
import { createSeenSignals, type SeenSignals } from './seen-signals.ts';

export interface SloReportOptions {
  /** Epoch milliseconds of the commands: from the first inclusive to the last exclusive. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds in which one customer should not be reached twice, in whatever channel. */
  readonly coolingWindowMs: number;
}

export type CountByName = Readonly<Record<string, number>>;

export interface SloReport {
  /** ISO; absent where the period is open, and there were no events. */
  readonly firstAt?: string;
  readonly lastAt?: string;
  readonly decisions: {
    readonly all: number;
    readonly byResolution: CountByName;
    /** Answers in which something was done instead of what could not be done in time, or that did not see what the caller had seen. */
    readonly degraded: number;
    readonly byDegradation: CountByName;
    readonly withoutOffer: CountByName;
    readonly recordedLate: number;
  };
  readonly collisions: CollisionCount;
  readonly freshness: SeenSignals;
}

/** The categories of the events that the report reads. */
export const reportedCategories: readonly string[] = ['placement', 'cap', 'decision', 'signal'];

/**
 * The events must come from the beginning of the log: what a customer got before the period counts for what he got in it. The memory
 * that it takes grows with the customers of one cooling window, not with the log.
 */
export async function sloReport(events: AsyncIterable<RecordedEvent>, options: SloReportOptions): Promise<SloReport> {
  const { from, to, coolingWindowMs } = options;
  const isReported = (at: number) => at >= from && at < to;
  const collisions = createCollisionCount({ coolingWindowMs, isReported });
  const signals = createSeenSignals();
  const [byResolution, byDegradation, withoutOffer] = [createTally(), createTally(), createTally()];
  let [all, degraded, recordedLate] = [0, 0, 0];
  let [firstAt, lastAt] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

  function noteDecision({ data }: Extract<DecisionEvent, { type: 'OfferDecided' }>): void {
    all += 1;
    byResolution.add(data.resolution);
    if (data.offers.length === 0) withoutOffer.add(data.cause ?? 'UNKNOWN');
    if (data.recorded === 'LATE') recordedLate += 1;
    for (const { stage, cause, instead } of data.degradations ?? []) byDegradation.add(`${stage} ${cause}: ${instead}`);
    if (data.degradations || data.resolution === 'STALE' || data.resolution === 'CACHED') degraded += 1;
  }

  for await (const recorded of events) {
    const event = recorded as RecordedEvent & (CapEvent | DecisionEvent);
    const at = Date.parse(event.metadata.at);
    collisions.note(recorded, at);
    if (recorded.type === 'SignalObserved') signals.signal(recorded);
    if (!isReported(at)) {
      if (event.type === 'OfferDecided') signals.decision(event, event.data, false);
      continue;
    }
    [firstAt, lastAt] = [Math.min(firstAt, at), Math.max(lastAt, at)];
    if (event.type !== 'OfferDecided') continue;
    noteDecision(event);
    signals.decision(event, event.data, true);
  }
  return {
    ...(firstAt <= lastAt && { firstAt: new Date(firstAt).toISOString(), lastAt: new Date(lastAt).toISOString() }),
    decisions: {
      all,
      byResolution: byResolution.counts(),
      degraded,
      byDegradation: byDegradation.counts(),
      withoutOffer: withoutOffer.counts(),
      recordedLate,
    },
    collisions: collisions.count(),
    freshness: signals.count(),
  };
}

/** Counts by name, most first. */
function createTally() {
  const counts = new Map<string, number>();
  return {
    add: (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1),
    counts: (): CountByName => Object.fromEntries([...counts].sort(([, one], [, other]) => other - one)),
  };
}
