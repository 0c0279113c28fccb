// One decision for one placement: decide, reserve, record, answer. Nothing is answered that is not recorded, or sure to be.
import type { Reservation, ReservationRequest } from '../../projections/cap-gate.ts';
import { customerFacts } from '../../projections/customer-facts.ts';
import { decisionIdOf } from '../aggregates/decision/decider.ts';
import type { Degradation } from '../aggregates/decision/events.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import { decide } from '../decisioning/decide.ts';
import type { ContactFacts, DecisionRequest } from '../decisioning/decision-request.ts';
import { fillSlots } from '../decisioning/selection.ts';
import { firstUnrecordable } from '../decisioning/stages/recording.ts';
import { recordUsage } from '../decisioning/usage-record.ts';
import { AppendTooLate, forwardNow, StoreUnavailable } from '../event-store/event-store.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { CustomerSight, Seen } from './customer-sight.ts';
import { decidedData, type RecordedFacts } from './decided-data.ts';
import { expiryOf, holdEndOf } from './decided-offer.ts';
import type { DecisionRecord } from './decision-records.ts';
import type { Deadline, DecisionTrail } from './decision-trail.ts';
import type { EarlierAnswers } from './earlier-answers.ts';
import type { LateAnswers } from './late-answers.ts';
import type { Ask, NextBestOfferParts } from './next-best-offer.ts';
import type { AmongOthers } from './placements-together.ts';
import { isProbe, probeAnswer } from './probe-customer.ts';
import { givenScores, type UsedPropensities } from './propensities.ts';
import { randomId } from './random-ids.ts';
import { causeOf, readSideLate } from './read-side-calls.ts';
import { type DecisionToRecord, decisionToRecord, type RecordedDecision, recordDecision } from './record-decision.ts';
import { reservationOf } from './reservations.ts';
import { inTime, logTooSlow, timeIsUp } from './time-budget.ts';

/** What is to be decided, and what is known for it. */
export interface OneDecision {
  readonly catalogue: Catalogue;
  readonly ask: Ask;
  readonly placementId: string;
  readonly callId: string;
  readonly others: AmongOthers;
  readonly seen: Seen;
  readonly context: CommandContext;
  /** The decision that it takes the place of. */
  readonly supersedes?: string | undefined;
  readonly trail: DecisionTrail;
  /** What a model at a service has said in this call; absent: it is asked, where there is one. */
  readonly propensities?: UsedPropensities | undefined;
  /** Whether it is answered before it is recorded; absent: as it is now. */
  readonly isLate?: boolean;
}

export interface OneDecisionParts extends NextBestOfferParts {
  readonly sight: CustomerSight;
  readonly lateAnswers: LateAnswers;
  readonly earlierAnswers: EarlierAnswers;
  seeCustomer(
    catalogue: Catalogue,
    ask: Ask,
    placementId: string,
    context: CommandContext,
    trail: DecisionTrail,
  ): Promise<Seen>;
}

