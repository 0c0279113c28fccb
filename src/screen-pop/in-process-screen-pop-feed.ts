// The screen pops of this process: the newest of each agent are kept, and every subscriber reads on from where it is.
import type { ScreenPop, ScreenPopFeed } from './screen-pop-feed.ts';

export interface InProcessScreenPopFeed extends ScreenPopFeed {
  /** How many agents anything is held for: those with pops and those with a waiting subscriber. */
  agents(): number;
}

interface Agent {
  /** Oldest first. */
  readonly pops: ScreenPop[];
  /** Position of the newest pop that is no longer kept; '' when all are. */
  forgotten: string;
  /** Subscribers that wait for a pop. The others are not known here: when they ask again, they look into `pops`. */
  readonly waiting: Set<Waiting>;
}

interface Waiting {
  deliver(): void;
  end(): void;
}

type Reader = (result: IteratorResult<ScreenPop>) => void;

/**
 * A subscriber is a position in the agent's pops, not a queue of its own: so there is no hand-over from replay to live in which a pop
 * could be lost or repeated, a slow subscriber takes no memory and skips to the newest pop when the next one is no longer kept, and
 * one that is abandoned is held by nobody.
 */
export function createInProcessScreenPopFeed({ kept = 100 }: { kept?: number } = {}): InProcessScreenPopFeed {
  if (!Number.isInteger(kept) || kept < 1) throw new RangeError('a screen-pop feed keeps at least one pop');
  const agents = new Map<string, Agent>();
  let closed = false;

  function agentOf(agentId: string): Agent {
    let agent = agents.get(agentId);
    if (!agent) {
      agent = { pops: [], forgotten: '', waiting: new Set() };
      agents.set(agentId, agent);
    }
    return agent;
  }

  function stopWaiting(agentId: string, subscriber: Waiting): void {
    const agent = agents.get(agentId);
    agent?.waiting.delete(subscriber);
    if (agent?.pops.length === 0 && agent.waiting.size === 0) agents.delete(agentId);
  }

  return {
    async publish(pop) {
      if (closed) return;
      const { pops, waiting } = agentOf(pop.agentId);
      const newest = pops.at(-1);
      if (newest && pop.position <= newest.position) return;
      pops.push(pop);
      if (pops.length > kept) agentOf(pop.agentId).forgotten = pops.shift()?.position ?? '';
      for (const subscriber of [...waiting]) subscriber.deliver();
    },

    subscribe(agentId, { after, signal }) {
      const beginsWith = agents.get(agentId);
      let position = after ?? beginsWith?.pops.at(-1)?.position ?? '';
      // What was forgotten before the subscriber came is not a gap: it begins with the oldest pop that is kept.
      if (beginsWith && beginsWith.forgotten > position) position = beginsWith.forgotten;
      let ended = signal?.aborted ?? false;
      const readers: Reader[] = [];

      function takeNext(): ScreenPop | undefined {
        const agent = agents.get(agentId);
        if (!agent) return undefined;
        const pop = agent.forgotten > position ? agent.pops.at(-1) : firstBehind(position, agent.pops);
        if (pop) position = pop.position;
        return pop;
      }

      function end(): void {
        ended = true;
        signal?.removeEventListener('abort', end);
        stopWaiting(agentId, subscriber);
        for (const reader of readers.splice(0)) reader({ done: true, value: undefined });
      }

      const subscriber: Waiting = {
        deliver() {
          while (readers.length > 0) {
            const pop = takeNext();
            if (!pop) return;
            readers.shift()?.({ done: false, value: pop });
          }
          stopWaiting(agentId, subscriber);
        },
        end,
      };
      if (!ended) signal?.addEventListener('abort', end, { once: true });

      return {
        next() {
          if (closed && !ended) end();
          if (ended) return Promise.resolve({ done: true, value: undefined });
          const pop = takeNext();
          if (pop) return Promise.resolve({ done: false, value: pop });
          return new Promise<IteratorResult<ScreenPop>>((resolve) => {
            readers.push(resolve);
            agentOf(agentId).waiting.add(subscriber);
          });
        },
        async return() {
          end();
          return { done: true, value: undefined };
        },
        async throw(error) {
          end();
          throw error;
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },

    async close() {
      closed = true;
      for (const agent of [...agents.values()]) for (const subscriber of [...agent.waiting]) subscriber.end();
      agents.clear();
    },

    agents: () => agents.size,
  };
}

/** The oldest pop behind a position. Most readers are near the end. */
function firstBehind(position: string, pops: readonly ScreenPop[]): ScreenPop | undefined {
  let index = pops.length;
  while (index > 0 && (pops[index - 1]?.position ?? '') > position) index--;
  return pops[index];
}
