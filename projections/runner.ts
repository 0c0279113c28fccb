// Brings the log to the read models and to everybody else who follows it, in one order, and knows how far behind they are.
import {
  beginning,
  type EventStore,
  type Position,
  type RecordedEvent,
  type Subscription,
} from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { createAwaitedPositions } from './awaited-positions.ts';
import { createFreshness } from './freshness.ts';
import { lagBehind, type Progress } from './progress.ts';
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
  /** Told of what can be read since `at`, epoch milliseconds, once the runner has caught up. */
  readonly onApplied?: (events: readonly RecordedEvent[], at: number) => void;
  /** Told of each failure that is tried again. The default prints it. */
  readonly onError?: (error: unknown) => void;
}

export interface ProjectionRunner extends Progress {
  /**
   * Begins behind the read models' checkpoint, and resolves when everything that was in the log at the time of the call is applied.
   * Rejects when the store cannot say where its end is, or when the runner is stopped before it got there.
   */
  start(): Promise<void>;
  /** Resolves when no consumer is at work any more. */
  stop(): Promise<void>;
}

interface Consumer {
  /** Absent: all. */
  readonly categories?: ReadonlySet<string>;
  readonly onEvents: Follower['onEvents'];
  /** After a failure the events come again: what a consumer has had, it does not get twice. */
  position: Position;
}

/**
 * It listens to the whole log, not only to the categories that somebody reads: so its position passes every position of the log, and
 * nobody waits for an event of which nobody makes anything.
 *
 * With read models in process and followers that answer at once, an event that the store hands over at its commit is applied when the
 * store's append resolves.
 */
export function createProjectionRunner(options: ProjectionRunnerOptions): ProjectionRunner {
  const { store, readModels, projections, also = [] } = options;
  const onError =
    options.onError ?? ((error: unknown) => console.error('a consumer of the log failed and is tried again', error));
  const consumers: readonly Consumer[] = [
    { onEvents: (events) => readModels.apply(projections, events), position: beginning },
    ...also.map(consumerOf),
  ];
  const awaited = createAwaitedPositions();
  const freshness = createFreshness();
  let subscription: Subscription | undefined;
  let applied = beginning;
  let started = false;
  let live = false;
  let stopped = false;

  /** Serves the consumers from one on, without a promise as long as none of them needs one. */
  function serve(events: readonly RecordedEvent[], from: number): void | Promise<void> {
    for (let index = from; index < consumers.length; index++) {
      const consumer = consumers[index];
      const news = consumer ? newsFor(consumer, events) : [];
      const last = news.at(-1);
      if (!consumer || !last) continue;
      const serving = consumer.onEvents(news);
      if (serving) {
        return serving.then(() => {
          consumer.position = last.position;
          return serve(events, index + 1);
        });
      }
      consumer.position = last.position;
    }
    finish(events);
  }

  function finish(events: readonly RecordedEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    if (live) {
      const at = Date.now();
      freshness.record(events, at);
      options.onApplied?.(events, at);
    }
    if (last.position > applied) applied = last.position;
    awaited.reached(applied);
  }

  function waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    if (position <= applied) return Promise.resolve(true);
    if (stopped || timeoutMs <= 0) return Promise.resolve(false);
    return awaited.wait(position, timeoutMs);
  }

  return {
    async start() {
      if (started) throw new Error('a projection runner starts once');
      started = true;
      const [head, checkpoint] = await Promise.all([store.head(), readModels.checkpoint()]);
      if (!stopped) {
        applied = checkpoint;
        // Those who come after the read models get their events one call after the other.
        const callsAtOnce = also.length === 0 ? (readModels.callsAtOnce ?? 1) : 1;
        subscription = store.subscribe({
          after: checkpoint,
          callsAtOnce,
          onEvents: (events) => serve(events, 0),
          onError,
        });
      }
      if (!(await waitFor(head, Number.POSITIVE_INFINITY)))
        throw new Error('stopped before the read models had caught up');
      live = true;
    },
    waitFor,
    lag: () => lagBehind(store, applied),
    freshness: () => freshness.figures(),
    async stop() {
      stopped = true;
      await subscription?.stop();
      awaited.giveUp();
    },
  };
}

function consumerOf({ categories, onEvents }: Follower): Consumer {
  return { categories: new Set(categories), onEvents, position: beginning };
}

function newsFor({ categories, position }: Consumer, events: readonly RecordedEvent[]): readonly RecordedEvent[] {
  const [next] = events;
  // The usual batch of the read models.
  if (!categories && next && next.position > position) return events;
  return events.filter(
    (event) => event.position > position && (!categories || categories.has(categoryOf(event.stream))),
  );
}
