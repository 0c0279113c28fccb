// What tests of event stores are made of: fresh names, events, a subscriber whose progress can be awaited.
import { randomUUID } from 'node:crypto';
import type {
  EventStore,
  NewEvent,
  Position,
  RecordedEvent,
  SubscribeOptions,
} from '../../src/event-store/event-store.ts';

/** A category that nobody else uses: a test sees its own events only, also in a shared store. */
export function freshCategory(): string {
  return `test${randomUUID().replaceAll('-', '')}`;
}

/** Two neighbours have the same metadata, the next two others. */
export function newEvent(number: number, { id = randomUUID(), v = 1 }: { id?: string; v?: number } = {}): NewEvent {
  return {
    id,
    type: 'NumberNoted',
    data: { number, nested: { text: 'ünï\u0000cödé 🙂', list: [1, null, true] } },
    metadata: {
      at: '2026-11-21T18:00:00.000Z',
      v,
      correlationId: `correlation ${Math.floor(number / 2)}`,
      causationId: 'causation',
      actor: 'tester',
    },
  };
}

export function newEvents(count: number): readonly NewEvent[] {
  return Array.from({ length: count }, (_, number) => newEvent(number));
}

export function numberOf(event: NewEvent): number {
  return (event.data as { number: number }).number;
}

export async function allOf(events: AsyncIterable<RecordedEvent>): Promise<readonly RecordedEvent[]> {
  return Array.fromAsync(events);
}

export interface Follower {
  /** What was handled, in order. */
  readonly handled: readonly RecordedEvent[];
  readonly errors: readonly unknown[];
  readonly position: Position;
  /** Resolves once so many events have been handled. */
  reached(count: number): Promise<readonly RecordedEvent[]>;
  stop(): Promise<void>;
}

/** Subscribes and notes what it handles; `before` sees each batch first and may fail or take its time. */
export function follow(
  store: EventStore,
  options: Omit<SubscribeOptions, 'onEvents' | 'onError'>,
  before?: (events: readonly RecordedEvent[]) => void | Promise<void>,
): Follower {
  const handled: RecordedEvent[] = [];
  const errors: unknown[] = [];
  const waiting: { count: number; resolve: (events: readonly RecordedEvent[]) => void }[] = [];
  const note = (events: readonly RecordedEvent[]) => {
    handled.push(...events);
    for (const { count, resolve } of waiting) if (handled.length >= count) resolve(handled);
  };
  const subscription = store.subscribe({
    ...options,
    onError: (error) => errors.push(error),
    onEvents: (events) => {
      const pause = before?.(events);
      if (pause) return pause.then(() => note(events));
      note(events);
    },
  });
  return {
    handled,
    errors,
    get position() {
      return subscription.position;
    },
    reached: (count) =>
      new Promise((resolve) => {
        if (handled.length >= count) resolve(handled);
        else waiting.push({ count, resolve });
      }),
    stop: () => subscription.stop(),
  };
}

/** Resolves when a subscription from here has caught up once. */
export function caughtUp(): { readonly onCaughtUp: () => void; readonly once: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { onCaughtUp: resolve, once: promise };
}
