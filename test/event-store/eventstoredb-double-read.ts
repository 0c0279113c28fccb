// Reads and subscriptions of the EventStoreDB double: where they begin, what they leave out, and never more than the reader takes.

import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { DoubleLog, LoggedEvent } from './eventstoredb-double-log.ts';
import { eventMessage, type Failure, failures, readMessages, streamName } from './eventstoredb-double-wire.ts';

export type ReadCall = ServerWritableStream<ReadReq, Buffer>;

/** Which events, in which order, from where. */
export interface Source {
  readonly events: readonly LoggedEvent[];
  readonly from: number;
  readonly backwards: boolean;
  readonly count: number;
  readonly matches: (event: LoggedEvent) => boolean;
  /** A checkpoint after so many events, matching or not. Absent: no filter, no checkpoints. */
  readonly checkpointEvery?: number;
  /** Of a read of one stream. */
  readonly stream?: string;
}

/** The server goes through so many events at a time when the caller does not say. */
const defaultSearchWindow = 32;

/** What a read request asks, or why the server would not take it. */
export function sourceOf(request: ReadReq, log: DoubleLog, longestWindow: number): Source | Failure {
  const options = request.getOptions();
  if (!options) return failures.invalid('The options are missing.');
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const subscribes = options.hasSubscription();
  if (subscribes && backwards) return failures.invalid('The combination of a subscription and backwards is invalid.');
  const count = subscribes ? Number.POSITIVE_INFINITY : Number(options.getCount());
  const filter = options.getFilter();
  const matches = filter ? matcherOf(filter) : () => true;
  const window = Math.min(filter?.hasMax() ? filter.getMax() : defaultSearchWindow, longestWindow);
  const checkpointEvery = filter ? window * filter.getCheckpointintervalmultiplier() : 0;
  const common = { backwards, count, matches, ...(subscribes && filter && { checkpointEvery }) };

  const one = options.getStream();
  if (one) {
    const stream = streamName(one.getStreamIdentifier());
    const events = log.stream(stream);
    const at = one.hasEnd() ? events.length : one.hasRevision() ? Number(one.getRevision()) : 0;
    if (backwards) return { ...common, events, stream, from: one.hasStart() ? 0 : Math.min(at, events.length - 1) };
    // A subscription begins behind the revision it names, a read with it.
    return { ...common, events, stream, from: subscribes && one.hasRevision() ? at + 1 : at };
  }
  const all = options.getAll();
  if (!all) return failures.invalid('Neither a stream nor all is asked for.');
  const events = log.events;
  const position = Number(all.getPosition()?.getCommitPosition() ?? 0);
  const at = all.hasEnd() ? events.length : all.hasPosition() ? log.indexAt(position) : 0;
  const isPlace = position === 0 || position === log.end || events[at]?.position === position;
  if (all.hasPosition() && !isPlace) return failures.invalidPosition;
  // Backwards the server gives what ends at the position, so not the event that begins there.
  if (backwards) return { ...common, events, from: all.hasStart() ? -1 : at - 1 };
  const exclusive = subscribes && all.hasPosition() && events[at]?.position === position;
  return { ...common, events, from: exclusive ? at + 1 : at };
}

function matcherOf(filter: ReadReq.Options.FilterOptions): (event: LoggedEvent) => boolean {
  const byStream = filter.getStreamIdentifier();
  const expression = byStream ?? filter.getEventType();
  const prefixes = expression?.getPrefixList() ?? [];
  const pattern = expression?.getRegex() ? new RegExp(expression.getRegex(), 'u') : undefined;
  const text = (event: LoggedEvent) => (byStream ? event.stream : event.type);
  if (pattern) return (event) => pattern.test(text(event));
  return (event) => prefixes.some((prefix) => text(event).startsWith(prefix));
}

/** Sends what the source has and ends the call. */
export function answerRead(call: ReadCall, { events, from, backwards, count, matches, stream }: Source): void {
  if (stream !== undefined && events.length === 0) {
    call.write(readMessages.streamNotFound(stream));
    call.end();
    return;
  }
  let [index, left] = [from, count];
  // What is appended during the reading is not seen.
  const end = events.length;
  const step = backwards ? -1 : 1;
  const send = () => {
    while (left > 0 && index >= 0 && index < end && !call.cancelled) {
      const event = events[index];
      index += step;
      if (!event || !matches(event)) continue;
      left -= 1;
      if (!call.write(eventMessage(event))) {
        call.once('drain', send);
        return;
      }
    }
    call.end();
  };
  send();
}

/** What becomes of the next event of a subscription. */
export type Delivery = 'deliver' | 'stall' | 'over';

export interface OpenSubscription {
  readonly call: ReadCall;
  /** Stays open and says nothing any more. */
  stall(): void;
}

/** So many events may wait for the reader before a live subscription has fallen behind. */
const liveBuffer = 32;

export interface Subscribing {
  readonly log: DoubleLog;
  readonly subscriptionId: string;
  readonly source: Source;
  /** Asked before each event. */
  readonly deliver: (call: ReadCall) => Delivery;
  readonly dropsSlowConsumers: boolean;
}

/** Sends what there is, then what comes, until the call is over. */
export function answerSubscription(
  call: ReadCall,
  { log, subscriptionId, source, deliver, dropsSlowConsumers }: Subscribing,
): OpenSubscription {
  const { matches, checkpointEvery, stream } = source;
  let index = source.from;
  let isLive = false;
  let waits = false;
  let isStalled = false;
  let sinceCheckpoint = 0;

  const events = () => (stream === undefined ? log.events : log.stream(stream));
  const hasFallenBehind = () => isLive && events().length - index > liveBuffer;
  const write = (message: Buffer): void => {
    if (call.write(message) || waits) return;
    waits = true;
    call.once('drain', () => {
      waits = false;
      if (hasFallenBehind()) {
        if (dropsSlowConsumers) {
          call.emit('error', failures.tooSlow);
          return;
        }
        isLive = false;
        write(readMessages.fellBehind());
      }
      send();
    });
  };
  const send = () => {
    const all = events();
    while (index < all.length) {
      if (waits || isStalled || call.cancelled || call.writableEnded) return;
      const event = all[index];
      if (!event) return;
      const isWanted = matches(event);
      const delivery = isWanted ? deliver(call) : 'deliver';
      if (delivery === 'stall') isStalled = true;
      if (delivery !== 'deliver') return;
      index += 1;
      if (isWanted) write(eventMessage(event));
      countForCheckpoint(event);
    }
    if (isLive || waits || isStalled || call.writableEnded) return;
    isLive = true;
    write(readMessages.caughtUp());
  };
  const countForCheckpoint = (event: LoggedEvent): void => {
    sinceCheckpoint += 1;
    if (checkpointEvery === undefined || sinceCheckpoint < checkpointEvery) return;
    sinceCheckpoint = 0;
    write(readMessages.checkpoint(event.position));
  };

  const stopListening = log.onAppended(send);
  for (const event of ['cancelled', 'finish', 'close']) call.once(event, stopListening);
  write(readMessages.confirmation(subscriptionId));
  send();
  return {
    call,
    stall: () => {
      isStalled = true;
    },
  };
}
