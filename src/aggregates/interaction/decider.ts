// A call or a chat: what it has shown so far, and which decisions were popped onto the agent's screen, numbered.
import { type Decider, type Refused, refuse } from '../decider.ts';
import { equal, firstIssue, id } from '../values.ts';
import type { InteractionEvent } from './events.ts';

type Context = Readonly<Record<string, unknown>>;
type PopCause = Extract<InteractionEvent, { type: 'ScreenPopped' }>['data']['cause'];

export interface StartInteraction {
  readonly type: 'StartInteraction';
  readonly interactionId: string;
  readonly agentId: string;
  readonly customerId: string;
  readonly placementId: string;
  readonly context: Context;
}

/** What the conversation has shown meanwhile, by name; what is not named stays as it was. */
export interface ObserveContext {
  readonly type: 'ObserveContext';
  readonly interactionId: string;
  readonly context: Context;
}

/** A decision goes onto the agent's screen. */
export interface PopScreen {
  readonly type: 'PopScreen';
  readonly decisionId: string;
  readonly cause: PopCause;
}

export interface EndInteraction {
  readonly type: 'EndInteraction';
  readonly interactionId: string;
  readonly summary: string;
}

export type InteractionCommand = StartInteraction | ObserveContext | PopScreen | EndInteraction;

export const interactionReasons = [
  'INTERACTION_INVALID',
  'INTERACTION_UNKNOWN',
  'INTERACTION_EXISTS',
  'INTERACTION_ENDED',
] as const;
export type InteractionReason = (typeof interactionReasons)[number];

/** What the next decision and its pop are made from. */
export interface InteractionState {
  /** Empty, like the other ids: never started. */
  interactionId: string;
  agentId: string;
  customerId: string;
  placementId: string;
  context: Context;
  lastDecisionId: string | undefined;
  /** Number of the last pop, 0 before the first. */
  lastNumber: number;
  /** Something happened that the agent's screen does not show yet: also after a crash in between. */
  popDue: 'STARTED' | 'CONTEXT_OBSERVED' | undefined;
  ended: boolean;
}

const longestSummary = 1000;

type Decision = readonly InteractionEvent[] | Refused<InteractionReason>;

/** The decider of `interaction-<interactionId>`. */
export const interactionDecider: Decider<InteractionState, InteractionCommand, InteractionEvent, InteractionReason> = {
  category: 'interaction',
  initialState: () => ({
    interactionId: '',
    agentId: '',
    customerId: '',
    placementId: '',
    context: {},
    lastDecisionId: undefined,
    lastNumber: 0,
    popDue: undefined,
    ended: false,
  }),
  decide(command, state) {
    switch (command.type) {
      case 'StartInteraction':
        return start(command, state);
      case 'ObserveContext':
        return observe(command, state);
      case 'PopScreen':
        return pop(command, state);
      case 'EndInteraction':
        return end(command, state);
    }
  },
  evolve,
};

function start(command: StartInteraction, state: InteractionState): Decision {
  const { interactionId, agentId, customerId, placementId, context } = command;
  for (const [name, value] of Object.entries({ interactionId, agentId, customerId, placementId })) {
    const malformed = firstIssue(id, value, name);
    if (malformed) return refuse('INTERACTION_INVALID', malformed.rule, name);
  }
  if (state.interactionId === '') {
    return [{ type: 'InteractionStarted', data: { interactionId, agentId, customerId, placementId, context } }];
  }
  if (state.agentId !== agentId || state.customerId !== customerId || state.placementId !== placementId) {
    const rule = `The interaction ${interactionId} exists with another agent, customer or placement.`;
    return refuse('INTERACTION_EXISTS', rule, 'interactionId');
  }
  return state.ended ? over(interactionId) : [];
}

function observe({ interactionId, context }: ObserveContext, state: InteractionState): Decision {
  if (state.interactionId === '') return unknown(interactionId);
  if (state.ended) return over(interactionId);
  const differing = Object.entries(context).filter(
    ([name, value]) => !(Object.hasOwn(state.context, name) && equal(state.context[name], value)),
  );
  if (differing.length === 0) return [];
  return [{ type: 'ContextObserved', data: { interactionId, context: Object.fromEntries(differing) } }];
}

function pop({ decisionId, cause }: PopScreen, state: InteractionState): Decision {
  const { interactionId, agentId, customerId } = state;
  if (interactionId === '') return refuse('INTERACTION_UNKNOWN', 'The interaction was never started.', 'interactionId');
  if (state.lastDecisionId === decisionId) return [];
  if (state.ended) return over(interactionId);
  const number = state.lastNumber + 1;
  return [{ type: 'ScreenPopped', data: { interactionId, agentId, customerId, number, decisionId, cause } }];
}

function end({ interactionId, summary }: EndInteraction, state: InteractionState): Decision {
  if (state.interactionId === '') return unknown(interactionId);
  if (state.ended) return [];
  if (summary.length > longestSummary) {
    return refuse('INTERACTION_INVALID', `A summary has at most ${longestSummary} characters.`, 'summary');
  }
  return [{ type: 'InteractionEnded', data: { interactionId, agentId: state.agentId, summary } }];
}

function unknown(interactionId: string): Refused<InteractionReason> {
  return refuse('INTERACTION_UNKNOWN', `There is no interaction ${interactionId}.`, 'interactionId');
}

function over(interactionId: string): Refused<InteractionReason> {
  return refuse('INTERACTION_ENDED', `The interaction ${interactionId} has ended.`, 'interactionId');
}

function evolve(state: InteractionState, event: InteractionEvent): InteractionState {
  switch (event.type) {
    case 'InteractionStarted': {
      const { interactionId, agentId, customerId, placementId, context } = event.data;
      return { ...state, interactionId, agentId, customerId, placementId, context, popDue: 'STARTED' };
    }
    case 'ContextObserved':
      state.context = { ...state.context, ...event.data.context };
      state.popDue ??= 'CONTEXT_OBSERVED';
      return state;
    case 'ScreenPopped':
      state.lastDecisionId = event.data.decisionId;
      state.lastNumber = event.data.number;
      state.popDue = undefined;
      return state;
    case 'InteractionEnded':
      state.ended = true;
      return state;
  }
}
