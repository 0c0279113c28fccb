// The screen pops of this process: the newest of each agent are kept, and every subscriber reads on from where it is.
import type { ScreenPop, ScreenPopFeed } from './screen-pop-feed.ts';
import { createScreenPopSubscribers, nextPop } from './screen-pop-subscribers.ts';

export interface InProcessScreenPopFeed extends ScreenPopFeed {
  /** How many agents anything is held for: those with pops and those with a waiting subscriber. */
  agents(): number;
}

interface Agent {
  /** Oldest first. */
  readonly pops: ScreenPop[];
  /** Position of the newest pop that is no longer kept; '' when all are. */
  forgotten: string;
}

export function createInProcessScreenPopFeed({ kept = 100 }: { kept?: number } = {}): InProcessScreenPopFeed {
  if (!Number.isInteger(kept) || kept < 1) throw new RangeError('a screen-pop feed keeps at least one pop');
  const agents = new Map<string, Agent>();
  let closed = false;
  const subscribers = createScreenPopSubscribers({
    take(agentId, position, isReading) {
      const agent = agents.get(agentId);
      return agent && nextPop(agent, position, isReading);
    },
  });

  return {
    async publish(pop) {
      if (closed) return;
      const agent = agents.get(pop.agentId) ?? { pops: [], forgotten: '' };
      const newest = agent.pops.at(-1);
      if (newest && pop.position <= newest.position) return;
      agents.set(pop.agentId, agent);
      agent.pops.push(pop);
      if (agent.pops.length > kept) agent.forgotten = agent.pops.shift()?.position ?? '';
      subscribers.wake(pop.agentId);
    },
    subscribe: subscribers.subscribe,
    async close() {
      closed = true;
      subscribers.close();
      agents.clear();
    },
    agents: () => new Set([...agents.keys(), ...subscribers.agents()]).size,
  };
}
