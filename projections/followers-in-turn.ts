// Serves followers beside the read models: each gets its events in order, one call after the other, whoever else is still at work.
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import type { Follower } from './runner.ts';

export interface FollowersInTurn {
  /**
   * Resolves when all followers have what is theirs of the events. What comes while a follower is at work it gets as one. When it fails,
   * so does everything that comes for it, until `beginAnew`.
   */
  serve(events: readonly RecordedEvent[]): Promise<void>;
  /** After a failure, when nothing is under way any more: the next events are those that failed. */
  beginAnew(): void;
}

export function createFollowersInTurn(followers: readonly Follower[]): FollowersInTurn {
  const turns = followers.map(createTurns);
  const categories = new Set(followers.flatMap((follower) => follower.categories));

  function byCategory(events: readonly RecordedEvent[]): Map<string, RecordedEvent[]> {
    const found = new Map<string, RecordedEvent[]>();
    for (const event of events) {
      const category = categoryOf(event.stream);
      if (!categories.has(category)) continue;
      const others = found.get(category);
      if (others) others.push(event);
      else found.set(category, [event]);
    }
    return found;
  }

  return {
    async serve(events) {
      const wanted = byCategory(events);
      const serving = turns.map((turn) => turn.serve(wanted));
      // When it fails, none of them is at work any more.
      await Promise.allSettled(serving);
      await Promise.all(serving);
    },
    beginAnew() {
      for (const turn of turns) turn.beginAnew();
    },
  };
}

interface Turns {
  serve(events: ReadonlyMap<string, readonly RecordedEvent[]>): Promise<void>;
  beginAnew(): void;
}

function createTurns({ categories, onEvents }: Follower): Turns {
  /** The last call: it is over. */
  let serving: Promise<void> = Promise.resolve();
  /** What waits for its turn. */
  let next: { readonly events: RecordedEvent[]; readonly served: Promise<void> } | undefined;

  function take(): { readonly events: RecordedEvent[]; readonly served: Promise<void> } {
    const events: RecordedEvent[] = [];
    const served = serving.then(() => {
      next = undefined;
      return onEvents(events);
    });
    serving = served;
    return { events, served };
  }

  return {
    async serve(events) {
      const news = categories.flatMap((category) => events.get(category) ?? []);
      if (news.length === 0) return;
      if (categories.length > 1) news.sort((one, other) => (one.position < other.position ? -1 : 1));
      next ??= take();
      next.events.push(...news);
      await next.served;
    },
    beginAnew() {
      serving = Promise.resolve();
      next = undefined;
    },
  };
}
