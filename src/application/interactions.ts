// Assisted selling: an interaction begins, shows something, is answered; each time the agent's next best offer is decided anew.
import { createHash } from 'node:crypto';
import { screenPopOf } from '../../projections/screen-pops.ts';
import { isRefused, type Refused, refuse } from '../aggregates/decider.ts';
import {
  type InteractionReason,
  type InteractionState,
  interactionDecider,
} from '../aggregates/interaction/decider.ts';
import { placementOf } from '../decisioning/compiled-catalogue.ts';
import type { Position } from '../event-store/event-store.ts';
import type { CommandContext, Loaded } from '../event-store/execute.ts';
import type { ScreenPop } from '../screen-pop/screen-pop-feed.ts';
import { contextProblem } from './moment-check.ts';
import type { AskRefusal, NextBestOffer, NextBestOfferParts } from './next-best-offer.ts';
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
  parts: NextBestOfferParts & { nextBestOffer: NextBestOffer; outcomes: Outcomes },
): Interactions {
  const { executor, outcomes, nextBestOffer, turns, language, store, readDecision } = parts;

  /**
   * Decides anew and puts the decision on the agent's screen; what was on it and never answered is given back first. The request
   * id makes a repetition after a failure find what was already decided.
   */
  async function pop(interactionId: string, cause: ScreenPop['cause'], context: CommandContext): Answer {
    const { state } = await executor.load(interactionDecider, interactionId);
    const { agentId, customerId, placementId, lastNumber } = state;
    const attributes = { ...state.context };
    await dismissOpen(state, context);
    const requestId = `pop-${createHash('sha256').update(`${interactionId}|${lastNumber}`).digest('hex')}`;
    const ask = { customerId, attributes, interactionId, requestId };
    const decided = await nextBestOffer.decideInTurn(ask, [placementId], context);
    if (isRefused<AskRefusal>(decided)) return decided;
    const decisionId = decided[0]?.data.decisionId ?? '';
    const command = { type: 'PopScreen' as const, decisionId, cause };
    const popped = await executor.execute(interactionDecider, interactionId, command, context);
    if (isRefused<InteractionReason>(popped)) return popped;
    const { position } = popped;
    const number = popped.state.lastNumber;
    const screenPop = { position, agentId, interactionId, customerId, number, decisionId, cause, at: context.at };
    return { interactionId, ended: false, screenPop, position };
  }

  async function dismissOpen({ lastDecisionId }: InteractionState, context: CommandContext): Promise<void> {
    const open = lastDecisionId === undefined ? undefined : await readDecision(lastDecisionId);
    if (open) await outcomes.dismissInTurn(open, context);
  }

  async function popIfDue(
    interactionId: string,
    { state, position }: Loaded<InteractionState>,
    context: CommandContext,
  ): Answer {
    if (state.popDue) return pop(interactionId, state.popDue, context);
    // Said again: the answer is what is on the screen.
    const screenPop = (await store.readStream(`interaction-${interactionId}`)).map(screenPopOf).findLast(Boolean);
    return { interactionId, ended: state.ended, position, ...(screenPop && { screenPop }) };
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
      if (!placement) return refuse('PLACEMENT_UNKNOWN', `There is no placement ${placementId}.`, 'input.placement');
      const { channel } = placement.terms;
      if (channel !== 'CALL_CENTER' && channel !== 'CHAT') {
        const rule = `An agent speaks in CALL_CENTER or CHAT; ${placementId} is in ${channel}.`;
        return refuse('PLACEMENT_NOT_ASSISTED', rule, 'input.placement');
      }
      const wrong = contextProblem(language, attributes, 'input.attributes');
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
        return popIfDue(interactionId, started, context);
      });
    },

    async observe(interactionId, attributes, context) {
      const wrong = contextProblem(language, attributes, 'attributes');
      if (wrong) return wrong;
      return inTurn(interactionId, async () => {
        const command = { type: 'ObserveContext' as const, interactionId, context: attributes };
        const observed = await executor.execute(interactionDecider, interactionId, command, context);
        if (isRefused<InteractionReason>(observed)) return observed;
        return popIfDue(interactionId, observed, context);
      });
    },

    end: (interactionId, summary, context) =>
      inTurn(interactionId, async (state) => {
        const command = { type: 'EndInteraction' as const, interactionId, summary };
        const ended = await executor.execute(interactionDecider, interactionId, command, context);
        if (isRefused<InteractionReason>(ended)) return ended;
        await dismissOpen(state, context);
        return { interactionId, ended: true, position: ended.position };
      }),

    respond: ({ interactionId, decisionId, offerId, kind, reason, until }, context) =>
      inTurn(interactionId, async (state) => {
        if (state.interactionId === '') {
          return refuse('INTERACTION_UNKNOWN', `There is no interaction ${interactionId}.`, 'interactionId');
        }
        const decision = await readDecision(decisionId);
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
        // As long as the answered offer is on the screen, the next one is due: also when the answer comes again after a failure.
        const now = await executor.load(interactionDecider, interactionId);
        const position = recorded.position > now.position ? recorded.position : now.position;
        const { ended, lastDecisionId } = now.state;
        if (kind === 'ACCEPTED' || ended) return { interactionId, ended, position };
        if (lastDecisionId === decisionId) return pop(interactionId, 'RESPONDED', context);
        return popIfDue(interactionId, { ...now, position }, context);
      }),
  };
}