export function createOneDecision(parts: OneDecisionParts): (decision: OneDecision) => Promise<DecisionRecord> {
  const { gate, late, doubtful, sight, lateAnswers, earlierAnswers, askReadSide, onError } = parts;
  /** Where nobody counts what is not recorded, what is recorded late must not have to be counted. */
  const unrecordable = gate.keepsUnrecorded ? 'STRICT' : 'ALL';

  return async function decideOne(decision): Promise<DecisionRecord> {
    const { catalogue: known, ask, placementId, callId, others, seen, context, supersedes, trail } = decision;
    const isLate = decision.isLate ?? lateAnswers.isAnsweredFirst(known, ask, placementId);
    const { entries, contacts: contactsIn } = seen;
    const at = Date.parse(context.at);
    const customer = customerFacts(ask.customerId, entries, at);
    const isBlind = contactsIn === undefined;
    if (seen.blind) trail.degrade('LOAD', seen.blind.cause, 'LOG');
    else if (parts.behindMs() > trail.budgetOf('FEATURES')) trail.degrade('FEATURES', 'OVERRUN', 'STALE');
    if (isLate) trail.degrade('RECORD', 'UNAVAILABLE', 'LATE');
    const catalogue = seen.blind?.catalogue ?? known;
    const { contacts, record: usage } = recordUsage(contactsIn?.(customer.timeZone) ?? noContacts);
    const place = { placementId, callId, taken: others.taken() };
    const moment = { at, context: ask.attributes, seed: randomId(), isBlind };
    const unscored: DecisionRequest = { ...place, ...moment, unrecordable: isLate ? unrecordable : undefined };
    const scored = { catalogue, request: unscored, customer, contacts };
    const asking = isBlind ? undefined : (decision.propensities ?? parts.propensities.scoresFor(scored, trail));
    const propensities = asking && (await asking);
    const request = propensities ? { ...unscored, scores: givenScores(propensities) } : unscored;
    const verdict = trail.timeNow('DECIDE', () => decide(catalogue, request, customer, contacts));
    if (trail.isOverrun('DECIDE')) trail.degrade('DECIDE', 'OVERRUN', 'WAITED');
    // What is reserved and recorded only then would be for nobody.
    if (trail.left() <= 0 && !isLate) throw timeIsUp(trail);
    const decisionId = decisionIdOf(ask.customerId, context.at, randomId());
    const withdraw = async () => {
      if (isBlind) return;
      const patience = trail.left();
      const withdrawal = gate.withdraw(ask.customerId, decisionId);
      // Otherwise it is taken back later, and is not what went wrong here.
      await inTime(withdrawal, patience, () => readSideLate(patience)).catch(causeOf);
    };

    let reservedBy: number | undefined;
    const lost = new Set<string>();
    let selection = fillSlots(verdict, request, lost);
    let expiresAt = expiryOf(selection, customer, at);
    while (!isBlind && !isProbe(ask) && selection.chosen.length > 0) {
      const wanted = reservationOf(catalogue, verdict, selection, decisionId, request, customer, holdEndOf(expiresAt));
      reservedBy = gate.goodForMs === undefined ? undefined : forwardNow() + gate.goodForMs;
      const reservation = await trail.time('RESERVE', () => reserve(isLate ? { ...wanted, isLate } : wanted, trail));
      if ('cause' in reservation) {
        const { cause, isOver } = reservation;
        // It may have been made all the same. Nobody waits for it any more: the gate takes it back when it can.
        void isOver?.then(withdraw).catch(onError);
        trail.degrade('RESERVE', cause, 'LOG');
        const looked = { customerId: ask.customerId, at: context.at };
        const fromLog = await trail.time('LOAD', () => sight.seeLog(looked, cause, trail));
        return decideOne({ ...decision, seen: fromLog });
      }
      if (reservation.reserved) break;
      lost.add(reservation.offerId);
      selection = fillSlots(verdict, request, lost);
      expiresAt = expiryOf(selection, customer, at);
    }
    if (!isLate) await others.held(selection.chosen.map(({ candidate }) => candidate.offer.offerId));
    // A process that has had no rest hears late of a place that was taken in time.
    if (trail.left() <= 0 && !isLate && !lateAnswers.mayBe(known, ask, placementId)) {
      await withdraw();
      throw timeIsUp(trail);
    }

    const facts: RecordedFacts = { customer: verdict.askedFacts(), usage };
    const { degradations } = trail;
    const data = decidedData({
      ask,
      decisionId,
      catalogue,
      verdict,
      selection,
      request,
      facts,
      lost,
      expiresAt,
      degradations,
      propensities,
    });
    if (isProbe(ask)) {
      // Nothing is written of it; whether the log answers is asked all the same.
      if (!isLate)
        await trail.time('RECORD', () => inTime(parts.store.head(), trail.left('RECORD'), () => logTooSlow(trail)));
      return probeAnswer(data, context);
    }
    const held = { timeZone: customer.timeZone, heldUntil: holdEndOf(expiresAt), supersedes };
    const toRecord = decisionToRecord(data, selection, held);
    if (isLate) return trail.time('RECORD', () => lateAnswers.answerFirst(toRecord, context, withdraw));

    const recording = recordInOrder(toRecord, context, reservedBy);
    /** Also when nobody waits for it any more. */
    const noteRecord = async ({ record, isNew, reservedAt }: RecordedDecision) => {
      if (isBlind) return;
      if (reservedAt !== undefined) gate.recorded(decisionId, reservedAt);
      else if (!isNew) await withdraw();
      if (isNew) parts.settle(ask.customerId, record.position);
    };
    /** What is still under way may be written, and what has failed may have been: it holds its places until that is known. */
    const holdUntilKnown = () => {
      const isHeld = !isBlind && selection.chosen.length > 0;
      if (isHeld) gate.doubted(decisionId);
      const failed = (error: unknown) =>
        error instanceof AppendTooLate ? withdraw() : isHeld && doubtful.add(toRecord, context);
      void recording.then(noteRecord, failed).catch(onError);
    };
    try {
      const patience = trail.left('RECORD');
      await trail.time('RECORD', async () => noteRecord(await inTime(recording, patience, () => logTooSlow(trail))));
    } catch (error) {
      if (error instanceof AppendTooLate) {
        await withdraw();
        throw timeIsUp(trail);
      }
      const isAway = error instanceof StoreUnavailable && lateAnswers.mayBe(known, ask, placementId);
      if (isAway && selection.chosen.every(({ candidate: { caps } }) => !firstUnrecordable(caps, unrecordable))) {
        return answerLate(toRecord, trail, context, holdUntilKnown);
      }
      holdUntilKnown();
      if (isAway) return others.anew((others) => decideOne({ ...decision, others, propensities, isLate: true }));
      throw error;
    }
    const { record, isNew } = await recording;
    if (isNew) return record;
    const now = await parts.seeCustomer(catalogue, ask, placementId, context, trail);
    if (await earlierAnswers.isGood(record, ask, catalogue, now.entries, context, trail)) return record;
    // The read models had forgotten an answer that the log still knows, and it is good no more.
    return others.anew(async (others) => {
      const later = await parts.seeCustomer(catalogue, ask, placementId, context, trail);
      const anew = { catalogue, ask, placementId, callId, others, seen: later, context, trail, propensities };
      return decideOne({ ...anew, supersedes: record.data.decisionId });
    });
  };

  /** The reservation; or why there is none in time, and what ends when it is not under way any more: nothing, if it never was. */
  async function reserve(
    wanted: ReservationRequest,
    deadline: Deadline,
  ): Promise<Reservation | { cause: Degradation['cause']; isOver?: Promise<unknown> | undefined }> {
    let underWay: Promise<Reservation> | undefined;
    try {
      return await askReadSide(deadline.left('RESERVE'), () => {
        underWay = gate.reserve(wanted);
        return underWay;
      });
    } catch (error) {
      return { cause: causeOf(error), isOver: underWay?.catch(causeOf) };
    }
  }

  /** Behind what waits of the customer. */
  async function recordInOrder(
    decision: DecisionToRecord,
    context: CommandContext,
    reservedBy: number | undefined,
  ): Promise<RecordedDecision> {
    const { customerId } = decision.data;
    if (late?.waitOf(customerId)) await late.recordInTurn(customerId);
    return recordDecision(parts, decision, context, reservedBy);
  }

  /** What was about to be recorded first, and cannot be now. */
  function answerLate(
    { data, ...decision }: DecisionToRecord,
    trail: DecisionTrail,
    context: CommandContext,
    unanswered: () => void | Promise<void>,
  ): Promise<DecisionRecord> {
    trail.degrade('RECORD', 'UNAVAILABLE', 'LATE');
    const late = { ...decision, data: { ...data, degradations: [...trail.degradations] } };
    return trail.time('RECORD', () => lateAnswers.answerFirst(late, context, unanswered));
  }
}

/** Nobody has any: of a decision that may not ask, so that it does not. */
const noContacts: ContactFacts = { usageOf: () => ({ used: 0 }), lastContactAt: () => undefined };
