// Reserves all offers of a decision under all their caps, or none.
import type { CapGate } from '../../projections/cap-gate.ts';
import { coolingOf } from '../decisioning/compiled-placement.ts';
import type { Verdict } from '../decisioning/decide.ts';
import type { DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import type { Selection } from '../decisioning/selection.ts';

/**
 * Undefined when everything is reserved until `heldUntil`, epoch milliseconds; else nothing is, and the answer is the offer whose last
 * place another decision took.
 */
export async function reserveAll(
  gate: CapGate,
  verdict: Verdict,
  selection: Selection,
  decisionId: string,
  request: DecisionRequest,
  customer: CustomerFacts,
  heldUntil: number,
): Promise<string | undefined> {
  const cooling = coolingOf(verdict.placement);
  for (const { candidate } of selection.chosen) {
    const { offerId, terms } = candidate.offer;
    const outcome = await gate.reserve({
      customerId: customer.customerId,
      decisionId,
      callId: request.callId,
      placementId: request.placementId,
      channel: verdict.placement.terms.channel,
      timeZone: customer.timeZone,
      offerId,
      tags: terms.tags,
      caps: candidate.caps,
      ...(cooling ? { cooling } : {}),
      at: request.at,
      heldUntil,
    });
    if (outcome.reserved) continue;
    await withdrawAll(gate, selection, customer.customerId, decisionId);
    return offerId;
  }
  return undefined;
}

/** Gives back what a decision that will not be recorded has reserved. */
export async function withdrawAll(
  gate: CapGate,
  selection: Selection,
  customerId: string,
  decisionId: string,
): Promise<void> {
  for (const { candidate } of selection.chosen) await gate.withdraw(customerId, decisionId, candidate.offer.offerId);
}
