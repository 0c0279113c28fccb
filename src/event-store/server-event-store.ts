// The event log at a server: EventStoreDB or KurrentDB, whichever client it is given.

import { isNamed } from './event-ids.ts';
import {
  type Append,
  type Appended,
  AppendTooLate,
  beginning,
  type EventStore,
  forwardNow,
  type Position,
  type RecordedEvent,
  RevisionConflict,
  StoreUnavailable,
} from './event-store.ts';
import {
  type LogServer,
  type ServerEvent,
  type ServerPosition,
  type ServerReading,
  writtenWithinMs,
} from './log-server.ts';
import { contentsOf, type PendingAppend, pendingAppendOf } from './pending-append.ts';
import { createServerConnection, Declined } from './server-connection.ts';
import { isOurs, positionOf, recordedEventOf, serverPositionOf } from './server-events.ts';
import { readAtServer, subscribeAtServer } from './server-subscription.ts';
import type { SupervisedSubscription } from './subscription.ts';

export interface ServerEventStoreOptions {
  readonly connect: () => LogServer;
  /** Milliseconds until a call fails, with all its attempts; 3,000 when absent. */
  readonly timeoutMs?: number | undefined;
  /** Told of what the store recovers from by itself; a process warning when absent. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Milliseconds before a subscription tries again after so many failures in a row; up to a second when absent. */
  readonly retryDelay?: ((failures: number) => number) | undefined;
  /** Milliseconds of silence after which a subscription is looked after; 2,000 when absent. */
  readonly stallMs?: number | undefined;
}

/** How many records are looked at, backwards, for the last event that is ours: a few at first, then many. */
const headPages = [16, 256, 4096];
/** Milliseconds after which what was sent and given up is written or never will be; clocks may differ by a second. */
export const settledMs = writtenWithinMs + 1000;

/**
 * The event store at a server that others may use, too. Only events that have Kairos' metadata are seen; those of the server and of
 * others are passed over.
 */
