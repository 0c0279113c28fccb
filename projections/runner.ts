// Brings the log to the read models and to everybody else who follows it, in one order, and knows how far behind they are.
import {
  beginning,
  type EventStore,
  type Position,
  type RecordedEvent,
  type Subscription,
} from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { createFreshness, type Freshness } from './freshness.ts';
import type { Projection } from './projection.ts';
import type { ReadModels } from './read-models.ts';

/** A further consumer of the same ordered stream: the cap gate, the screen-pop feed, the catalogue view. */
export interface Follower {
  readonly categories: readonly string[];
  /**
   * Called with events in order of position, each once in the life of a runner unless it fails: then the same events come again, and
   * nothing else moves on until it succeeds. It answers nothing when it is done with them at once, else a promise.
   */
  readonly onEvents: (events: readonly RecordedEvent[]) => void | Promise<void>;
}

export interface ProjectionRunnerOptions {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly projections: readonly Projection<unknown>[];
  /** Served after the read models, in this order. */
  readonly also?: readonly Follower[];
  /** Told of each failure that is tried again. The default prints it. */
  readonly onError?: (error: unknown) => void;
}

export interface Lag {
  /** Everything up to here has been applied. */
  readonly position: Position;
  /** The end of the log; absent when the store does not answer. */
  readonly head?: Position;
  /** Age of the oldest event that is not yet applied; 0: none is, or the store does not answer. */
  readonly milliseconds: number;
}

export interface ProjectionRunner {
  /**
   * Begins behind the read models' checkpoint, and resolves when everything that was in the log at the time of the call is applied.
   * Rejects when the store cannot say where its end is, or when the runner is stopped before it got there.
   */
  start(): Promise<void>;
  /** True as soon as everything up to the position is applied, false when that takes longer than the time or the runner stops. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  lag(): Promise<Lag>;
  /** Wall-clock milliseconds from the recording of an event to its being readable, of the last 10,000 live events. */
  freshness(): Freshness;
  /** Resolves when no consumer is at work any more. */
  stop(): Promise<void>;
}

interface Waiter {
  readonly position: Position;
  readonly answer: (reached: boolean) => void;
}

/**
 * It listens to the whole log, not only to the categories that somebody reads: so its position passes every position of the log, and
 * nobody waits for an event of which nobody makes anything.
 *
 * With read models in process and followers that answer at once, an event that the store hands over at its commit is applied when the
 * store's append resolves.
 */
export function createProjectionRunner(options: ProjectionRunnerOptions): ProjectionRunner {
  const { store, readModels, projections } = options;
  const onError =
    options.onError ?? ((error: unknown) => console.error('a consumer of the log failed and is tried again', error));
  const followers = (options.also ?? []).map(({ categories, onEvents }) => ({
    categories: new Set(categories),
    onEvents,
    position: beginning,
  }));
  const waiters = new Set<Waiter>();
  const freshness = createFreshness();
  let subscription: Subscription | undefined;
  let position = beginning;
  let started = false;
  let live = false;
  let stopped = false;

  function onEvents(events: readonly RecordedEvent[]): void | Promise<void> {
    const applying = readModels.apply(projections, events);
    return applying ? applying.then(() => serveFollowers(events, 0)) : serveFollowers(events, 0);
  }

  /** Serves the followers from one on, without a promise as long as none of them needs one. */
  function serveFollowers(events: readonly RecordedEvent[], first: number): void | Promise<void> {
    for (let index = first; index < followers.length; index++) {
      const follower = followers[index];
      if (!follower) continue;
      // After a failure the events come again: what a follower has had, it does not get twice.
      const news = events.filter(
        (event) => event.position > follower.position && follower.categories.has(categoryOf(event.stream)),
      );
      const last = news.at(-1);
      if (!last) continue;
      const serving = follower.onEvents(news);
      if (serving) {
        return serving.then(() => {
          follower.position = last.position;
          return serveFollowers(events, index + 1);
        });
      }
      follower.position = last.position;
    }
    finish(events);
  }

  function finish(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    if (live) freshness.record(events, Date.now());
    if (last.position > position) position = last.position;
    for (const waiter of waiters) if (waiter.position <= position) waiter.answer(true);
  }

  function waitFor(awaited: Position, timeoutMs: number): Promise<boolean> {
    if (awaited <= position) return Promise.resolve(true);
    if (stopped || timeoutMs <= 0) return Promise.resolve(false);
    return new Promise((resolve) => {
      const answer = (reached: boolean) => {
        clearTimeout(timer);
        waiters.delete(waiter);
        resolve(reached);
      };
      const waiter: Waiter = { position: awaited, answer };
      const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(answer, timeoutMs, false);
      waiters.add(waiter);
    });
  }

  async function ageOfNext(): Promise<number> {
    for await (const event of store.readAll({ after: position })) {
      return Math.max(0, Date.now() - Date.parse(event.recordedAt));
    }
    return 0;
  }

  return {
    async start() {
      if (started) throw new Error('a projection runner starts once');
      started = true;
      const [head, checkpoint] = await Promise.all([store.head(), readModels.checkpoint()]);
      if (!stopped) {
        position = checkpoint;
        subscription = store.subscribe({ after: checkpoint, onEvents, onError });
      }
      if (!(await waitFor(head, Number.POSITIVE_INFINITY)))
        throw new Error('stopped before the read models had caught up');
      live = true;
    },
    waitFor,
    async lag() {
      try {
        const head = await store.head();
        return { position, head, milliseconds: head > position ? await ageOfNext() : 0 };
      } catch {
        return { position, milliseconds: 0 };
      }
    },
    freshness: () => freshness.figures(),
    async stop() {
      stopped = true;
      await subscription?.stop();
      for (const waiter of waiters) waiter.answer(false);
    },
  };
}
