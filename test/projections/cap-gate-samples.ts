// Caps, requests and events of one customer, one offer and one placement, for the tests of cap gates.
import type { CapGate, ReservationRequest } from '../../projections/cap-gate.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import { type BoundCap, bindOfferCap, type CapRule } from '../../src/decisioning/caps.ts';

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

export function asking(request: Partial<ReservationRequest>): ReservationRequest {
  const { at = noon } = request;
  const place = {
    placementId: 'home',
    channel: 'WEB',
    timeZone: 'UTC',
    offerId: 'o1',
    tags: ['fuel'],
    caps: [],
  } as const;
  const held = { at, heldUntil: at + 1800 * second };
  return { customerId: 'c1', decisionId: 'd1', callId: 'call1', ...place, ...held, ...request };
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

export async function record(gate: CapGate, ...story: readonly (readonly [CapEvent, number])[]): Promise<void> {
  for (const [event, at] of story) await gate.apply(event, new Date(at).toISOString());
}

export async function usedOf(gate: CapGate, cap: BoundCap, at = noon): Promise<number> {
  return (await gate.usage('c1', 'UTC', at)).usageOf(cap).used;
}
