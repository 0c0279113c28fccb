// Writes a decision and its reservation to the log, together, before anybody hears of them.
import { capDecider } from '../aggregates/cap/decider.ts';
import { isRefused } from '../aggregates/decider.ts';
import { decisionDecider, decisionOfRequest, streamIdOf } from '../aggregates/decision/decider.ts';
import type { Selection } from '../decisioning/selection.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import { holdEndOf } from './decided-offer.ts';
import { type DecisionRecord, type OfferDecided, readDecision } from './decision-records.ts';

/**
 * The record of the decision, or of the earlier one when another process answered the same request id meanwhile.
 *
 * Both appends go out in one turn, so that the embedded log commits them in one transaction. When only the reservation was
 * written, nothing is answered and it lapses with its time: caps err on the side of silence. When it was not, `withdraw` is
 * called, which gives the places back to the gate.
 * @throws what the store throws.
 */
export async function recordDecision(
  { executor, store }: { executor: Executor; store: EventStore },
  data: OfferDecided,
  reservation: { selection: Selection; timeZone: string; withdraw: () => Promise<void> },
  context: CommandContext,
): Promise<DecisionRecord> {
  const { customerId, decisionId, placementId, channel, callId } = data;
  const streamId = streamIdOf(decisionId) ?? '';
  const offers = reservation.selection.chosen.map(({ candidate: { offer } }) => ({
    offerId: offer.offerId,
    tags: [...offer.terms.tags],
  }));
  const reserve = {
    type: 'ReserveCap' as const,
    data: {
      customerId,
      decisionId,
      placementId,
      channel,
      offers,
      callId,
      timeZone: reservation.timeZone,
      heldUntil: holdEndOf(data.expiresAt),
    },
  };
  const [reserved, decided] = await Promise.allSettled([
    offers.length === 0 ? undefined : executor.execute(capDecider, streamId, reserve, context),
    executor.execute(decisionDecider, streamId, { type: 'RecordDecision', at: context.at, data }, context),
  ]);
  if (reserved.status === 'rejected') {
    await reservation.withdraw();
    throw reserved.reason;
  }
  if (decided.status === 'rejected') throw decided.reason;
  if (reserved.value && isRefused(reserved.value)) throw new Error(`a reservation was refused: ${reserved.value.rule}`);
  if (isRefused(decided.value)) throw new Error(`a decision was refused: ${decided.value.rule}`);
  if (decided.value.events.length > 0) return { data, at: context.at, position: decided.value.position, outcomes: [] };

  for (const { offerId } of offers) {
    await executor.execute(
      capDecider,
      streamId,
      { type: 'ReleaseCap', decisionId, offerId, reason: 'DISMISSED' },
      context,
    );
  }
  const earlier = decisionOfRequest(decided.value.state, data.requestId ?? '', placementId, context.at);
  const record = earlier && (await readDecision(store, earlier));
  if (!record) throw new Error('a decision that was recorded before cannot be found');
  return record;
}
