// The port of the cap gate: checks and reserves all caps of a decision at once, or none. The log is the truth, the gate is fast.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import type { BoundCap } from '../src/decisioning/caps.ts';
import type { Channel } from '../src/decisioning/catalogue.ts';
import type { ContactFacts } from '../src/decisioning/decision-request.ts';

/**
 * One offer of a decision that wants to be contacted. Instants are epoch milliseconds; `at` and `heldUntil` are those that its
 * CapReserved is then recorded with. The offers of a decision are reserved in the order in which that event lists them.
 */
export interface ReservationRequest {
  readonly customerId: string;
  readonly decisionId: string;
  readonly callId: string;
  readonly placementId: string;
  readonly channel: Channel;
  readonly timeZone: string;
  readonly offerId: string;
  readonly tags: readonly string[];
  /** Everything that must admit one more contact. */
  readonly caps: readonly BoundCap[];
  /**
   * Silence after a contact: no reservation or impression of another call in `series` since `at - seconds`.
   */
  readonly cooling?: { readonly series: string; readonly seconds: number };
  readonly at: number;
  readonly heldUntil: number;
}

export type Reservation = { readonly reserved: true } | { readonly reserved: false; readonly by: string };

export interface CapGate {
  /**
   * Usage of caps for a customer, in the order asked, and the last contact (impression or held reservation, epoch milliseconds)
   * of the asked cooling series by another call. One round trip. Totals are counted in whole minutes: the minute that a window's
   * beginning cuts counts whole, never too low. Looking changes nothing, so `at` may lie in the future.
   */
  usage(customerId: string, timeZone: string, at: number): Promise<ContactFacts>;
  /**
   * Atomic. Reserving what this decision already holds for this offer succeeds and counts nothing twice. `by` names the cap in the
   * way, or is COOLING_WINDOW, or RESERVATION_OVER when this decision's own reservation has lapsed or was given back.
   */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /** Undoes a reservation whose record could not be written, its decision included; nothing happens when the log has it after all. */
  withdraw(customerId: string, decisionId: string, offerId: string): Promise<void>;
  /**
   * Brings an event of the log in; what the gate already knows changes nothing. A gate in process answers nothing rather than a
   * promise: the event is in when the call returns.
   */
  apply(event: CapEvent, at: string): void | Promise<void>;
  /** Reservations of unpresented offers whose time was over before `at`, each reported once; they no longer count. */
  expired(at: number): Promise<readonly { customerId: string; decisionId: string; offerId: string }[]>;
}
