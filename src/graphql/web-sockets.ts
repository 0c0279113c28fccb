// GraphQL over WebSocket (graphql-transport-ws): operations with a fresh context each, and a drain that clients come back from.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { leaving, overdue } from './answer-streams.ts';
import { withAuthorization, withTraceparent } from './connection-authorization.ts';
import { fail, type PublishError } from './errors.ts';
import { hostRefusal } from './hosts.ts';
import { errorAnswer, writeRawAnswer } from './http-answer.ts';
import { addressOf, correlationIdOf } from './http-request.ts';
import { interruptible } from './interruptible.ts';
import {
  type Admit,
  type ContextRequest,
  type CreateContext,
  type Operations,
  type PreparedOperation,
  publicResult,
} from './operations.ts';
import { originRefusal } from './origins.ts';
import type { Timeouts } from './timeouts.ts';

/** Close code 1012: the service restarts, come back. A bare `complete` would tell subscribers that nothing more follows. */
const serviceRestart = { code: 1012, reason: 'Service restart' };

/** Close code 1000: nothing went wrong, and a client opens another socket when it has something to ask. */
const idleClose = { code: 1000, reason: 'Idle' };

export interface WebSocketsOptions<Context extends object> {
  readonly operations: Operations;
  readonly createContext: CreateContext<Context>;
  readonly admit: Admit | undefined;
  readonly publish: PublishError;
  readonly onError: (error: unknown, correlationId: string) => void;
  readonly paths: readonly string[];
  /** Origins of browsers besides the server's own: WebSockets know no preflight, so that any page could open one. */
  readonly origins: readonly string[];
  /** Names that a Host header may have; undefined: any. */
  readonly hosts: readonly string[] | undefined;
  /** The largest message in bytes; a larger one closes the socket with 1009. */
  readonly messageLimit: number;
  readonly timeouts: Pick<Timeouts, 'connectionInit' | 'ping' | 'idle' | 'subscription'>;
}

export interface WebSockets {
  /** Takes over a connection that asked for an upgrade, or answers why not. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Lets queries and mutations under way finish, for so many milliseconds at most, and closes every socket with 1012. */
  drain(milliseconds: number): Promise<void>;
}

interface Connection {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  readonly closed: Promise<void>;
  /** Queries and mutations whose answer is not yet sent. */
  readonly running: Set<SubscribePayload>;
  /** Operations that were begun and are not over, by their ids; undefined before `connection_init`. */
  begun?: Readonly<Record<string, unknown>>;
}

interface SocketOperation extends PreparedOperation {
  readonly connection: Connection;
  readonly payload: SubscribePayload;
  readonly contextValue: object;
  readonly makeContext: () => Promise<object>;
}

