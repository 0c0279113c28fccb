// The log server over a client object: the packages of EventStoreDB and of KurrentDB have the same methods, and name few things
// differently.
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { guardClient } from './client-guard.ts';
import {
  type LogServer,
  ordinaryStreams,
  type ServerAppend,
  type ServerEvent,
  type ServerPosition,
  type ServerSubscribing,
  searchWindow,
  writtenWithinMs,
} from './log-server.ts';

/** The part of their clients that is used, as both have it. */
export interface ServerClient {
  appendToStream(
    stream: string,
    events: readonly object[],
    options: object,
  ): Promise<{ readonly nextExpectedRevision: bigint; readonly position?: ServerPosition | undefined }>;
  readStream(stream: string, options: object): ClientReading;
  readAll(options: object): ClientReading;
  subscribeToAll(options: object, readableOptions: object): Readable & { unsubscribe(): Promise<void> };
  dispose(): Promise<unknown>;
}

/** A stream with `cancel`, or a generator that ends its call when it is returned from. */
type ClientReading = AsyncIterable<{ readonly event?: ServerEvent | undefined }> & { cancel?(): Promise<void> };

/** What one package calls otherwise than another. */
export interface Dialect {
  /** The option of `appendToStream` for the revision that is expected. */
  readonly expected: 'expectedRevision' | 'streamState';
  /** What reads go by, if it is not the client itself; it is not given up with it. */
  readonly reader?: ServerClient;
}

/** The longest wait for the calls of a client that is given up, in milliseconds: cancelling them asks nothing of the server. */
const givingUpMs = 1000;

export function createClientLogServer(client: ServerClient, { expected, reader = client }: Dialect): LogServer {
  const guard = guardClient(client);
  const given = new AbortController();
  return {
    signal: given.signal,

    async append({ stream, expectedRevision, events }: ServerAppend) {
      const { nextExpectedRevision, position } = await client.appendToStream(
        stream,
        events.map((event) => ({ ...event, contentType: 'application/json' })),
        {
          [expected]: expectedRevision < 0 ? 'no_stream' : BigInt(expectedRevision),
          deadline: writtenWithinMs + behindMs(),
        },
      );
      return { revision: Number(nextExpectedRevision), position };
    },

    // From the leader: what was written a moment ago may not be at another node yet.
    readStream: (stream, from, count) =>
      reading(
        reader.readStream(stream, {
          fromRevision: BigInt(from),
          requiresLeader: true,
          ...(count !== undefined && { maxCount: count }),
        }),
      ),

    readBackwards: (count, before) =>
      reading(
        reader.readAll({
          direction: 'backwards',
          fromPosition: before ?? 'end',
          maxCount: count,
          requiresLeader: true,
        }),
      ),

    subscribe({ after, prefixes, onCheckpoint, onCaughtUp, capacity }: ServerSubscribing) {
      const filter = {
        filterOn: 'streamName',
        ...(prefixes ? { prefixes: [...prefixes] } : { regex: ordinaryStreams }),
        maxSearchWindow: searchWindow,
        checkpointInterval: 1,
        checkpointReached: (_: unknown, position: ServerPosition) => onCheckpoint(position),
      };
      // From the leader: another node may be behind, and say that this is everything.
      const events = client.subscribeToAll(
        { fromPosition: after ?? 'start', filter, requiresLeader: true },
        { highWaterMark: capacity },
      );
      events.on('caughtUp', onCaughtUp);
      return {
        events,
        close() {
          // It may fail once more while it ends.
          events.on('error', () => {});
          events.unsubscribe().catch(() => {});
          events.destroy();
        },
      };
    },

    async giveUp() {
      given.abort();
      await Promise.race([client.dispose().catch(() => {}), delay(givingUpMs, undefined, { ref: false })]);
      // That ends the calls and leaves the connection to itself.
      guard.closeConnection();
    },
  };
}

/**
 * By how much the clock has been set back since this process began, in milliseconds. The clients send the deadline of an append as a time
 * of day: the server takes none that is over by its own clock. It has a limit of its own for a deadline that is too late.
 */
function behindMs(): number {
  return Math.max(0, Math.ceil(performance.timeOrigin + performance.now() - Date.now()));
}

function reading(source: ClientReading) {
  let isOver = false;
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const { event } of source) if (event) yield event;
        isOver = true;
      } catch (error) {
        isOver = true;
        throw error;
      }
    },
    cancel() {
      // This resets the call at the server. One that sees many resets takes them for an attack and closes the connection.
      if (isOver) return;
      const stream = source as Partial<Readable>;
      stream.on?.('error', () => {});
      source.cancel?.().catch(() => {});
      stream.destroy?.();
    },
  };
}
