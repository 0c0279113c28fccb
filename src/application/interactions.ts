// Assisted selling: an interaction begins, shows something, is answered; each time the agent's next best offer is decided anew.
import { isRefused, type Refused, refuse } from '../aggregates/decider.ts';
import {
  type InteractionReason,
  type InteractionState,
  interactionDecider,
} from '../aggregates/interaction/decider.ts';
import { placementOf } from '../decisioning/compiled-catalogue.ts';
import type { Language } from '../decisioning/language.ts';
import type { Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import type { ScreenPop } from '../screen-pop/screen-pop-feed.ts';
import { readDecision } from './decision-records.ts';
import type { NextBestOffer, NextBestOfferParts } from './next-best-offer.ts';
import type { OutcomeRefusal, Outcomes } from './outcomes.ts';

export interface InteractionRecorded {
  readonly interactionId: string;
  readonly ended: boolean;
  readonly screenPop?: ScreenPop;
  readonly position: Position;
}

export type InteractionsRefusal =
  | InteractionReason
  | OutcomeRefusal
  | 'PLACEMENT_UNKNOWN'
  | 'PLACEMENT_NOT_ASSISTED'
  | 'CONTEXT_INVALID'
  | 'DECISION_OF_OTHER_INTERACTION';
type Answer = Promise<InteractionRecorded | Refused<InteractionsRefusal>>;

export interface Interactions {
  start(
    interaction: {
      interactionId: string;
      agentId: string;
      customerId: string;
      placementId: string;
      attributes: Record<string, unknown>;
    },
    context: CommandContext,
  ): Answer;
  observe(interactionId: string, attributes: Record<string, unknown>, context: CommandContext): Answer;
  end(interactionId: string, summary: string, context: CommandContext): Answer;
  respond(
    response: {
      interactionId: string;
      decisionId: string;
      offerId: string;
      kind: 'ACCEPTED' | 'DECLINED' | 'POSTPONED';
      reason?: string | undefined;
      until?: string | undefined;
    },
    context: CommandContext,
  ): Answer;
}

export function createInteractions(
  parts: NextBestOfferParts & {
    nextBestOffer: NextBestOffer;
    outcomes: Outcomes;
    language: Language;
    executor: Executor;
  },
): Interactions {
  const { executor, outcomes, nextBestOffer, turns, language, store } = parts;

  /** Decides anew and puts the decision on the agent's screen; what was on it and never answered is given back first. */
  async function pop(interactionId: string, cause: ScreenPop['cause'], context: CommandContext): Answer {
    const { state } = await executor.load(interactionDecider, interactionId);
    await dismissOpen(state, context);
    const ask = { customerId: state.customerId, attributes: { ...state.context }, interactionId };
    const decided = await nextBestOffer.decideInTurn(ask, [state.placementId], context);
    if (isRefused<'PLACEMENT_UNKNOWN' | 'CONTEXT_INVALID'>(decided)) return decided;
    const decisionId = decided[0]?.data.decisionId ?? '';
    const popped = await executor.execute(
      interactionDecider,
      interactionId,
      { type: 'PopScreen', decisionId, cause },
      context,
    );
    if (isRefused<InteractionReason>(popped)) return popped;
    const { agentId, customerId } = state;
    const { position } = popped;
    const number = popped.state.lastNumber;
    const screenPop = { position, agentId, interactionId, customerId, number, decisionId, cause, at: context.at };
    return { interactionId, ended: false, screenPop, position };
  }

  async function dismissOpen(state: InteractionState, context: CommandContext): Promise<void> {
    const open = state.lastDecisionId === undefined ? undefined : await readDecision(store, state.lastDecisionId);
    const unanswered = (open?.data.offers ?? []).filter(
      ({ offerId }) => !open?.outcomes.some((outcome) => outcome.offerId === offerId),
    );
    const { lastDecisionId: decisionId = '' } = state;
    const dismissals = unanswered.map(({ offerId }) => ({
      decisionId,
      offerId,
      kind: 'DISMISSED' as const,
      reason: 'superseded',
    }));
    await outcomes.recordInTurn(dismissals, context);
  }

  function problemOf(attributes: Record<string, unknown>): Refused<'CONTEXT_INVALID'> | undefined {
    const wrong = language.checkContext(attributes);
    return wrong && refuse('CONTEXT_INVALID', `${wrong.name} ${wrong.problem}.`, `attributes.${wrong.name}`);
  }

  /** The customer's turn, for an interaction that is under way. */
  async function inTurn(interactionId: string, task: (state: InteractionState) => Answer): Answer {
    const { state } = await executor.load(interactionDecider, interactionId);
    return turns.take(state.customerId, async () =>
      task((await executor.load(interactionDecider, interactionId)).state),
    );
  }

  return {
    async start({ interactionId, agentId, customerId, placementId, attributes }, context) {
      const placement = placementOf(await parts.catalogue.current(), placementId);
      if (!placement) return refuse('PLACEMENT_UNKNOWN', `There is no placement ${placementId}.`, 'placement');
      const { channel } = placement.terms;
      if (channel !== 'CALL_CENTER' && channel !== 'CHAT') {
        return refuse(
          'PLACEMENT_NOT_ASSISTED',
          `An agent speaks in CALL_CENTER or CHAT; ${placementId} is in ${channel}.`,
          'placement',
        );
      }
      const wrong = problemOf(attributes);
      if (wrong) return wrong;
      return turns.take(customerId, async () => {
        const command = {
          type: 'StartInteraction' as const,
          interactionId,
          agentId,
          customerId,
          placementId,
          context: attributes,
        };
        const started = await executor.execute(interactionDecider, interactionId, command, context);
        if (isRefused<InteractionReason>(started)) return started;
        if (started.state.lastNumber > 0)
          return { interactionId, ended: started.state.ended, position: started.position };
        return pop(interactionId, 'STARTED', context);
      });
    },

    async observe(interactionId, attributes, context) {
      const wrong = problemOf(attributes);
      if (wrong) return wrong;
      return inTurn(interactionId, async () => {
        const command = { type: 'ObserveContext' as const, interactionId, context: attributes };
        const observed = await executor.execute(interactionDecider, interactionId, command, context);
        if (isRefused<InteractionReason>(observed)) return observed;
        if (observed.events.length === 0) return { interactionId, ended: false, position: observed.position };
        return pop(interactionId, 'CONTEXT_OBSERVED', context);
      });
    },

    end: (interactionId, summary, context) =>
      inTurn(interactionId, async (state) => {
        const ended = await executor.execute(
          interactionDecider,
          interactionId,
          { type: 'EndInteraction', interactionId, summary },
          context,
        );
        if (isRefused<InteractionReason>(ended)) return ended;
        if (ended.events.length > 0) await dismissOpen(state, context);
        return { interactionId, ended: true, position: ended.position };
      }),

    respond: ({ interactionId, decisionId, offerId, kind, reason, until }, context) =>
      inTurn(interactionId, async (state) => {
        if (state.customerId === '')
          return refuse('INTERACTION_UNKNOWN', `There is no interaction ${interactionId}.`, 'interactionId');
        const decision = await readDecision(store, decisionId);
        if (!decision) return refuse('DECISION_UNKNOWN', `There is no decision ${decisionId}.`, 'decisionId');
        if (decision.data.interactionId !== interactionId) {
          return refuse(
            'DECISION_OF_OTHER_INTERACTION',
            'The decision was not made for this interaction.',
            'decisionId',
          );
        }
        const [recorded] = await outcomes.recordInTurn([{ decisionId, offerId, kind, reason, until }], context);
        if (!recorded) throw new Error('an outcome has no result');
        if (isRefused<OutcomeRefusal>(recorded)) return recorded;
        const next = kind !== 'ACCEPTED' && !recorded.alreadyRecorded && !state.ended;
        return next
          ? pop(interactionId, 'RESPONDED', context)
          : { interactionId, ended: state.ended, position: recorded.position };
      }),
  };
}
