// One decision, end to end: read the facts, decide, reserve, record, answer. Nothing is answered that is not recorded.
import type { CapGate } from '../../projections/cap-gate.ts';
import { customerFacts } from '../../projections/customer-facts.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { type Refused, refuse } from '../aggregates/decider.ts';
import { decisionIdOf } from '../aggregates/decision/decider.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import { decide } from '../decisioning/decide.ts';
import type { ContactFacts, DecisionRequest } from '../decisioning/decision-request.ts';
import type { Language } from '../decisioning/language.ts';
import { fillSlots } from '../decisioning/selection.ts';
import { firstUnrecordable } from '../decisioning/stages/recording.ts';
import { recordUsage } from '../decisioning/usage-record.ts';
import { type EventStore, OutcomeUnknown, type Position, StoreUnavailable } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import type { CatalogueNow } from './catalogue-now.ts';
import { createCustomerSight, type Seen } from './customer-sight.ts';
import { decidedData, type RecordedFacts } from './decided-data.ts';
import { expiryOf, holdEndOf } from './decided-offer.ts';
import type { DecisionRecord, ReadDecision } from './decision-records.ts';
import { createEarlierAnswers } from './earlier-answers.ts';
import type { LateDecisions } from './late-decisions.ts';
import { contextProblem } from './moment-check.ts';
import { randomId } from './random-ids.ts';
import { type DecisionToRecord, decisionToRecord, type RecordedDecision, recordDecision } from './record-decision.ts';
import { reservationOf } from './reservations.ts';
import { inTime, NotInTime } from './time-budget.ts';
import type { Turns } from './turns.ts';

/** Who asks, and what is known of the moment. */
export interface Ask {
  readonly customerId: string;
  /** Repeating it while its decision lives returns that decision. */
  readonly requestId?: string | undefined;
  readonly attributes: Record<string, unknown>;
  /** The caller knows of writes that the read models have not seen in time. */
  readonly isStale?: boolean | undefined;
  readonly interactionId?: string | undefined;
}

export type AskRefusal = 'PLACEMENT_UNKNOWN' | 'CONTEXT_INVALID';
export type Decided = readonly DecisionRecord[] | Refused<AskRefusal>;

