// What decisions knew of what their customers had just done: the log has no record of when an event became readable, but of what was read.
import type { OfferDecided } from '../application/decision-records.ts';
import type { Position, RecordedEvent } from '../event-store/event-store.ts';
import { createLastUsed } from '../last-used.ts';

/**
 * Of decisions on customers who had sent signals before. A signal that a decision did not know was not readable when the facts were
 * read, so it was on its way for at most as long as from its record to that of the decision, which is later than the reading.
 */
export interface SeenSignals {
  readonly decisions: number;
  /** Decisions that did not know a signal that was recorded so long before them. */
  readonly unseenAfter1s: number;
  readonly unseenAfter5s: number;
  readonly unseenAfter60s: number;
  /** Milliseconds from the record of the oldest signal that was not known to that of its decision; 0: all knew all. */
  readonly longestUnseenMs: number;
}

interface Signal {
  readonly position: Position;
  readonly recordedAt: number;
}

/** Signals of one customer that are remembered besides the oldest that was not seen. */
const remembered = 50;
const customersRemembered = 500_000;

export function createSeenSignals(): {
  signal(event: RecordedEvent): void;
  decision(event: RecordedEvent, data: OfferDecided, isCounted: boolean): void;
  count(): SeenSignals;
} {
  const unseen = createLastUsed<Signal[]>(customersRemembered);
  const known = createLastUsed<true>(customersRemembered);
  let [decisions, unseenAfter1s, unseenAfter5s, unseenAfter60s, longestUnseenMs] = [0, 0, 0, 0, 0];

  function countDecision(age: number): void {
    decisions += 1;
    if (age > 1000) unseenAfter1s += 1;
    if (age > 5000) unseenAfter5s += 1;
    if (age > 60_000) unseenAfter60s += 1;
    longestUnseenMs = Math.max(longestUnseenMs, age);
  }

  return {
    signal({ data, position, recordedAt }) {
      const { customerId } = data as { customerId: string };
      const before = unseen.get(customerId) ?? [];
      // The oldest stays: what matters is how long the longest was on its way.
      if (before.length > remembered) before.splice(1, 1);
      unseen.set(customerId, [...before, { position, recordedAt: Date.parse(recordedAt) }]);
      known.set(customerId, true);
    },
    decision({ recordedAt }, { customerId, basis }, isCounted) {
      const seen = positionIn(basis.facts);
      if (seen === undefined || !known.get(customerId)) return;
      const left = (unseen.get(customerId) ?? []).filter(({ position }) => position > seen);
      unseen.set(customerId, left);
      const [oldest] = left;
      if (isCounted) countDecision(oldest ? Math.max(0, Date.parse(recordedAt) - oldest.recordedAt) : 0);
    },
    count: () => ({ decisions, unseenAfter1s, unseenAfter5s, unseenAfter60s, longestUnseenMs }),
  };
}

/** Up to where the features of the customer were that a decision was made on. */
function positionIn(facts: OfferDecided['basis']['facts']): Position | undefined {
  const { customer } = facts as { customer?: { features?: { position?: unknown } } };
  const position = customer?.features?.position;
  return typeof position === 'string' ? position : undefined;
}
