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

/** A handler that is slower than the store gets so many pages at once. */
const pagesAhead = 8;

/** Doubles from 100 ms to 30 s; half of it is random, so that many subscriptions do not come back all at once. */
export function exponentialBackoff(failures: number): number {
  return Math.min(30_000, 100 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

/** Starts at once; `onEvents` is never called before this function has returned. A handler must not await its own `stop()`. */
export function createSupervisedSubscription(options: SupervisedOptions): SupervisedSubscription {
  const categories = options.categories && new Set(options.categories);
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
  /** What is behind the page that is being handled, where that takes its time. */
  let ahead: Promise<Page> | undefined;
  let underWay: Promise<void> = catchUp();

  async function read(after: Position): Promise<Page> {
    somethingNew = false;
    return options.readPage(after);
  }

  /** The pages that can be read while the one before is handled: they are handled as one. */
  async function readAhead(after: Position, handling: Promise<void>): Promise<Page> {
    let isHandled = false;
    const handled = () => {
      isHandled = true;
    };
    handling.then(handled, handled);
    let page = await read(after);
    const events = [page.events];
    while (events.length < pagesAhead && !page.isLast) {
      await nextTurn();
      if (isHandled || isStopped) break;
      page = await read(page.upTo);
      events.push(page.events);
    }
    return { ...page, events: events.flat() };
  }

  /** Never rejects: resolves when nothing is being read ahead, and what was is forgotten. */
  async function forgetAhead(): Promise<void> {
    const reading = ahead;
    ahead = undefined;
    await reading?.catch(() => {});
  }

  /** Never rejects. */
  async function catchUp(): Promise<void> {
    phase = 'BUSY';
    try {
      for (;;) {
        if (isStopped) return;
        const page = await (ahead ?? read(cursor));
        ahead = undefined;
        for (const events of batchesOf(page.events)) {
          if (isStopped) return;
          const handling = handle(events, events.at(-1)?.position ?? cursor);
          if (isThenable(handling) && !page.isLast && ahead === undefined) {
            ahead = readAhead(page.upTo, handling);
            ahead.catch(() => {});
          }
          await handling;
        }
        if (isStopped) return;
        cursor = page.upTo;
        failures = 0;
        if (page.isLast && !somethingNew) return becomeLive();
        await nextTurn();
      }
    } catch (error) {
      await forgetAhead();
      recover(error);
    }
  }

  function batchesOf(events: readonly RecordedEvent[]): readonly (readonly RecordedEvent[])[] {
    const [first] = events;
    if (first === undefined) return [];
    return first.position <= singlyUpTo ? events.map((event) => [event]) : [events];
  }

  /** Synchronous when the handler is. */
  function handle(events: readonly RecordedEvent[], upTo: Position): void | Promise<void> {
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
    return isThenable(handling) ? handling.then(handled, failed) : handled();
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
      await forgetAhead();
    },
  };
}

function isThenable(value: unknown): value is Promise<void> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
