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
  const { at, traceparent } = event.metadata;
  return {
    position: event.position,
    agentId,
    interactionId,
    customerId,
    number,
    decisionId,
    cause,
    at,
    ...(traceparent !== undefined && { traceparent }),
  };
}

/** A follower of the log that publishes the pops. The order of an agent's pops is that of the log; agents do not wait for each other. */
export function publishScreenPops(feed: Pick<ScreenPopFeed, 'publish'>): Follower {
  return {
    categories: ['interaction'],
    onEvents(events) {
      const pops = events.map(screenPopOf).filter((pop) => pop !== undefined);
      if (pops.length > 0) return publishAll(feed, pops);
    },
  };
}

async function publishAll(feed: Pick<ScreenPopFeed, 'publish'>, pops: readonly ScreenPop[]): Promise<void> {
  const byAgent = Map.groupBy(pops, ({ agentId }) => agentId).values();
  const publishing = Array.from(byAgent, async (own) => {
    for (const pop of own) await feed.publish(pop);
  });
  // Who publishes them again after a failure does so when none of them is on its way any more.
  await Promise.allSettled(publishing);
  await Promise.all(publishing);
}