export function createServerEventStore(options: ServerEventStoreOptions): EventStore {
  const { timeoutMs = 3000, onError = warn, retryDelay = backoff, stallMs = 2000 } = options;
  const connection = createServerConnection({
    connect: options.connect,
    probe: (server) => collect(server.readBackwards(1)),
    timeoutMs,
    onError,
  });
  const subscriptions = new Set<SupervisedSubscription>();
  const underWay = new Set<Promise<unknown>>();
  /** The last event of ours that anybody here has heard of. */
  let known = beginning;
  /** Behind that, nothing of ours is up to here. */
  let looked = beginning;
  let closing: Promise<void> | undefined;
  let isClosed = false;

  /** Whoever handles events while it closes may still read. */
  function demand(isOpen: boolean): void {
    if (!isOpen) throw new StoreUnavailable('the event store is closed');
  }

  function learn(position: Position): Position {
    if (position > known) known = position;
    return position;
  }

  async function readStream(stream: string, from: number, count?: number): Promise<readonly RecordedEvent[]> {
    try {
      const events = await connection.call((server, alive) => collect(server.readStream(stream, from, count), alive));
      return events.map(recordedEventOf);
    } catch (error) {
      if (error instanceof Declined && error.failure.kind === 'NO_STREAM') return [];
      throw error;
    }
  }

  async function append(pending: PendingAppend): Promise<Appended> {
    const { stream, expectedRevision, events, by } = pending;
    if (forwardNow() > by) throw new AppendTooLate('the time by which it had to be written is over');
    const [contents = []] = contentsOf([pending]);
    const written = contents.map((content, index) => {
      const { id = '', type = '' } = events[index] ?? {};
      return { id, type, ...content, stream, revision: expectedRevision + 1 + index };
    });
    const request = {
      stream,
      expectedRevision,
      events: written.map(({ id, type, data }, index) => ({
        id,
        type,
        data,
        metadata: encoder.encode(events[index]?.metadata),
      })),
    };
    const answer = await connection
      .call((server) => server.append(request))
      .catch((error: unknown) => {
        if (!(error instanceof Declined) || error.failure.kind !== 'CONFLICT') throw error;
        throw new RevisionConflict(stream, expectedRevision, error.failure.actual);
      });
    const revision = expectedRevision + events.length;
    // Somebody else may have given the same command, and what is stored is theirs; else it is what was given.
    if (answer.position === undefined || events.some(({ id }) => isNamed(id))) {
      const stored = await readStream(stream, expectedRevision + 1, events.length);
      const position = stored.at(-1)?.position;
      if (position === undefined) throw new StoreUnavailable('what was appended cannot be read');
      return { revision, position: learn(position), events: stored };
    }
    return { revision, position: learn(positionOf(answer.position)), events: written };
  }

  /** What is under way when the store is closed is waited for. */
  function track<Result>(work: Promise<Result>): Promise<Result> {
    underWay.add(work);
    const done = () => underWay.delete(work);
    work.then(done, done);
    return work;
  }

  async function head(): Promise<Position> {
    let before: ServerPosition | undefined;
    let newest = beginning;
    for (let page = 0; ; page++) {
      const count = headPages[Math.min(page, headPages.length - 1)] ?? 0;
      const events = await connection.call((server, alive) => collect(server.readBackwards(count, before), alive));
      const [first] = events;
      if (first && page === 0) newest = positionOf(first.position);
      const last = events.find(isOurs);
      if (last) learn(positionOf(last.position));
      before = events.at(-1)?.position;
      const isDone = last !== undefined || events.length < count || before === undefined;
      if (!isDone && positionOf(before) > known && positionOf(before) > looked) continue;
      // What the server writes while nobody uses Kairos is looked at once.
      if (newest > looked) looked = newest;
      return last ? positionOf(last.position) : known;
    }
  }

  async function closeAll(): Promise<void> {
    await Promise.allSettled(underWay);
    await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
    isClosed = true;
    await connection.close();
  }

  return {
    async append(stream, expectedRevision, events) {
      demand(!closing);
      return track(append(pendingAppendOf({ stream, expectedRevision, events })));
    },
    async appendAll(appends: readonly Append[]) {
      demand(!closing);
      const pending = appends.map(pendingAppendOf);
      return track(inOrder(pending, append));
    },
    async readStream(stream, from = 0) {
      demand(!isClosed);
      return readStream(stream, from);
    },
    async *readAll({ after = beginning, upTo, categories } = {}) {
      demand(!isClosed);
      serverPositionOf(after);
      if (categories?.length === 0) return;
      const end = await head();
      yield* readAtServer(connection, { after, upTo: upTo !== undefined && upTo < end ? upTo : end, categories });
    },
    async head() {
      demand(!isClosed);
      return head();
    },
    async settled() {},
    health: connection.health,
    subscribe(subscribeOptions) {
      demand(!closing);
      serverPositionOf(subscribeOptions.after);
      const subscription = subscribeAtServer({
        onError,
        ...subscribeOptions,
        connection,
        head,
        retryDelay,
        stallMs,
        onStopped: () => subscriptions.delete(subscription),
      });
      subscriptions.add(subscription);
      return subscription;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}

const encoder = new TextEncoder();

/** Reads to the end, and ends the call whatever comes. */
async function collect(reading: ServerReading, alive: () => void = () => {}): Promise<readonly ServerEvent[]> {
  const events: ServerEvent[] = [];
  try {
    for await (const event of reading) {
      alive();
      events.push(event);
    }
    return events;
  } finally {
    reading.cancel();
  }
}

async function inOrder<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** From 50 ms to a second; half of it is random, so that many subscriptions do not come back all at once. */
function backoff(failures: number): number {
  return Math.min(1000, 50 * 2 ** (failures - 1)) * (0.5 + Math.random() / 2);
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : new Error(String(error)));
}
