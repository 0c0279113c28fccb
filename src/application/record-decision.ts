// Writes a decision and its reservation to the log.
import { type CapCommand, capDecider } from '../aggregates/cap/decider.ts';
import { isRefused } from '../aggregates/decider.ts';
import { decisionDecider, decisionOfRequest, streamIdOf } from '../aggregates/decision/decider.ts';
import { instantOf } from '../aggregates/values.ts';
import type { Selection } from '../decisioning/selection.ts';
import type { Position } from '../event-store/event-store.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { DecisionRecord, OfferDecided } from './decision-records.ts';
import type { NextBestOfferParts } from './next-best-offer.ts';

export interface DecisionToRecord {
  readonly data: OfferDecided;
  /** The places that it holds; of no offers: none. */
  readonly reserved: Extract<CapCommand, { type: 'ReserveCap' }>['data'];
  /** As `RecordDecision`. */
  readonly supersedes?: string | undefined;
  readonly isAnswered?: boolean;
}

export interface RecordedDecision {
  readonly record: DecisionRecord;
  /** False: it answers the same request, and was recorded before. */
  readonly isNew: boolean;
  /** Position of its reservation, if that is in the log: also of one that is not new, where the other came between the two. */
  readonly reservedAt?: Position;
}

/** `heldUntil` is epoch milliseconds. */
export function decisionToRecord(
  data: OfferDecided,
  { chosen }: Selection,
  { timeZone, heldUntil, supersedes }: { timeZone: string; heldUntil: number; supersedes: string | undefined },
): DecisionToRecord {
  const { customerId, decisionId, placementId, channel, callId, basis } = data;
  const offers = chosen.map(({ candidate: { offer } }) => ({ offerId: offer.offerId, tags: [...offer.terms.tags] }));
  const where = { customerId, decisionId, placementId, channel, callId };
  const reserved = { ...where, offers, timeZone, catalogue: basis.catalogue, heldUntil: instantOf(heldUntil) };
  return { data, reserved, supersedes };
}

/**
 * The reservation comes first. Where a store wrote only it, nothing is answered and it lapses with its time: caps err on the side
 * of silence. No events: it is in the log already, or another decision of the request is.
 * @param reservedBy as of `Append`, of the reservation; absent: it is good however late it is written
 * @throws what the store throws.
 */
export async function writeDecision(
  { executor }: Pick<NextBestOfferParts, 'executor'>,
  { data, reserved, supersedes, isAnswered }: DecisionToRecord,
  context: CommandContext,
  reservedBy?: number,
) {
  const id = streamIdOf(data.decisionId) ?? '';
  const reserve = { decider: capDecider, id, command: { type: 'ReserveCap' as const, data: reserved } };
  const command = {
    type: 'RecordDecision' as const,
    at: context.at,
    data,
    supersedes,
    ...(isAnswered && { isAnswered }),
  };
  const decide = { decider: decisionDecider, id, command };
  const together =
    reserved.offers.length === 0 ? undefined : await executor.executeTogether(reserve, decide, context, reservedBy);
  const decided = together ?? (await executor.execute(decisionDecider, id, command, context));
  if (isRefused(decided)) throw new Error(`a decision was refused: ${decided.rule}`);
  const reservedAt = together && !isRefused(together) ? together.firstPosition : undefined;
  return { ...decided, ...(reservedAt !== undefined && { reservedAt }) };
}

/**
 * The record of the decision, or of an earlier one that still answers the same request id; not of the one that it supersedes.
 * @param reservedBy as of `writeDecision`
 * @throws what the store throws.
 */
export async function recordDecision(
  parts: Pick<NextBestOfferParts, 'executor' | 'readDecision'>,
  decision: DecisionToRecord,
  context: CommandContext,
  reservedBy?: number,
): Promise<RecordedDecision> {
  const { data, supersedes } = decision;
  const { events, state, position, reservedAt } = await writeDecision(parts, decision, context, reservedBy);
  const reservation = reservedAt !== undefined && { reservedAt };
  if (events.length > 0) {
    const record = { data, at: context.at, position, outcomes: [] };
    return { record, isNew: true, ...reservation };
  }
  const { requestId = '', placementId } = data;
  const earlier = decisionOfRequest(state, { requestId, placementId, supersedes }, context.at);
  const record = earlier && (await parts.readDecision(earlier));
  if (!record) throw new Error('a decision that was recorded before cannot be found');
  return { record, isNew: false, ...reservation };
}
