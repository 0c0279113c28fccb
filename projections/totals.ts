// The part of a cap gate that is everybody's: caps that count all customers together.
import type { BoundCap, CapUsage } from '../src/decisioning/caps.ts';
import type { Position, RecordedEvent } from '../src/event-store/event-store.ts';
import type { Reservation, ReservationRequest } from './cap-gate.ts';

/** How full the caps that were looked at are, all at one instant. */
export interface TotalsSeen {
  /** Of a cap that was not looked at, it says that it is full. */
  usageOf(cap: BoundCap): CapUsage;
  /** No offer alone has used a cap more often. */
  largestTotal(): number;
}

/** Fails with ReadSideUnavailable when it cannot be reached; what was asked may have been done. */
export interface Totals {
  /** `caps` is best the same list each time: what is known of it is remembered with it. */
  look(at: number, caps: readonly BoundCap[]): Promise<TotalsSeen>;
  /**
   * Takes a place under each TOTAL cap of the offers, all or none; names the first offer and cap without one. It is to be told of every
   * reservation, also of one without TOTAL caps: it counts in those of others.
   */
  take(request: ReservationRequest): Promise<Reservation>;
  /** The decision has no reservations, or none that are recorded: its places are free. */
  giveBack(decisionId: string): void;
  /** The log has the reservations of a decision, at a position: from then on only the log counts them. */
  recorded(decisionId: string, position: Position): void;
  /** Brings events of the category `cap` in, in order of the log. Those that were there before change nothing. */
  apply(events: readonly RecordedEvent[]): Promise<void>;
}
