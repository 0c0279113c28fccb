// Stands in for EventStoreDB 23.10 on the wire where no server can be had: an in-process gRPC server on the client's own service
// definitions. It speaks as the server does as far as Kairos uses it, plays faults, and is no database: the log is in memory and
// outlives `restart()`, not the process. It knows no access lists but those of `AccessOptions`, resolves no links, deletes no
// streams, and has neither projections nor persistent subscriptions.
import type { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';

import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { ServiceDefinition, sendUnaryData } from '@grpc/grpc-js';
import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { serveAppend, serveBatchAppend } from './eventstoredb-double-append.ts';
import { createFaultPlan, type FaultPlan } from './eventstoredb-double-faults.ts';
import { createDoubleLog, type DoubleLog, type DoubleLogOptions, type LoggedEvent } from './eventstoredb-double-log.ts';
import { createMembership, type Membership } from './eventstoredb-double-membership.ts';
import { type AccessOptions, type Calls, createAccess, type Node } from './eventstoredb-double-node.ts';
import type { ReadCall } from './eventstoredb-double-read.ts';
import { serveFeatures, serveGossip, serveRead } from './eventstoredb-double-services.ts';
import { type DoublePort, openPort } from './eventstoredb-double-socket.ts';
import { failure } from './eventstoredb-double-wire.ts';

export interface DoubleOptions extends AccessOptions, DoubleLogOptions {
  /** On 127.0.0.1; 0 and by default a free one. */
  readonly port?: number;
  /** Of the faults that are played by chance. */
  readonly seed?: number;
  /** Bytes; the server's own default is 1 MiB. */
  readonly maxAppendSize?: number;
  /**
   * Whether a live subscription that is more than 32 events behind ends with an error, as in some releases, or falls behind and
   * catches up, as in others and by default.
   */
  readonly dropsSlowConsumers?: boolean;
  /** A filter goes through so many events at a time at most, whatever the caller says. */
  readonly longestWindow?: number;
  /** PEM. With it only TLS is spoken. */
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer };
  /** Of a node of a cluster: what it shares with the others. */
  readonly log?: DoubleLog;
  readonly membership?: Membership;
}

/** An event as it was appended, its content read from the bytes. */
export interface StoredEvent {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly position: number;
}

export interface EventStoreDbDouble {
  /** Connection string of this node alone. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly faults: FaultPlan;
  /** Calls that came in so far, of appends each append. */
  readonly counts: Readonly<Calls['counts']>;
  /** What is open now, so that a leak is seen. A batch call stays open as long as its client wants. */
  open(): { readonly connections: number; readonly calls: number; readonly subscriptions: number };
  /** Everything in the log in order of position, the server's own events too. */
  events(): readonly StoredEvent[];
  /** Ends every open subscription with an error. */
  dropSubscriptions(code?: status): void;
  /** Ends every open subscription as if there were no more. */
  endSubscriptions(): void;
  /** Every open subscription stays open and says nothing any more. */
  stallSubscriptions(): void;
  /** Keeps connections open and takes new ones, but answers nothing, not even pings. */
  freeze(): void;
  thaw(): void;
  /** Breaks every connection and refuses new ones; nothing is written any more when it resolves. */
  stop(): Promise<void>;
  /** Listens on the same port again, with the log as it is. */
  restart(): Promise<void>;
  /** Leaves nothing open. */
  close(): Promise<void>;
}

