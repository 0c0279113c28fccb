// What became of decisions: recorded once, with the caps that count it; a customer's outcomes of one call in one go.
import type { CapGate, ExpiredOffer } from '../../projections/cap-gate.ts';
import { type CapCommand, type CapReason, capDecider } from '../aggregates/cap/decider.ts';
import { isRefused, type Refused, refuse } from '../aggregates/decider.ts';
import {
  type DecisionReason,
  type DecisionState,
  decisionDecider,
  type RecordOutcome,
  streamIdOf,
} from '../aggregates/decision/decider.ts';
import { instantOf } from '../aggregates/values.ts';
import type { Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import { holdEndOf } from './decided-offer.ts';
import type { DecisionRecord, OutcomeKind } from './decision-records.ts';
import { isOfDefaultAnswer } from './default-answers.ts';
import type { LateDecisions } from './late-decisions.ts';
import type { Turns } from './turns.ts';

export interface Outcome {
  readonly decisionId: string;
  /** May be left out when the decision has one offer. */
  readonly offerId?: string | undefined;
  readonly kind: OutcomeKind;
  readonly reason?: string | undefined;
  readonly until?: string | undefined;
}

export interface OutcomeRecorded {
  readonly decisionId: string;
  readonly offerId: string;
  readonly kind: OutcomeKind;
  readonly alreadyRecorded: boolean;
  readonly position: Position;
}

export type OutcomeRefusal = DecisionReason | 'OFFER_AMBIGUOUS' | 'OUTCOME_INVALID' | 'DECISION_NOT_RECORDED';
export type OutcomeResult = OutcomeRecorded | Refused<OutcomeRefusal>;

export interface Outcomes {
  /** One result per outcome, in order. */
  record(outcomes: readonly Outcome[], context: CommandContext): Promise<readonly OutcomeResult[]>;
  /** Outcomes of one customer, for a caller who already has the customer's turn. */
  recordInTurn(outcomes: readonly Outcome[], context: CommandContext): Promise<readonly OutcomeResult[]>;
  /** Gives back offers of a decision that another takes the place of, for a caller who already has the customer's turn. */
  dismissInTurn(decision: DecisionRecord, context: CommandContext): Promise<unknown>;
  /** Records that the time of unpresented offers is over and gives their places back; says how many there were. */
  expire(context: CommandContext): Promise<number>;
}

const counted = { OfferPresented: 'IMPRESSION', OfferClicked: 'CLICK', OfferAccepted: 'ACCEPTANCE' } as const;
/** Outcomes after which the places that are still held are given back. */
const given = { DECLINED: 'DECLINED', DISMISSED: 'DISMISSED', POSTPONED: 'DISMISSED' } as const;

export function createOutcomes(parts: {
  executor: Executor;
  gate: CapGate;
  turns: Turns;
  late?: LateDecisions | undefined;
  /** Keeps the customer's next turn back until decisions see what is recorded up to a position. */
  settle: (customerId: string, position: Position) => void;
}): Outcomes {
  const { executor, gate, turns, settle, late } = parts;
  /** Expired offers that the log did not take yet: the gate hands each out once. */
  const unrecorded: ExpiredOffer[] = [];

  /** What was answered and is not in the log yet has to be there before anything can follow it. */
  async function recordLate(customerId: string): Promise<void> {
    if (late?.waitOf(customerId)) await late.recordInTurn(customerId);
  }

  /** The outcomes of one customer's decisions of one month. */
  async function recordStream(
    streamId: string,
    outcomes: readonly Outcome[],
    context: CommandContext,
    isAgain = false,
  ): Promise<OutcomeResult[]> {
    await recordLate(customerOf(streamId));
    const { state } = await executor.load(decisionDecider, streamId);
    const commands = outcomes.map((outcome) => commandOf(outcome, state, context.at));
    const acceptable = commands.filter((command) => !isRefused(command)) as RecordOutcome[];
    // What is counted is counted before it is recorded: after a crash between the two, caps count too much rather than too
    // little, and the sender's retry records the rest. What is given back is given back after it, by a retry too.
    const disagreement = await caps(streamId, confirmations(acceptable, state), context);
    // Another process has closed an offer since: the decision says so by now.
    if (disagreement && !isAgain) return recordStream(streamId, outcomes, context, true);
    agreed(disagreement);
    const recorded = await executor.executeAll(decisionDecider, streamId, acceptable, context);
    const released = acceptable.flatMap((command, index) =>
      isRefused(recorded.outcomes[index] ?? []) ? [] : releases(command),
    );
    agreed(await caps(streamId, released, context));
    settle(customerOf(streamId), recorded.position);

    const results = recorded.outcomes.values();
    return commands.map((command): OutcomeResult => {
      if (isRefused<OutcomeRefusal>(command)) return command;
      const events = results.next().value ?? [];
      if (isRefused<DecisionReason>(events)) return inCallersWords(events);
      const { decisionId, offerId, outcome: kind } = command;
      return { decisionId, offerId, kind, alreadyRecorded: events.length === 0, position: recorded.position };
    });
  }

  /** The first refusal; the others are carried out all the same. */
  async function caps(
    streamId: string,
    commands: readonly CapCommand[],
    context: CommandContext,
  ): Promise<Refused<CapReason> | undefined> {
    if (commands.length === 0) return undefined;
    const { outcomes } = await executor.executeAll(capDecider, streamId, commands, context);
    return outcomes.find((outcome) => isRefused<CapReason>(outcome));
  }

  async function recordInTurn(
    outcomes: readonly Outcome[],
    context: CommandContext,
  ): Promise<readonly OutcomeResult[]> {
    return byStream(outcomes, (streamId, own) => recordStream(streamId, own, context));
  }

  function expireOne({ customerId, decisionId, offerId }: ExpiredOffer, context: CommandContext): Promise<void> {
    return turns.take(customerId, async () => {
      await recordLate(customerId);
      const streamId = streamIdOf(decisionId) ?? '';
      const command = { type: 'ExpireOffer' as const, decisionId, offerId, at: context.at };
      const recorded = await executor.execute(decisionDecider, streamId, command, context);
      if (isRefused(recorded)) return;
      const offer = recorded.state.decisions.get(decisionId)?.offers.get(offerId);
      // An outcome may have given it back without its release being recorded.
      const isOver = offer && (offer.expired || offer.recorded.some((outcome) => outcome in given));
      if (isOver)
        agreed(await caps(streamId, [{ type: 'ReleaseCap', decisionId, offerId, reason: 'EXPIRED' }], context));
    });
  }

  return {
    recordInTurn,
    dismissInTurn: (decision, context) => recordInTurn(dismissals(decision), context),
    record: (outcomes, context) =>
      byStream(outcomes, (streamId, own) =>
        turns.take(customerOf(streamId), () => recordStream(streamId, own, context)),
      ),
    async expire(context) {
      const due = [...unrecorded.splice(0), ...(await gate.expired(Date.parse(context.at)))];
      const ends = await Promise.allSettled(due.map((offer) => expireOne(offer, context)));
      const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
      unrecorded.push(...due.filter((_, index) => ends[index]?.status === 'rejected'));
      if (failures.length > 0) throw new AggregateError(failures, 'offers that expired could not be recorded yet');
      return due.length;
    },
  };
}

function agreed(disagreement: Refused<CapReason> | undefined): void {
  if (disagreement) throw new Error(`the caps disagree with the decision: ${disagreement.rule}`);
}

/** What nobody answered is dismissed; what was dismissed before is dismissed again, in case its places were not given back. */
function dismissals({ data: { decisionId, offers }, outcomes }: DecisionRecord): Outcome[] {
  const isDismissible = (offerId: string) =>
    outcomes.every((outcome) => outcome.offerId !== offerId || outcome.kind === 'DISMISSED');
  return offers
    .filter(({ offerId }) => isDismissible(offerId))
    .map(({ offerId }) => ({ decisionId, offerId, kind: 'DISMISSED', reason: 'superseded' }));
}

/** Hands the outcomes of each stream out together, and puts the results back into the order of the outcomes. */
async function byStream(
  outcomes: readonly Outcome[],
  record: (streamId: string, own: readonly Outcome[]) => Promise<readonly OutcomeResult[]>,
): Promise<OutcomeResult[]> {
  const results: OutcomeResult[] = [];
  const streams = Map.groupBy(outcomes.keys(), (index) => streamIdOf(outcomes[index]?.decisionId ?? ''));
  const recording = [...streams].map(async ([streamId, indexes]) => {
    const own = indexes.flatMap((index) => outcomes[index] ?? []);
    const answers = streamId === undefined ? own.map(unknownDecision) : await record(streamId, own);
    for (const [place, index] of indexes.entries()) {
      const answer = answers[place];
      if (answer) results[index] = answer;
    }
  });
  await Promise.all(recording);
  return results;
}

function unknownDecision({ decisionId }: Outcome): Refused<OutcomeRefusal> {
  if (isOfDefaultAnswer(decisionId)) {
    const rule = `${decisionId} is a default answer: it was decided for nobody, and nothing is recorded of it.`;
    return refuse('DECISION_NOT_RECORDED', rule, 'decisionId');
  }
  return refuse('DECISION_UNKNOWN', `There is no decision ${decisionId}.`, 'decisionId');
}

/** The decider's `outcome` is the caller's `kind`, and its `at` is nothing that the caller gave. */
function inCallersWords({ field, ...refused }: Refused<DecisionReason>): Refused<DecisionReason> {
  if (field === undefined || field === 'at') return refused;
  return { ...refused, field: field === 'outcome' ? 'kind' : field };
}

/** The customer of `<customerId>_<yyyymm>`. */
function customerOf(streamId: string): string {
  return streamId.slice(0, streamId.lastIndexOf('_'));
}

function commandOf(outcome: Outcome, state: DecisionState, at: string): RecordOutcome | Refused<OutcomeRefusal> {
  const { decisionId, kind, reason, until } = outcome;
  if (kind === 'EXPIRED') return refuse('OUTCOME_INVALID', 'EXPIRED is recorded by Kairos itself.', 'kind');
  const offers = [...(state.decisions.get(decisionId)?.offers.keys() ?? [])];
  if (outcome.offerId === undefined && offers.length > 1) {
    return refuse('OFFER_AMBIGUOUS', `The decision has ${offers.length} offers: say which.`, 'offerId');
  }
  const offerId = outcome.offerId ?? offers[0] ?? '';
  return { type: 'RecordOutcome', decisionId, offerId, outcome: kind, at, reason, until };
}

/** What caps will have to count of outcomes, in order, each after those before it. */
function confirmations(commands: readonly RecordOutcome[], state: DecisionState): CapCommand[] {
  // The state belongs to the executor: what is foreseen happens to a copy of the decisions concerned.
  let foreseen = decisionDecider.initialState();
  for (const { decisionId } of commands) {
    const decision = state.decisions.get(decisionId);
    if (decision) foreseen.decisions.set(decisionId, structuredClone(decision));
  }
  const confirming: CapCommand[] = [];
  for (const command of commands) {
    const events = decisionDecider.decide(command, foreseen);
    if (isRefused(events)) continue;
    const { decisionId, offerId, at } = command;
    for (const event of events) {
      foreseen = decisionDecider.evolve(foreseen, event, at);
      const counts = counted[event.type as keyof typeof counted];
      const creditedUntil = foreseen.decisions.get(decisionId)?.offers.get(offerId)?.creditedUntil ?? at;
      const heldUntil = instantOf(holdEndOf(Date.parse(creditedUntil)));
      if (counts) confirming.push({ type: 'ConfirmCap', decisionId, offerId, counted: counts, heldUntil });
    }
  }
  return confirming;
}

function releases({ decisionId, offerId, outcome }: RecordOutcome): CapCommand[] {
  const reason = given[outcome as keyof typeof given];
  return reason === undefined ? [] : [{ type: 'ReleaseCap', decisionId, offerId, reason }];
}