export interface NextBestOffer {
  /** One decision per placement, in order, no offer twice; waits for the customer's turn. */
  decide(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided>;
  /** The same for a caller who already has the customer's turn. */
  decideInTurn(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided>;
}

export interface NextBestOfferParts {
  readonly store: EventStore;
  readonly executor: Executor;
  readonly readModels: ReadModels;
  readonly gate: CapGate;
  readonly catalogue: CatalogueNow;
  readonly language: Language;
  readonly turns: Turns;
  readonly readDecision: ReadDecision;
  /** Absent: nothing is answered before it is recorded. */
  readonly late?: LateDecisions | undefined;
  /** Keeps the customer's next turn back until decisions see what is recorded up to a position, or that takes too long. */
  readonly settle: (customerId: string, position: Position) => void;
}

export function createNextBestOffer(
  parts: NextBestOfferParts & {
    /** Gives back what a decision offered and nobody answered. */
    dismiss(record: DecisionRecord, context: CommandContext): Promise<unknown>;
  },
): NextBestOffer {
  const { gate, store, late } = parts;
  const sight = createCustomerSight(parts);
  /** Where nobody counts what is not recorded, what is recorded late must not have to be counted. */
  const unrecordable = gate.keepsUnrecorded ? 'STRICT' : 'ALL';
  const earlierAnswers = createEarlierAnswers(parts);

  async function decideInTurn(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided> {
    const catalogue = await parts.catalogue.current();
    const refused = problemOf(ask, placements, catalogue, parts.language);
    if (refused) return refused;
    let seen: Seen | undefined;
    async function see(placementId: string): Promise<Seen> {
      // Who did not answer is not waited for a second time in one call.
      const isAway = seen !== undefined && seen.contacts === undefined;
      seen = isAway
        ? await sight.seeLog(ask.customerId, context.at)
        : await seeCustomer(catalogue, ask, placementId, context);
      return seen;
    }
    const first = await see(placements[0] ?? '');
    // What was seen serves as long as nothing was written since.
    let isUnchanged = true;
    const answered = new Map<string, DecisionRecord>();
    const superseded = new Map<string, string>();
    // Only a request that has a name can be a repeated one.
    for (const placementId of ask.requestId === undefined ? [] : placements) {
      const earlier = await earlierAnswers.find(ask, placementId, first.entries, context);
      if (!earlier) continue;
      const { entries } = isUnchanged ? first : await see(placementId);
      if (await earlierAnswers.isGood(earlier, ask, catalogue, entries, context)) answered.set(placementId, earlier);
      else superseded.set(placementId, earlier.data.decisionId);
      isUnchanged = false;
    }
    // Together with what was answered before, it is still one call: one contact for cooling windows.
    const callId = answered.values().next().value?.data.callId ?? randomId();
    const taken = [...answered.values()].flatMap(offerIdsOf);
    const records: DecisionRecord[] = [];
    for (const placementId of placements) {
      const before = answered.get(placementId);
      if (before) {
        records.push(before);
        continue;
      }
      const place = { placementId, callId, taken: [...taken] };
      const facts = isUnchanged ? first : await see(placementId);
      const record = await decideOne(catalogue, ask, place, facts, context, superseded.get(placementId));
      isUnchanged = false;
      taken.push(...offerIdsOf(record));
      records.push(record);
    }
    return records;
  }

  function seeCustomer(catalogue: Catalogue, ask: Ask, placementId: string, { at }: CommandContext): Promise<Seen> {
    const isLate = isAnsweredFirst(catalogue, ask, placementId);
    return sight.see({ catalogue, customerId: ask.customerId, placementId, at, isLate });
  }

  /** Whether the placement lets a decision be answered before it is recorded. An agent's screen is of the log. */
  function mayBeLate(catalogue: Catalogue, ask: Ask, placementId: string): boolean {
    return (
      catalogue.compiled(placementId)?.published.terms.recording === 'LATE' &&
      late !== undefined &&
      ask.interactionId === undefined
    );
  }

  /** Whether it is: the log is known to be away, or what was decided before it still waits for the log. */
  function isAnsweredFirst(catalogue: Catalogue, ask: Ask, placementId: string): boolean {
    if (!mayBeLate(catalogue, ask, placementId)) return false;
    return !store.health().answers || late?.waitOf(ask.customerId) === true;
  }

  type Place = Pick<DecisionRequest, 'placementId' | 'callId' | 'taken'>;

  async function decideOne(
    known: Catalogue,
    ask: Ask,
    place: Place,
    seen: Seen,
    context: CommandContext,
    supersedes?: string,
    isLate = isAnsweredFirst(known, ask, place.placementId),
  ): Promise<DecisionRecord> {
    const { entries, contacts: contactsIn } = seen;
    const at = Date.parse(context.at);
    const customer = customerFacts(ask.customerId, entries, at);
    const isBlind = contactsIn === undefined;
    const catalogue = isBlind ? await parts.catalogue.logged() : known;
    const { contacts, record: usage } = recordUsage(contactsIn?.(customer.timeZone) ?? noContacts);
    const moment = { at, context: ask.attributes, seed: randomId(), isBlind };
    const request: DecisionRequest = { ...place, ...moment, unrecordable: isLate ? unrecordable : undefined };
    const verdict = decide(catalogue, request, customer, contacts);
    const decisionId = decisionIdOf(ask.customerId, context.at, randomId());
    const withdraw = async () => {
      // It is taken back later, and is not what went wrong here.
      if (!isBlind) await gate.withdraw(ask.customerId, decisionId).catch(unavailable);
    };

    /** What may be recorded yet holds its places until that is known. */
    const withdrawAfter = async (error: unknown) => {
      if (!(error instanceof OutcomeUnknown)) return withdraw();
      setTimeout(() => withdraw().catch(unavailable), error.settledMs).unref();
    };

    const lost = new Set<string>();
    let selection = fillSlots(verdict, request, lost);
    let expiresAt = expiryOf(selection, customer, at);
    while (!isBlind && selection.chosen.length > 0) {
      const wanted = reservationOf(catalogue, verdict, selection, decisionId, request, customer, holdEndOf(expiresAt));
      const reservation = await gate.reserve(isLate ? { ...wanted, isLate } : wanted).catch(unavailable);
      if (reservation === undefined) {
        // It may have been made all the same. Nobody waits longer for it: the gate takes it back when it can.
        withdraw().catch(unavailable);
        return decideOne(catalogue, ask, place, await sight.seeLog(ask.customerId, context.at), context, supersedes);
      }
      if (reservation.reserved) break;
      lost.add(reservation.offerId);
      selection = fillSlots(verdict, request, lost);
      expiresAt = expiryOf(selection, customer, at);
    }

    const facts: RecordedFacts = { customer: verdict.askedFacts(), usage };
    const data = decidedData({ ask, decisionId, catalogue, verdict, selection, request, facts, lost, expiresAt });
    const held = { timeZone: customer.timeZone, heldUntil: holdEndOf(expiresAt), supersedes };
    const decision = decisionToRecord(data, selection, held);
    if (isLate) return answerFirst(decision, context, withdraw);

    const recording = recordInOrder(decision, context);
    /** Also when nobody waits for it any more. */
    const noteRecord = async ({ record, isNew, reservedAt }: RecordedDecision) => {
      if (!isNew) await withdraw();
      if (!isNew || isBlind) return;
      if (reservedAt !== undefined) gate.recorded(decisionId, reservedAt);
      parts.settle(ask.customerId, record.position);
    };
    try {
      await noteRecord(await inTime(recording, verdict.placement.terms.timeBudgetMs));
    } catch (error) {
      const isAway = error instanceof StoreUnavailable && mayBeLate(known, ask, place.placementId);
      if (isAway && selection.chosen.every(({ candidate: { caps } }) => !firstUnrecordable(caps, unrecordable))) {
        return answerFirst(decision, context, withdraw);
      }
      if (error instanceof NotInTime) recording.then(noteRecord, withdrawAfter).catch(unavailable);
      else await withdrawAfter(error);
      if (isAway) return decideOne(known, ask, place, seen, context, supersedes, true);
      throw error;
    }
    const { record, isNew } = await recording;
    if (isNew) return record;
    const now = await seeCustomer(catalogue, ask, place.placementId, context);
    if (await earlierAnswers.isGood(record, ask, catalogue, now.entries, context)) return record;
    // The read models had forgotten an answer that the log still knows, and it is good no more.
    const later = await seeCustomer(catalogue, ask, place.placementId, context);
    return decideOne(catalogue, ask, place, later, context, record.data.decisionId);
  }

  /** Behind what waits of the customer. */
  async function recordInOrder(decision: DecisionToRecord, context: CommandContext): Promise<RecordedDecision> {
    const { customerId } = decision.data;
    if (late?.waitOf(customerId)) await late.recordInTurn(customerId);
    return recordDecision(parts, decision, context);
  }

  /** @throws StoreUnavailable when there is no room for it; then its places are given back. */
  async function answerFirst(
    decision: DecisionToRecord,
    context: CommandContext,
    withdraw: () => Promise<void>,
  ): Promise<DecisionRecord> {
    try {
      if (!late) throw new StoreUnavailable('the event log is away');
      return await late.keep({ decision: { ...decision, data: { ...decision.data, recorded: 'LATE' } }, context });
    } catch (error) {
      await withdraw();
      throw error;
    }
  }

  return {
    decide: (ask, placements, context) =>
      parts.turns.take(ask.customerId, () => decideInTurn(ask, placements, context)),
    decideInTurn,
  };
}

/** Nobody has any: of a decision that may not ask, so that it does not. */
const noContacts: ContactFacts = { usageOf: () => ({ used: 0 }), lastContactAt: () => undefined };

/** @throws what is no outage. */
function unavailable(error: unknown): undefined {
  if (!(error instanceof ReadSideUnavailable)) throw error;
  return undefined;
}

function problemOf(
  ask: Ask,
  placements: readonly string[],
  catalogue: Catalogue,
  language: Language,
): Refused<AskRefusal> | undefined {
  for (const placement of placements) {
    if (!placementOf(catalogue, placement)) {
      return refuse('PLACEMENT_UNKNOWN', `There is no placement ${placement}.`, 'placement');
    }
  }
  return contextProblem(language, ask.attributes, 'context.attributes');
}

function offerIdsOf({ data }: DecisionRecord): string[] {
  return data.offers.map(({ offerId }) => offerId);
}
