// Every call or chat with an agent: with whom, what has been learnt in it, and what was popped.
import type { InteractionEvent } from '../src/aggregates/interaction/events.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface InteractionEntry {
  readonly interactionId: string;
  agentId: string;
  customerId: string;
  placementId: string;
  /** Everything observed so far; a later observation of the same name replaces the earlier one. */
  context: Record<string, unknown>;
  startedAt: string;
  ended: boolean;
  endedAt?: string;
  /** Oldest first, the newest 20. */
  pops: Pop[];
}

export interface Pop {
  readonly number: number;
  readonly decisionId: string;
  readonly cause: 'STARTED' | 'CONTEXT_OBSERVED' | 'RESPONDED';
  readonly at: string;
  readonly position: string;
}

const popsKept = 20;

/** By interaction id. */
export const interactions: Projection<InteractionEntry> = {
  name: 'interactions',
  version: 1,
  categories: ['interaction'],
  entryOf: (event) => (event as RecordedEvent & InteractionEvent).data.interactionId,
  empty: (interactionId) => ({
    interactionId,
    agentId: '',
    customerId: '',
    placementId: '',
    context: {},
    startedAt: '',
    ended: false,
    pops: [],
  }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & InteractionEvent;
    switch (event.type) {
      case 'InteractionStarted':
        entry.agentId = event.data.agentId;
        entry.customerId = event.data.customerId;
        entry.placementId = event.data.placementId;
        entry.context = { ...event.data.context };
        entry.startedAt = event.metadata.at;
        break;
      case 'ContextObserved':
        entry.context = { ...entry.context, ...event.data.context };
        break;
      case 'ScreenPopped': {
        const { number, decisionId, cause } = event.data;
        entry.pops.push({ number, decisionId, cause, at: event.metadata.at, position: event.position });
        if (entry.pops.length > popsKept) entry.pops.shift();
        break;
      }
      case 'InteractionEnded':
        entry.ended = true;
        entry.endedAt = event.metadata.at;
        break;
    }
    return entry;
  },
};
