// Writes a decision and its reservation to the log before anybody hears of them.
import { capDecider } from '../aggregates/cap/decider.ts';
import { isRefused } from '../aggregates/decider.ts';
import { decisionDecider, decisionOfRequest, streamIdOf } from '../aggregates/decision/decider.ts';
import { instantOf } from '../aggregates/values.ts';
import type { Selection } from '../decisioning/selection.ts';
import type { Position } from '../event-store/event-store.ts';
import type { CommandContext } from '../event-store/execute.ts';
import { type DecisionRecord, type OfferDecided, readDecision } from './decision-records.ts';
import type { NextBestOfferParts } from './next-best-offer.ts';

export interface RecordedDecision {
  readonly record: DecisionRecord;
  /** False: it answers the same request, and was recorded before. */
  readonly isNew: boolean;
  /** Position of its reservation, if it is new and has one. */
  readonly reservedAt?: Position;
}

/**
 * The record of the decision, or of an earlier one that still answers the same request id; not of the one that it supersedes.
 *
 * The reservation comes first. Where a store wrote only it, nothing is answered and it lapses with its time: caps err on the side
 * of silence. Unless both are written, `withdraw` is called, which gives the places back to the gate.
 * @throws what the store throws.
 */
export async function recordDecision(
  { executor, store }: Pick<NextBestOfferParts, 'executor' | 'store'>,
  { data, supersedes }: { data: OfferDecided; supersedes: string | undefined },
  reservation: { selection: Selection; timeZone: string; heldUntil: number; withdraw: () => Promise<void> },
  context: CommandContext,
): Promise<RecordedDecision> {
  const { customerId, decisionId, placementId, channel, callId, requestId } = data;
  const id = streamIdOf(decisionId) ?? '';
  const offers = reservation.selection.chosen.map(({ candidate: { offer } }) => ({
    offerId: offer.offerId,
    tags: [...offer.terms.tags],
  }));
  const { timeZone } = reservation;
  const heldUntil = instantOf(reservation.heldUntil);
  const { catalogue } = data.basis;
  const reserved = { customerId, decisionId, placementId, channel, offers, callId, timeZone, catalogue, heldUntil };
  const reserve = { decider: capDecider, id, command: { type: 'ReserveCap' as const, data: reserved } };
  const decide = {
    decider: decisionDecider,
    id,
    command: { type: 'RecordDecision' as const, at: context.at, data, supersedes },
  };
  try {
    const together = offers.length === 0 ? undefined : await executor.executeTogether(reserve, decide, context);
    const decided = together ?? (await executor.execute(decisionDecider, id, decide.command, context));
    if (isRefused(decided)) throw new Error(`a decision was refused: ${decided.rule}`);
    if (decided.events.length > 0) {
      const record = { data, at: context.at, position: decided.position, outcomes: [] };
      return { record, isNew: true, ...(together && !isRefused(together) && { reservedAt: together.firstPosition }) };
    }

    await reservation.withdraw();
    const earlier = decisionOfRequest(
      decided.state,
      { requestId: requestId ?? '', placementId, supersedes },
      context.at,
    );
    const record = earlier && (await readDecision(store, earlier));
    if (!record) throw new Error('a decision that was recorded before cannot be found');
    return { record, isNew: false };
  } catch (error) {
    await reservation.withdraw();
    throw error;
  }
}
