// What the cap gate is asked for a decision: places for all its offers under all their caps.
import type { ReservationRequest } from '../../projections/cap-gate.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import { coolingOf } from '../decisioning/compiled-placement.ts';
import type { Verdict } from '../decisioning/decide.ts';
import type { DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import { looseTotalCaps } from '../decisioning/loose-total-caps.ts';
import type { Selection } from '../decisioning/selection.ts';

/** `heldUntil` is epoch milliseconds. */
export function reservationOf(
  catalogue: Catalogue,
  verdict: Verdict,
  selection: Selection,
  decisionId: string,
  request: DecisionRequest,
  { customerId, timeZone }: CustomerFacts,
  heldUntil: number,
): ReservationRequest {
  const { placementId, callId, at } = request;
  const { channel } = verdict.placement.terms;
  const cooling = coolingOf(verdict.placement);
  return {
    customerId,
    decisionId,
    callId,
    placementId,
    channel,
    timeZone,
    offers: selection.chosen.map(({ candidate: { offer, caps } }) => {
      const { offerId } = offer;
      const { tags } = offer.terms;
      return { offerId, tags, caps, counted: looseTotalCaps(catalogue, { offerId, placementId, channel, tags }) };
    }),
    ...(cooling && { cooling }),
    at,
    heldUntil,
  };
}