export async function startEventStoreDbDouble(options: DoubleOptions = {}): Promise<EventStoreDbDouble> {
  const {
    port: wanted = 0,
    seed = 1,
    maxAppendSize = 1_048_576,
    dropsSlowConsumers = false,
    tls,
    longestWindow = Number.POSITIVE_INFINITY,
  } = options;
  const log = options.log ?? createDoubleLog(options);
  const membership = options.membership ?? createMembership();
  const calls: Calls = {
    counts: { append: 0, read: 0, subscribe: 0, deliver: 0, features: 0, gossip: 0 },
    open: new Set(),
    subscriptions: new Set(),
  };
  const faults = createFaultPlan(seed);
  const leader = () => membership.members().find(({ isLeader }) => isLeader);
  const node: Node = {
    log,
    faults,
    access: createAccess(options),
    maxAppendSize,
    calls,
    longestWindow,
    dropsSlowConsumers,
    leader,
    isLeader: () => leader()?.port === port.port,
    members: membership.members,
  };
  const server = await serve(node, tls);
  const port: DoublePort = await openPort(wanted, server.port);
  // Of an address in figures the client makes a server name for TLS, which Node does not take.
  const host = tls ? 'localhost' : '127.0.0.1';
  const seat = membership.join({ host, port: port.port });
  const over = (end: (call: ReadCall) => void) => {
    for (const { call } of [...calls.subscriptions]) end(call);
  };

  return {
    url: `esdb://${host}:${port.port}?tls=${tls !== undefined}`,
    host,
    port: port.port,
    faults,
    counts: calls.counts,
    open: () => ({ connections: port.connections, calls: calls.open.size, subscriptions: calls.subscriptions.size }),
    events: () => log.events.map(stored),
    dropSubscriptions: (code = status.UNAVAILABLE) =>
      over((call) => call.emit('error', failure(code, 'The subscription was dropped.'))),
    endSubscriptions: () => over((call) => call.end()),
    stallSubscriptions: () => {
      for (const subscription of calls.subscriptions) subscription.stall();
    },
    freeze: port.freeze,
    thaw: port.thaw,
    stop: async () => {
      seat.setAlive(false);
      await port.stop();
      // What had come in before is done or given up by then: nothing is written while it is stopped.
      while (calls.open.size > 0 || port.connections > 0) await nextTurn();
    },
    restart: async () => {
      log.forgetRecentIds();
      await port.restart();
      seat.setAlive(true);
    },
    close: async () => {
      seat.setAlive(false);
      server.close();
      await port.stop();
    },
  };
}

async function serve(node: Node, tls: DoubleOptions['tls']): Promise<{ readonly port: number; close(): void }> {
  const server = new Server({ 'grpc.max_receive_message_length': 17 * 1024 * 1024 });
  const count = (call: EventEmitter): (() => void) => {
    node.calls.open.add(call);
    const closed = () => node.calls.open.delete(call);
    for (const event of ['close', 'finish', 'cancelled']) call.once(event, closed);
    return closed;
  };
  const streaming =
    <Call extends EventEmitter>(handle: (node: Node, call: Call) => void) =>
    (call: Call): void => {
      count(call);
      handle(node, call);
    };
  const answering =
    <Call extends EventEmitter, Answer>(handle: (node: Node, call: Call, callback: sendUnaryData<Answer>) => void) =>
    (call: Call, callback: sendUnaryData<Answer>): void => {
      const closed = count(call);
      handle(node, call, (...answer) => {
        closed();
        callback(...answer);
      });
    };
  const { read, append, batchAppend } = streamsService.StreamsService;
  // Events are made ready for the wire once, whoever reads them.
  const asItIs = { ...read, responseSerialize: (message: Buffer) => message };
  server.addService({ read: asItIs, append, batchAppend } as unknown as ServiceDefinition, {
    read: streaming(serveRead),
    append: answering(serveAppend),
    batchAppend: streaming(serveBatchAppend),
  });
  server.addService(featuresService.ServerFeaturesService, { getSupportedMethods: answering(serveFeatures) });
  server.addService(gossipService.GossipService, { read: answering(serveGossip) });
  const credentials = tls
    ? ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }])
    : ServerCredentials.createInsecure();
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { port, close: () => server.forceShutdown() };
}

function stored({ data, metadata, contentType, created, ...event }: LoggedEvent): StoredEvent {
  return { ...event, data: read(data), metadata: read(metadata) };
}

function read(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(Buffer.from(bytes).toString());
}
