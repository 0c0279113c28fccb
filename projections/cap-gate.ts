// The port of the cap gate: checks and reserves all caps of a decision at once, or none. The log is the truth, the gate is fast.
import type { BoundCap } from '../src/decisioning/caps.ts';
import type { Channel } from '../src/decisioning/catalogue.ts';
import type { ContactFacts } from '../src/decisioning/decision-request.ts';
import type { Position, RecordedEvent } from '../src/event-store/event-store.ts';

/**
 * A decision that wants to contact a customer. Instants are epoch milliseconds; `at` and `heldUntil` are those that its CapReserved is
 * then recorded with, and the offers are in the order in which that event lists them: each counts for those after it.
 */
export interface ReservationRequest {
  readonly customerId: string;
  readonly decisionId: string;
  readonly callId: string;
  readonly placementId: string;
  readonly channel: Channel;
  readonly timeZone: string;
  readonly offers: readonly ReservableOffer[];
  /**
   * Silence after a contact: no reservation or impression of another call in `series` since `at - seconds`.
   */
  readonly cooling?: { readonly series: string; readonly seconds: number };
  readonly at: number;
  readonly heldUntil: number;
  /** It is recorded after it is answered, as the log is away. */
  readonly isLate?: boolean;
}

export interface ReservableOffer {
  readonly offerId: string;
  readonly tags: readonly string[];
  /** Everything that must admit one more contact. */
  readonly caps: readonly BoundCap[];
  /**
   * Caps of everybody that count this contact, and among all that they count some that they do not bind: perhaps this one. Whoever
   * reserves under one of them later has to know of it. Absent: none. A gate in process knows of everything.
   */
  readonly counted?: readonly BoundCap[];
}

export type Reservation =
  | { readonly reserved: true }
  | { readonly reserved: false; readonly offerId: string; readonly by: string };

/** A gate that is not in this process throws ReadSideUnavailable when it cannot be reached; what was asked may have been done. */
export interface CapGate {
  /**
   * True: a reservation counts until it is recorded or withdrawn, however long that takes. Otherwise one that is not in the log within
   * seconds may be forgotten, and what is recorded late may be under no cap.
   */
  readonly keepsUnrecorded?: boolean;
  /**
   * Milliseconds from when it is asked for a reservation, after which that is not written any more: it may have been forgotten, and the
   * place be another's. Absent: it is good for ever.
   */
  readonly goodForMs?: number;
  /**
   * What is known of a customer's contacts: usage of caps, and the last contact (impression or held reservation, epoch milliseconds)
   * of a cooling series by another call, at an instant, for a customer who lives in a time zone. One round trip, together with what
   * is read of the customer in the same turn. Totals are counted in whole minutes: the minute that a window's beginning cuts counts
   * whole, never too low. Looking changes nothing, so `at` may lie in the future.
   *
   * @param totals caps of everybody that will be asked about: of others the answer may be a little old
   * @param isLate for a decision that is recorded after it is answered, as the log is away
   */
  look(
    customerId: string,
    at: number,
    totals: () => readonly BoundCap[],
    isLate?: boolean,
  ): Promise<(timeZone: string) => ContactFacts>;
  /**
   * Atomic: all offers or none. Reserving what this decision already holds for an offer succeeds and counts nothing twice. Otherwise
   * the answer is the first offer that has no place; `by` names the cap in the way, or is COOLING_WINDOW, or RESERVATION_OVER when
   * this decision's own reservation has lapsed or was given back.
   */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /**
   * Undoes the reservations of a decision whose record could not be written; nothing happens when the log has it after all. When it fails
   * because the gate cannot be reached, the looks that follow do it, too.
   */
  withdraw(customerId: string, decisionId: string): Promise<void>;
  /** Says that the record of a decision is not known to have succeeded or failed: until it is `recorded` or withdrawn it counts. */
  doubted(decisionId: string): void;
  /** Says that the log has the reservations of a decision, at a position. */
  recorded(decisionId: string, position: Position): void;
  /**
   * Brings events of the category `cap` in, in order of the log; what the gate already knows changes nothing. A gate in process
   * answers nothing rather than a promise: the events are in when the call returns.
   */
  apply(events: readonly RecordedEvent[]): void | Promise<void>;
  /**
   * Recorded reservations of unpresented offers whose time was over before `at`; they no longer count. Each is reported once, by a gate
   * that several processes share to one of them: and again to somebody when the log does not say in time that it has ended.
   */
  expired(at: number): Promise<readonly ExpiredOffer[]>;
}

export interface ExpiredOffer {
  readonly customerId: string;
  readonly decisionId: string;
  readonly offerId: string;
}
