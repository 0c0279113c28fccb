// What the cap gate is asked for a decision: places for all its offers under all their caps.
import type { ReservationRequest } from '../../projections/cap-gate.ts';
import { coolingOf } from '../decisioning/compiled-placement.ts';
import type { Verdict } from '../decisioning/decide.ts';
import type { DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import type { Selection } from '../decisioning/selection.ts';

/** `heldUntil` is epoch milliseconds. */
export function reservationOf(
  verdict: Verdict,
  selection: Selection,
  decisionId: string,
  request: DecisionRequest,
  { customerId, timeZone }: CustomerFacts,
  heldUntil: number,
): ReservationRequest {
  const { placementId, callId, at } = request;
  const cooling = coolingOf(verdict.placement);
  return {
    customerId,
    decisionId,
    callId,
    placementId,
    channel: verdict.placement.terms.channel,
    timeZone,
    offers: selection.chosen.map(({ candidate: { offer, caps } }) => ({
      offerId: offer.offerId,
      tags: offer.terms.tags,
      caps,
    })),
    ...(cooling && { cooling }),
    at,
    heldUntil,
  };
}
