// What a cap gate that is not in one process asks of the caps that count everybody together.
import type { BoundCap, CapUsage } from '../src/decisioning/caps.ts';
import type { Position, RecordedEvent } from '../src/event-store/event-store.ts';
import type { Reservation, ReservationRequest } from './cap-gate.ts';

export interface TotalsSeen {
  usageOf(cap: BoundCap): CapUsage;
  largestTotal(): number;
}

export interface CapTotals {
  /** What is known of caps at an instant; of those that are not named it may be a little old. At once, if nobody has to be asked. */
  look(at: number, caps: readonly BoundCap[]): TotalsSeen | Promise<TotalsSeen>;
  /**
   * Takes a place under each cap of subject TOTAL of a decision's offers, all or none; names the first offer and cap without one. It is told
   * of every reservation, also of one without such caps, and tells others of it who reserve under a cap that counts it. At once, if
   * nobody has to be asked.
   */
  take(request: ReservationRequest): Reservation | Promise<Reservation>;
  /** Gives the places of a decision back: it reserves nothing, or its record could not be written. */
  giveBack(decisionId: string): void;
  /** As `CapGate`. */
  doubted(decisionId: string): void;
  recorded(decisionId: string, position: Position): void;
  /** Events of the category `cap` in order of the log; what is known already changes nothing. */
  apply(events: readonly RecordedEvent[]): Promise<void>;
}
