// What became of decisions: recorded once, with the caps that count it; a customer's outcomes of one call in one go.
import type { CapGate } from '../../projections/cap-gate.ts';
import { type CapCommand, capDecider } from '../aggregates/cap/decider.ts';
import { isRefused, type Refused, refuse } from '../aggregates/decider.ts';
import {
  type DecisionReason,
  type DecisionState,
  decisionDecider,
  type RecordOutcome,
  streamIdOf,
} from '../aggregates/decision/decider.ts';
import type { DecisionEvent } from '../aggregates/decision/events.ts';
import { secondsAfter } from '../aggregates/values.ts';
import type { Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import type { OutcomeKind } from './decision-records.ts';
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

export type OutcomeRefusal = DecisionReason | 'OFFER_AMBIGUOUS' | 'OUTCOME_INVALID';
export type OutcomeResult = OutcomeRecorded | Refused<OutcomeRefusal>;

export interface Outcomes {
  /** One result per outcome, in order. */
  record(outcomes: readonly Outcome[], context: CommandContext): Promise<readonly OutcomeResult[]>;
  /** Outcomes of one customer, for a caller who already has the customer's turn. */
  recordInTurn(outcomes: readonly Outcome[], context: CommandContext): Promise<readonly OutcomeResult[]>;
  /** Records that the time of unpresented offers is over and gives their places back; says how many there were. */
  expire(context: CommandContext): Promise<number>;
}

const counted = { OfferPresented: 'IMPRESSION', OfferClicked: 'CLICK', OfferAccepted: 'ACCEPTANCE' } as const;
const released = {
  OfferDeclined: 'DECLINED',
  OfferDismissed: 'DISMISSED',
  OfferPostponed: 'DISMISSED',
  OfferExpired: 'EXPIRED',
} as const;

export function createOutcomes({
  executor,
  gate,
  turns,
}: {
  executor: Executor;
  gate: CapGate;
  turns: Turns;
}): Outcomes {
  /** The outcomes of one customer's decisions of one month. */
  async function recordStream(
    streamId: string,
    outcomes: readonly Outcome[],
    context: CommandContext,
  ): Promise<OutcomeResult[]> {
    const { state } = await executor.load(decisionDecider, streamId);
    const commands = outcomes.map((outcome) => commandOf(outcome, state, context.at));
    const acceptable = commands.filter((command) => !isRefused(command)) as RecordOutcome[];
    // What is counted is counted before it is recorded: after a crash between the two, caps count too much rather than too
    // little, and the sender's retry records the rest.
    await caps(
      streamId,
      acceptable.flatMap((command) => confirmations(command, state)),
      context,
    );
    const recorded = await executor.executeAll(decisionDecider, streamId, acceptable, context);
    const caused = recorded.outcomes.flatMap((outcome) => (isRefused(outcome) ? [] : outcome));
    await caps(streamId, caused.flatMap(releases), context);

    const results = recorded.outcomes.values();
    return commands.map((command): OutcomeResult => {
      if (isRefused<OutcomeRefusal>(command)) return command;
      const events = results.next().value ?? [];
      if (isRefused<DecisionReason>(events)) return events;
      const { decisionId, offerId, outcome: kind } = command;
      return { decisionId, offerId, kind, alreadyRecorded: events.length === 0, position: recorded.position };
    });
  }

  async function caps(streamId: string, commands: readonly CapCommand[], context: CommandContext): Promise<void> {
    if (commands.length === 0) return;
    const { outcomes } = await executor.executeAll(capDecider, streamId, commands, context);
    const refused = outcomes.find((outcome) => isRefused(outcome));
    if (refused && isRefused(refused)) throw new Error(`the caps disagree with the decision: ${refused.rule}`);
  }

  async function recordInTurn(
    outcomes: readonly Outcome[],
    context: CommandContext,
  ): Promise<readonly OutcomeResult[]> {
    return byStream(outcomes, (streamId, own) => recordStream(streamId, own, context));
  }

  return {
    recordInTurn,
    record: (outcomes, context) =>
      byStream(outcomes, (streamId, own) =>
        turns.take(customerOf(streamId), () => recordStream(streamId, own, context)),
      ),
    async expire(context) {
      const expired = await gate.expired(Date.parse(context.at));
      const ending = expired.map(({ customerId, decisionId, offerId }) =>
        turns.take(customerId, async () => {
          const streamId = streamIdOf(decisionId) ?? '';
          const command = { type: 'ExpireOffer' as const, decisionId, offerId, at: context.at };
          const recorded = await executor.execute(decisionDecider, streamId, command, context);
          if (!isRefused(recorded)) await caps(streamId, recorded.events.flatMap(releases), context);
        }),
      );
      await Promise.all(ending);
      return expired.length;
    },
  };
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
  return refuse('DECISION_UNKNOWN', `There is no decision ${decisionId}.`, 'decisionId');
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

/** What caps will have to count of an outcome; of one that an earlier outcome of the same call rules out, perhaps too much. */
function confirmations(command: RecordOutcome, state: DecisionState): CapCommand[] {
  const foreseen = decisionDecider.decide(command, state);
  if (isRefused(foreseen)) return [];
  const { decisionId, offerId } = command;
  const presented = foreseen.find((event) => event.type === 'OfferPresented');
  const credited = presented?.data.creditedUntil ?? state.decisions.get(decisionId)?.offers.get(offerId)?.creditedUntil;
  const heldUntil = credited ?? secondsAfter(command.at, 1);
  return foreseen.flatMap((event): CapCommand[] => {
    const counts = counted[event.type as keyof typeof counted];
    return counts ? [{ type: 'ConfirmCap', decisionId, offerId, counted: counts, heldUntil }] : [];
  });
}

function releases(event: DecisionEvent): CapCommand[] {
  const reason = released[event.type as keyof typeof released];
  if (reason === undefined || event.type === 'OfferDecided') return [];
  const { decisionId, offerId } = event.data;
  return [{ type: 'ReleaseCap', decisionId, offerId, reason }];
}
