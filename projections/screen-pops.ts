// Brings the screen pops in the log to the feed of their agent.
import type { InteractionEvent } from '../src/aggregates/interaction/events.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { ScreenPop, ScreenPopFeed } from '../src/screen-pop/screen-pop-feed.ts';
import type { Follower } from './runner.ts';

/** The pop that an event records, if it records one. Its position is the event's. */
export function screenPopOf(recorded: RecordedEvent): ScreenPop | undefined {
  const event = recorded as RecordedEvent & InteractionEvent;
  if (event.type !== 'ScreenPopped') return undefined;
  const { agentId, interactionId, customerId, number, decisionId, cause } = event.data;
  return {
    position: event.position,
    agentId,
    interactionId,
    customerId,
    number,
    decisionId,
    cause,
    at: event.metadata.at,
  };
}

/** A follower of the log that publishes the pops, one after the other: the order of an agent's pops is that of the log. */
export function publishScreenPops(feed: ScreenPopFeed): Follower {
  return {
    categories: ['interaction'],
    onEvents(events) {
      const pops = events.map(screenPopOf).filter((pop) => pop !== undefined);
      if (pops.length > 0) return publishAll(feed, pops);
    },
  };
}

async function publishAll(feed: ScreenPopFeed, pops: readonly ScreenPop[]): Promise<void> {
  for (const pop of pops) await feed.publish(pop);
}