export function createWebSockets<Context extends object>(options: WebSocketsOptions<Context>): WebSockets {
  const { operations, createContext, admit, publish, onError, paths, origins, messageLimit, timeouts } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: messageLimit,
    clientTracking: false,
    handleProtocols,
  });
  const connections = new Set<Connection>();
  const correlationIds = new WeakMap<SubscribePayload, string>();
  let draining = false;

  const correlationId = (payload: SubscribePayload): string => {
    const known = correlationIds.get(payload) ?? correlationIdOf(payload.extensions?.correlationId);
    correlationIds.set(payload, known);
    return known;
  };

  const protocol = makeServer<Record<string, unknown>, Connection>({
    connectionInitWaitTimeout: timeouts.connectionInit,
    onConnect({ extra: connection, subscriptions }) {
      connection.begun = subscriptions;
    },
    async onSubscribe({ extra: connection, connectionParams }, _id, payload) {
      const caller: ContextRequest = {
        transport: 'ws',
        headers: withTraceparent(withAuthorization(connection.request.headers, connectionParams), [
          payload.extensions,
          connectionParams,
        ]),
        address: connection.request.socket.remoteAddress,
        ...(connectionParams && { connectionParams }),
        correlationId: correlationId(payload),
      };
      const makeContext = async () => createContext(caller);
      try {
        await admit?.(caller);
        const prepared = operations.prepare(payload);
        if ('errors' in prepared) return prepared.errors;
        const contextValue = await makeContext();
        // Neither begun nor refused: the close of the socket is the answer, after which the client tries again.
        if (draining) await connection.closed;
        const operation: SocketOperation = { ...prepared, contextValue, connection, payload, makeContext };
        return connection.socket.readyState === connection.socket.OPEN
          ? operation
          : [fail('UNAVAILABLE', 'The socket is closed.')];
      } catch (error) {
        return [graphqlError(error)];
      }
    },
    // What `onSubscribe` returned comes back as it was.
    execute(args) {
      const operation = args as SocketOperation;
      operation.connection.running.add(operation.payload);
      return operations.execute(operation, operation.contextValue);
    },
    async subscribe(args) {
      const operation = args as SocketOperation;
      try {
        const { contextValue, makeContext } = operation;
        const answer = await operations.subscribe(operation, contextValue, makeContext, 'websocket');
        if (!(Symbol.asyncIterator in answer)) return answer;
        const onFailure = (error: unknown) => publish(error, correlationId(operation.payload));
        return interruptible(answer, { lifetime: timeouts.subscription, overdue, onError: onFailure });
      } catch (error) {
        return { errors: [graphqlError(error)] };
      }
    },
    onNext: (_context, _id, payload, _args, result) =>
      publicResult(result as ExecutionResult, publish, correlationId(payload)),
    onError: (_context, _id, payload, errors) => errors.map((error) => publish(error, correlationId(payload))),
    onComplete({ extra: connection }, _id, payload) {
      connection.running.delete(payload);
      // The message `complete` is sent right after this, and has to go before the close.
      if (draining) setImmediate(() => closeWhenIdle(connection));
    },
  });

  function open(socket: WebSocket, request: IncomingMessage): void {
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    const connection: Connection = { socket, request, closed, running: new Set() };
    connections.add(connection);
    const stopPinging = keepAlive(connection, timeouts);

    const leave = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the message has left, so that a slow reader slows down its source.
        send: (message) => {
          if (socket.readyState !== socket.OPEN) return undefined;
          return new Promise((resolve, reject) => socket.send(message, (error) => (error ? reject(error) : resolve())));
        },
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (message) => {
            take(String(message)).catch((error: unknown) => fault(error));
          }),
      },
      connection,
    );
    const fault = (error: unknown) => {
      // A message that no longer reaches a closed socket is no fault.
      if (socket.readyState !== socket.OPEN) return;
      if (isBreach(error)) return socket.close(CloseCode.BadRequest, 'Invalid message received');
      onError(error, correlationIdOf(undefined));
      socket.close(CloseCode.InternalServerError, 'Internal server error');
    };
    // A breach of the protocol or a broken connection: the client's, and the close that follows says which.
    socket.on('error', () => {});
    socket.once('close', (code, reason) => {
      stopPinging();
      connections.delete(connection);
      onClosed();
      leave(code, String(reason)).catch((error: unknown) => onError(error, correlationIdOf(undefined)));
    });
    if (draining) closeWhenIdle(connection);
  }

  function closeWhenIdle({ socket, running }: Connection): void {
    if (running.size === 0) socket.close(serviceRestart.code, serviceRestart.reason);
  }

  function refusal(request: IncomingMessage): GraphQLError | undefined {
    const wrongHost = hostRefusal(request, options.hosts);
    if (wrongHost) return wrongHost;
    if (!paths.includes(addressOf(request).path))
      return fail('NOT_FOUND', `WebSockets are served at ${paths.join(' and ')}.`);
    if (draining) return leaving();
    return originRefusal(request, origins);
  }

  return {
    upgrade(request, socket, head) {
      const refused = refusal(request);
      if (refused === undefined) {
        sockets.handleUpgrade(request, socket, head, (webSocket) => open(webSocket, request));
        return;
      }
      const id = correlationIdOf(request.headers['x-correlation-id']);
      writeRawAnswer(socket, errorAnswer([publish(refused, id)], request.headers), id);
    },
    async drain(milliseconds) {
      draining = true;
      for (const connection of connections) closeWhenIdle(connection);
      const all = Promise.all([...connections].map(({ closed }) => closed));
      if (await settlesWithin(all, milliseconds)) return;
      for (const { socket } of connections) socket.close(serviceRestart.code, serviceRestart.reason);
      if (await settlesWithin(all, 500)) return;
      for (const { socket } of connections) socket.terminate();
      await all;
    },
  };
}

// A message that only servers send: graphql-ws throws then, and has nothing but its words to know the error by.
function isBreach(error: unknown): boolean {
  return error instanceof Error && /^Unexpected message of type \w+ received$/.test(error.message);
}

// graphql-ws takes GraphQL errors only; the mask looks at what is inside.
function graphqlError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}

/** Pings; who has not answered the last one is gone, and who asks for nothing for long is sent away. */
function keepAlive(connection: Connection, { ping, idle }: Pick<Timeouts, 'ping' | 'idle'>): () => void {
  const { socket } = connection;
  let answered = true;
  let idleFor = 0;
  socket.on('pong', () => {
    answered = true;
  });
  socket.on('message', () => {
    idleFor = 0;
  });
  const pinging = setInterval(() => {
    if (!answered) return socket.terminate();
    idleFor = Object.keys(connection.begun ?? {}).length > 0 ? 0 : idleFor + ping;
    if (idleFor >= idle) return socket.close(idleClose.code, idleClose.reason);
    answered = false;
    socket.ping();
  }, ping);
  return () => clearInterval(pinging);
}

async function settlesWithin(settling: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const ended = new AbortController();
  const timeout = delay(milliseconds, false, { signal: ended.signal }).catch(() => false);
  const settled = await Promise.race([settling.then(() => true), timeout]);
  ended.abort();
  return settled;
}
