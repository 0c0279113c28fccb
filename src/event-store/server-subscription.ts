// Reads and subscriptions over the whole log of a server: both take from a feed, and begin another one where it left off.
import { type Position, type RecordedEvent, StoreUnavailable, type SubscribeOptions } from './event-store.ts';
import type { LogServer } from './log-server.ts';
import type { ServerConnection } from './server-connection.ts';
import { isOurs, positionOf, recordedEventOf, serverPositionOf } from './server-events.ts';
import { type Feed, openFeed } from './server-feed.ts';
import { createSupervisedSubscription, type Page, type SupervisedSubscription } from './subscription.ts';

/** How many events are taken at once, and how many are held at most for a consumer that is busy. */
const capacity = 500;

/** What one after another is taken from a server's log, from a position on. */
export interface LogCursor {
  /** The next events behind the one before; empty when there was nothing more. */
  next(): Promise<Page>;
  /** Where the next page begins. */
  readonly position: Position;
  readonly feed: Feed;
  readonly server: LogServer;
  close(): void;
}

export async function openCursor(
  connection: ServerConnection,
  after: Position,
  categories: readonly string[] | undefined,
): Promise<LogCursor> {
  const server = await connection.server();
  const prefixes = categories && [...new Set(categories)].map((category) => `${category}-`);
  const feed = openFeed(server, { after: serverPositionOf(after), prefixes, capacity });
  let position = after;
  return {
    feed,
    server,
    get position() {
      return position;
    },
    async next() {
      await feed.ready();
      const { events, checkpoint, isAll } = feed.take();
      const last = checkpoint ?? events.at(-1)?.position;
      // A checkpoint may be that of an event which was there before.
      if (last !== undefined && positionOf(last) > position) position = positionOf(last);
      return { events: events.filter(isOurs).map(recordedEventOf), upTo: position, isLast: isAll };
    },
    close: feed.close,
  };
}

export interface ServerSubscriptionOptions extends SubscribeOptions {
  readonly connection: ServerConnection;
  readonly head: () => Promise<Position>;
  readonly retryDelay: (failures: number) => number;
  readonly onError: (error: unknown) => void;
  /** Milliseconds after which a subscription that is silent although the log goes on is taken for dead. */
  readonly stallMs: number;
  readonly onStopped: () => void;
}

export function subscribeAtServer(options: ServerSubscriptionOptions): SupervisedSubscription {
  const { connection, categories, stallMs, onError } = options;
  let cursor: LogCursor | undefined;
  let isStopped = false;
  let isAway = false;
  /** Since the last look for a stall. */
  let hasMoved = true;

  function drop(): void {
    cursor?.close();
    cursor = undefined;
  }

  async function readPage(behind: Position): Promise<Page> {
    try {
      if (cursor?.position !== behind) drop();
      cursor ??= follow(await openCursor(connection, behind, categories));
      // It was stopped while the cursor was opened.
      if (isStopped) drop();
      const page = (await cursor?.next()) ?? { events: [], upTo: behind, isLast: true };
      if (page.upTo !== behind) hasMoved = true;
      isAway = false;
      return page;
    } catch (error) {
      drop();
      connection.suspect(error);
      throw new StoreUnavailable('the subscription to the event store has failed', { cause: error });
    }
  }

  function follow(opened: LogCursor): LogCursor {
    opened.feed.onChange(() => supervised.wake());
    return opened;
  }

  /** A server may forget a subscription and leave its call open. */
  async function lookForStall(): Promise<void> {
    const before = cursor;
    const isSilent = !hasMoved;
    hasMoved = false;
    if (!before || !isSilent || !before.feed.isEmpty()) return;
    const head = await options.head();
    if (head <= before.position || hasMoved || cursor !== before || !before.feed.isEmpty()) return;
    drop();
    supervised.wake();
  }

  const looks = setInterval(() => {
    lookForStall().catch(() => {});
  }, stallMs).unref();

  const supervised = createSupervisedSubscription({
    ...options,
    readPage,
    // That the store is away is one piece of news; the supervision goes on trying.
    onError(error) {
      const isOutage = error instanceof StoreUnavailable;
      if (!isOutage || !isAway) onError(error);
      if (isOutage) isAway = true;
    },
    onStopped() {
      isStopped = true;
      clearInterval(looks);
      drop();
      options.onStopped();
    },
  });
  return supervised;
}

/** The events of some categories (absent: all) behind a position, up to another (inclusive). */
export async function* readAtServer(
  connection: ServerConnection,
  { after, upTo, categories }: { after: Position; upTo: Position; categories: readonly string[] | undefined },
): AsyncGenerator<RecordedEvent> {
  let from = after;
  let cursor: LogCursor | undefined;
  /** Whether a page has been asked of it that has not come: then it is not known what it has given. */
  let isAsked = false;

  async function nextPage(): Promise<Page> {
    if (isAsked || cursor?.server.signal.aborted) {
      cursor?.close();
      cursor = undefined;
    }
    cursor ??= await openCursor(connection, from, categories);
    const used = cursor;
    isAsked = true;
    const page = await used.next();
    if (cursor === used) isAsked = false;
    return page;
  }

  try {
    while (from < upTo) {
      const page = await connection.call(nextPage);
      for (const event of page.events) {
        if (event.position > upTo) return;
        yield event;
      }
      from = page.upTo;
      if (page.isLast) return;
    }
  } finally {
    cursor?.close();
  }
}
