// Those who wait for screen pops. A subscriber is a position in the agent's pops, not a queue of its own.
import type { ScreenPop, ScreenPopFeed } from './screen-pop-feed.ts';

/** What is kept of an agent's pops, or its newest part. */
export interface KeptPops<Pop extends { readonly position: string }> {
  /** Oldest first. */
  readonly pops: readonly Pop[];
  /** Position of the pop before the oldest of them; '' when there was none. */
  readonly forgotten: string;
}

/** What a subscriber at a position gets next. One that `isReading` and has missed a pop skips to the newest; a new one begins where it can. */
export function nextPop<Pop extends { readonly position: string }>(
  { pops, forgotten }: KeptPops<Pop>,
  position: string,
  isReading: boolean,
): Pop | undefined {
  if (isReading && forgotten > position) return pops.at(-1);
  let index = pops.length;
  // Most readers are near the end.
  while (index > 0 && (pops[index - 1]?.position ?? '') > position) index--;
  return pops[index];
}

export interface ScreenPopSubscribersOptions {
  /**
   * The next pop for a subscriber at a position; undefined when it has to wait. When it fails, the subscriber ends with the error.
   * @param isReading whether the subscriber has got a pop before.
   */
  readonly take: (
    agentId: string,
    position: string,
    isReading: boolean,
  ) => ScreenPop | undefined | Promise<ScreenPop | undefined>;
  /** Somebody begins to wait for pops of an agent for whose pops nobody waited. */
  readonly onWaiting?: (agentId: string) => void;
}

export interface ScreenPopSubscribers {
  readonly subscribe: ScreenPopFeed['subscribe'];
  /** There may be a pop for those who wait for one of this agent. */
  wake(agentId: string): void;
  isWaitedFor(agentId: string): boolean;
  /** The agents whose pops somebody waits for. */
  agents(): readonly string[];
  /** Ends all subscribers, also those to come. */
  close(): void;
}

interface Subscriber {
  look(): Promise<void>;
  end(): void;
}

/**
 * There is no hand-over from replay to live in which a pop could be lost or repeated, a slow subscriber takes no memory, and one that
 * is abandoned is held by nobody: it is known here only while it waits.
 */
export function createScreenPopSubscribers({ take, onWaiting }: ScreenPopSubscribersOptions): ScreenPopSubscribers {
  const waiting = new Map<string, Set<Subscriber>>();
  let closed = false;

  function wait(agentId: string, subscriber: Subscriber): void {
    const others = waiting.get(agentId);
    if (others) {
      others.add(subscriber);
      return;
    }
    waiting.set(agentId, new Set([subscriber]));
    onWaiting?.(agentId);
  }

  function stopWaiting(agentId: string, subscriber: Subscriber): void {
    const all = waiting.get(agentId);
    if (all?.delete(subscriber) && all.size === 0) waiting.delete(agentId);
  }

  return {
    subscribe(agentId, { after, signal }) {
      let position = after;
      let isReading = false;
      let ended = signal?.aborted ?? false;
      let isLooking = false;
      let mayBeMore = false;
      const readers: PromiseWithResolvers<IteratorResult<ScreenPop>>[] = [];

      async function look(): Promise<void> {
        mayBeMore = true;
        if (isLooking) return;
        isLooking = true;
        try {
          while (mayBeMore && readers.length > 0) {
            mayBeMore = false;
            const pop = await take(agentId, position, isReading);
            if (!pop) continue;
            position = pop.position;
            isReading = true;
            mayBeMore = true;
            readers.shift()?.resolve({ done: false, value: pop });
          }
        } catch (error) {
          readers.shift()?.reject(error);
          end();
        }
        isLooking = false;
        if (readers.length === 0) stopWaiting(agentId, subscriber);
      }

      function end(): void {
        ended = true;
        signal?.removeEventListener('abort', end);
        stopWaiting(agentId, subscriber);
        for (const reader of readers.splice(0)) reader.resolve({ done: true, value: undefined });
      }

      const subscriber: Subscriber = { look, end };
      if (!ended) signal?.addEventListener('abort', end, { once: true });

      return {
        next() {
          if (closed && !ended) end();
          if (ended) return Promise.resolve({ done: true, value: undefined });
          const reader = Promise.withResolvers<IteratorResult<ScreenPop>>();
          readers.push(reader);
          wait(agentId, subscriber);
          void look();
          return reader.promise;
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
    wake(agentId) {
      for (const subscriber of [...(waiting.get(agentId) ?? [])]) void subscriber.look();
    },
    isWaitedFor: (agentId) => waiting.has(agentId),
    agents: () => [...waiting.keys()],
    close() {
      closed = true;
      for (const subscribers of [...waiting.values()]) for (const subscriber of [...subscribers]) subscriber.end();
    },
  };
}
