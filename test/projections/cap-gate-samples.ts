// Caps, requests and events of one customer, one offer and one placement, for the tests of cap gates.
import type { CapGate, ReservableOffer, ReservationRequest } from '../../projections/cap-gate.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import { type BoundCap, bindOfferCap, type CapRule } from '../../src/decisioning/caps.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { recorded } from './recorded-events.ts';

export const noon = Date.parse('2026-11-18T12:00:00.000Z');
export const second = 1000;
export const day = 86_400_000;

export function capOf(rule: Partial<CapRule>): BoundCap {
  const defaults: CapRule = {
    name: 'cap',
    counts: 'IMPRESSION',
    scope: { kind: 'OFFER' },
    subject: 'CUSTOMER',
    limit: 10,
    window: { kind: 'ROLLING', seconds: 86_400 },
  };
  return bindOfferCap({ ...defaults, ...rule }, 'o1', 'home');
}

/** A request for one offer. */
export function asking(request: Partial<ReservationRequest & ReservableOffer>): ReservationRequest {
  const { at = noon, offerId = 'o1', tags = ['fuel'], caps = [], counted = [], ...others } = request;
  const offers = [{ offerId, tags, caps, counted }];
  const place = { placementId: 'home', channel: 'WEB', timeZone: 'UTC', offers } as const;
  const held = { at, heldUntil: at + 1800 * second };
  return { customerId: 'c1', decisionId: 'd1', callId: 'call1', ...place, ...held, ...others };
}

export function reserved({ decisionId = 'd1', heldUntil = noon + 1800 * second }): CapEvent {
  const place = { placementId: 'home', channel: 'WEB', timeZone: 'UTC', callId: 'call1' } as const;
  const offers = [{ offerId: 'o1', tags: ['fuel'] }];
  return {
    type: 'CapReserved',
    data: { customerId: 'c1', decisionId, ...place, offers, heldUntil: new Date(heldUntil).toISOString() },
  };
}

export function confirmed(counted: Counted, heldUntil: number, decisionId = 'd1'): CapEvent {
  const until = new Date(heldUntil).toISOString();
  return { type: 'CapConfirmed', data: { customerId: 'c1', decisionId, offerId: 'o1', counted, heldUntil: until } };
}

export function released(reason: 'DECLINED' | 'DISMISSED' | 'EXPIRED', decisionId = 'd1'): CapEvent {
  return { type: 'CapReleased', data: { customerId: 'c1', decisionId, offerId: 'o1', reason } };
}

const positions = new WeakMap<CapEvent, number>();
let lastPosition = 0;

/** As the log has it: its position is that of the first time it was asked for, and behind all that were asked for before. */
export function logged(event: CapEvent, at: number): RecordedEvent {
  const position = positions.get(event) ?? ++lastPosition;
  positions.set(event, position);
  const { customerId, decisionId } = event.data;
  const told = { stream: `cap-${customerId}_202611`, ...event, at: new Date(at).toISOString() };
  const [one] = recorded([told], position);
  if (!one) throw new Error(`nothing is recorded of ${decisionId}`);
  return one;
}

export async function record(gate: CapGate, ...story: readonly (readonly [CapEvent, number])[]): Promise<void> {
  await gate.apply(story.map(([event, at]) => logged(event, at)));
}

/** What a gate knows of a customer, a cap of everybody included. */
export async function seenBy(
  gate: CapGate,
  caps: readonly BoundCap[],
  at: number,
  customerId = 'c1',
  timeZone = 'UTC',
) {
  const totals = () => caps.filter(({ rule }) => rule.subject === 'TOTAL');
  return (await gate.look(customerId, at, totals))(timeZone);
}

export async function usedOf(gate: CapGate, cap: BoundCap, at = noon): Promise<number> {
  return (await seenBy(gate, [cap], at)).usageOf(cap).used;
}
