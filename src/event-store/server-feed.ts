// What a subscription at the server has sent, taken in order: events, how far the server has looked, and whether that was everything.
// The packages tell the last two before the events in front of them have been read: here nothing overtakes an event.
import { StoreUnavailable } from './event-store.ts';
import type { LogServer, ServerEvent, ServerPosition } from './log-server.ts';

export interface FeedOptions {
  readonly after: ServerPosition | undefined;
  /** As in `ServerSubscribing`. */
  readonly prefixes: readonly string[] | undefined;
  /** How many events are held at most for whoever takes them. */
  readonly capacity: number;
}

export interface Taken {
  readonly events: readonly ServerEvent[];
  /** The server has looked at everything up to here. */
  readonly checkpoint?: ServerPosition | undefined;
  /** Everything that was there when it was sent has been taken, with this. */
  readonly isAll: boolean;
}

export interface Feed {
  /** Resolves when there is something to take, or it is closed; rejects when it has failed or ended. */
  ready(): Promise<void>;
  /** What is there, nothing if need be. */
  take(): Taken;
  /** Whether everything that was sent has been taken. */
  isEmpty(): boolean;
  /** Calls whenever something has come, or has gone wrong. */
  onChange(call: () => void): void;
  /** What it failed of. */
  failure(): unknown;
  close(): void;
}

export function openFeed(server: LogServer, { after, prefixes, capacity }: FeedOptions): Feed {
  let checkpoint: { readonly position: ServerPosition; readonly goOn: () => void } | undefined;
  let isCaughtUp = false;
  let isClosed = false;
  let failed: { readonly error: unknown } | undefined;
  let call: () => void = () => {};
  let waiting: PromiseWithResolvers<void> | undefined;

  const subscription = server.subscribe({
    after,
    prefixes,
    capacity,
    onCheckpoint: (position) =>
      new Promise((goOn) => {
        checkpoint = { position, goOn };
        changed();
      }),
    onCaughtUp() {
      isCaughtUp = true;
      changed();
    },
  });
  const { events } = subscription;
  const fail = (error: unknown) => {
    failed ??= { error };
    changed();
  };
  const giveUp = () => fail(new StoreUnavailable('the connection to the event store was given up'));
  events.on('readable', changed);
  events.on('error', fail);
  events.on('end', () => fail(new StoreUnavailable('the server has ended the subscription')));
  server.signal.addEventListener('abort', giveUp);
  if (server.signal.aborted) giveUp();

  function changed(): void {
    if (waiting && isReady()) {
      const { resolve } = waiting;
      waiting = undefined;
      resolve();
    }
    call();
  }

  const isReady = () => isClosed || failed !== undefined || !isEmpty() || isCaughtUp;
  const isEmpty = () => events.readableLength === 0 && checkpoint === undefined;

  return {
    async ready() {
      if (!isReady()) {
        waiting ??= Promise.withResolvers();
        await waiting.promise;
      }
      // What has come before it failed is good.
      if (failed && events.readableLength === 0 && !isClosed) throw failed.error;
    },
    take() {
      const taken: ServerEvent[] = [];
      while (taken.length < capacity) {
        const resolved = events.read() as { readonly event?: ServerEvent } | null;
        if (resolved === null) break;
        if (resolved.event) taken.push(resolved.event);
      }
      if (events.readableLength > 0) return { events: taken, isAll: false };
      const reached = checkpoint;
      checkpoint = undefined;
      reached?.goOn();
      return { events: taken, checkpoint: reached?.position, isAll: isCaughtUp };
    },
    isEmpty,
    onChange(then) {
      call = then;
    },
    failure: () => failed?.error,
    close() {
      if (isClosed) return;
      isClosed = true;
      server.signal.removeEventListener('abort', giveUp);
      checkpoint?.goOn();
      subscription.close();
      changed();
    },
  };
}
