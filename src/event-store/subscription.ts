// A catch-up subscription that supervises itself, for any adapter: it reads from the store until it has caught up, then takes
// committed events from memory, and after any failure reads again from the first event that was not handled.
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  beginning,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
  type Subscription,
} from './event-store.ts';
import { categoryOf } from './stream-names.ts';

/** What one read of the store gives. */
export interface Page {
  /** In order of position, of the categories that the subscription wants. */
  readonly events: readonly RecordedEvent[];
  /** Everything up to here is in `events`, or was before it, or is of another category. Not smaller than `after` of the read. */
  readonly upTo: Position;
  /** Whether `upTo` was the end of the store at the moment of the read. */
  readonly isLast: boolean;
}

export interface SupervisedOptions extends SubscribeOptions {
  readonly onError: (error: unknown) => void;
  /** Reads the page behind a position. */
  readonly readPage: (after: Position) => Page | Promise<Page>;
  /** Milliseconds to wait after so many failures in a row (1, 2, …). */
  readonly retryDelay: (failures: number) => number;
  readonly onStopped?: () => void;
}

export interface SupervisedSubscription extends Subscription {
  /**
   * Gives events that were just committed: all those behind `from` up to `to`, of any category. A subscription that has handled
   * everything up to `from` and is idle handles them at once, before `push` returns if `onEvents` is synchronous; one that has
   * read them from the store before has nothing to do; any other reads them in its turn. Never throws.
   */
  push(from: Position, to: Position, events: readonly RecordedEvent[]): void;
  /** Says that there may be something new to read. */
  wake(): void;
}

/** Doubles from 100 ms to 30 s; half of it is random, so that many subscriptions do not come back all at once. */
export function exponentialBackoff(failures: number): number {
  return Math.min(30_000, 100 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** Starts at once; `onEvents` is never called before this function has returned. A handler must not await its own `stop()`. */
export function createSupervisedSubscription(options: SupervisedOptions): SupervisedSubscription {
  const categories = options.categories && new Set(options.categories);
  const { callsAtOnce = 1 } = options;
  /** Everything up to here is handled or of another category. */
  let cursor = options.after;
  let position = options.after;
  let phase: 'LIVE' | 'BUSY' | 'WAITING' = 'BUSY';
  let isStopped = false;
  let somethingNew = false;
  let failures = 0;
  /** Up to here a batch has failed: one event at a time, so that those before the faulty one are handled once and for all. */
  let singlyUpTo = beginning;
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> = catchUp();

  async function read(after: Position): Promise<Page> {
    somethingNew = false;
    return options.readPage(after);
  }

  /** Never rejects, and leaves nothing under way. */
  async function catchUp(): Promise<void> {
    phase = 'BUSY';
    /** Of the calls that are under way, the oldest first. */
    let calls: Promise<void>[] = [];
    let hasFailed = false;
    try {
      for (let from = cursor; ; ) {
        if (isStopped) break;
        const page = await read(from);
        for (const events of batchesOf(page.events)) {
          if (isStopped || hasFailed) break;
          const call = handle(events, events.at(-1)?.position ?? cursor, calls.at(-1));
          if (!call) continue;
          call.catch(() => {
            hasFailed = true;
          });
          calls.push(call);
          const most = isSingle(events) ? 1 : callsAtOnce;
          if (calls.length < most) continue;
          await calls[calls.length - most];
          calls = calls.slice(calls.length - most + 1);
        }
        if (hasFailed || page.isLast) {
          await Promise.all(calls);
          calls = [];
        }
        if (isStopped) break;
        from = page.upTo;
        if (calls.length === 0) {
          cursor = from;
          failures = 0;
        }
        if (page.isLast && !somethingNew) return becomeLive();
        await nextTurn();
      }
      await Promise.all(calls);
    } catch (error) {
      await Promise.allSettled(calls);
      recover(error);
    }
  }

  /** Whether a batch with one of them has failed before. */
  function isSingle([first]: readonly RecordedEvent[]): boolean {
    return first !== undefined && first.position <= singlyUpTo;
  }

  function batchesOf(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
    if (events.length === 0) return [];
    return isSingle(events) ? events.map((event) => [event]) : [events];
  }

  /** Synchronous when the handler is, and nothing is under way `before`. What is handled is so when everything before it is. */
  function handle(events: readonly RecordedEvent[], upTo: Position, before?: Promise<void>): void | Promise<void> {
    const last = events.at(-1)?.position ?? cursor;
    const handled = () => {
      cursor = upTo;
      position = last;
      failures = 0;
    };
    const failed = (error: unknown): never => {
      if (last > singlyUpTo) singlyUpTo = last;
      throw error;
    };
    let handling: void | Promise<void>;
    try {
      handling = options.onEvents(events);
    } catch (error) {
      return failed(error);
    }
    if (!isThenable(handling) && !before) return handled();
    const over = Promise.resolve(handling).catch(failed);
    return Promise.allSettled([before, over])
      .then(() => Promise.all([before, over]))
      .then(handled);
  }

  function becomeLive(): void {
    phase = 'LIVE';
    try {
      options.onCaughtUp?.();
    } catch (error) {
      report(error);
    }
  }

  function recover(error: unknown): void {
    phase = 'WAITING';
    failures += 1;
    report(error);
    if (isStopped) return;
    timer = setTimeout(() => {
      underWay = catchUp();
    }, options.retryDelay(failures));
    timer.unref();
  }

  function report(error: unknown): void {
    try {
      options.onError(error);
    } catch (second) {
      process.emitWarning(second instanceof Error ? second : new Error(String(second)));
    }
  }

  function wake(): void {
    if (isStopped || phase === 'WAITING') return;
    if (phase === 'BUSY') somethingNew = true;
    else underWay = catchUp();
  }

  function push(from: Position, to: Position, events: readonly RecordedEvent[]): void {
    if (phase === 'LIVE' && to <= cursor) return;
    if (isStopped || phase !== 'LIVE' || cursor !== from) {
      wake();
      return;
    }
    const wanted = categories ? events.filter((event) => categories.has(categoryOf(event.stream))) : events;
    if (wanted.length === 0) {
      cursor = to;
      return;
    }
    phase = 'BUSY';
    somethingNew = false;
    try {
      const handling = handle(wanted, to);
      if (isThenable(handling)) underWay = handling.then(catchUp, recover);
      else if (somethingNew) underWay = catchUp();
      else becomeLive();
    } catch (error) {
      recover(error);
    }
  }

  return {
    get position() {
      return position;
    },
    push,
    wake,
    async stop() {
      if (!isStopped) {
        isStopped = true;
        clearTimeout(timer);
        options.onStopped?.();
      }
      await underWay;
    },
  };
}

function isThenable(value: unknown): value is Promise<void> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
