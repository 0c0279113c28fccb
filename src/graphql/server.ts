// The GraphQL server: one port for HTTP and WebSocket, for a schema that it is given and does not know.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLError, GraphQLSchema, ValidationRule } from 'graphql';
import { createApolloExecutor } from './apollo.ts';
import { createConnections } from './connection-limit.ts';
import { createDocuments } from './documents.ts';
import { createErrorPublisher, fail } from './errors.ts';
import { createGraphiql, type GraphiqlLanding } from './graphiql.ts';
import type { Guard } from './guard.ts';
import { hostRefusal, nameInUrl } from './hosts.ts';
import {
  type Answer,
  createAnswerWriter,
  type Exchange,
  errorAnswer,
  jsonAnswer,
  type Pages,
  pageFor,
  refuseRaw,
  unreadable,
} from './http-answer.ts';
import type { ServerObserver } from './http-observer.ts';
import { addressOf, correlationIdOf, isTooLong, readGraphqlBody, wantsPage } from './http-request.ts';
import type { HttpTransport } from './http-transport.ts';
import { limitMutations } from './mutation-rate.ts';
import { shedMutations } from './mutation-shedding.ts';
import type { OperationTracing } from './operation-tracing.ts';
import { type Admit, type ContextRequest, type CreateContext, createOperations } from './operations.ts';
import { defaultConnectionsPerAddress, type ServerLimits } from './server-limits.ts';
import { defaultTimeouts, type Timeouts } from './timeouts.ts';
import { createWebSockets } from './web-sockets.ts';

const graphqlPath = '/graphql';
const webSocketPath = '/ws';

export interface GraphqlServerOptions<Context extends object> {
  readonly schema: GraphQLSchema;
  /**
   * Made per HTTP request, per WebSocket operation and per event of a subscription. Apollo Server hands resolvers a shallow
   * copy of it. While the server starts it may throw `fail('UNAVAILABLE', …)`: not being ready closes `/readyz` only.
   */
  readonly createContext: CreateContext<Context>;
  /** Throws `fail('UNAUTHENTICATED', …)` for a caller of whom nothing is looked at, not even the query; undefined: there is none. */
  readonly admit?: Admit | undefined;
  /** Who may run which operation; undefined: everybody all. */
  readonly guard?: Guard;
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  /** Whether browsers get GraphiQL. */
  readonly playground: boolean;
  readonly landing?: GraphiqlLanding;
  /** What `/readyz` answers, with 200 or 503. */
  readonly ready: () => { readonly ready: boolean; readonly cause?: string };
  /** Gets whole what clients are not shown. */
  readonly onError: (error: unknown, correlationId: string) => void;
  /** What clients are told of errors that are expected of what lies behind; they are not logged. */
  readonly foresee?: (error: unknown) => GraphQLError | undefined;
  /** Bytes of a body or a WebSocket message; 1 MiB. */
  readonly bodyLimit?: number;
  readonly timeouts?: Partial<Timeouts>;
  /** Origins whose pages may open WebSockets, besides the server's own. */
  readonly origins?: readonly string[];
  /** Names without port that a Host header may have, `[::1]` with its brackets; undefined: any. */
  readonly hosts?: readonly string[] | undefined;
  readonly validationRules?: readonly ValidationRule[];
  readonly limits?: ServerLimits;
  readonly plugins?: readonly ApolloServerPlugin<Context>[];
  readonly transports?: readonly HttpTransport[];
  readonly pages?: Pages;
  readonly observer?: ServerObserver;
  /** Absent: no operation is part of a trace. */
  readonly tracing?: OperationTracing | undefined;
}

export interface GraphqlServer {
  /** Rejects when the address is taken. */
  listen(): Promise<{ url: string; port: number }>;
  /** Not ready, no more accepted, what is under way finished, sockets closed with 1012. Again, it is the same drain. */
  drain(): Promise<void>;
}

export function createGraphqlServer<Context extends object>(options: GraphqlServerOptions<Context>): GraphqlServer {
  const {
    schema,
    createContext,
    onError,
    bodyLimit = 1024 * 1024,
    validationRules = [],
    transports = [],
    pages = {},
    observer = {},
  } = options;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const { persisted, hideSuggestions, mutationRate, shedding, written, connectionsPerAddress } = options.limits ?? {};
  const publish = createErrorPublisher(onError, options.foresee, hideSuggestions);
  const documents = createDocuments({ schema, validationRules, persisted, hideSuggestions });
  const running = {
    guard: options.guard,
    onError: (error: unknown) => onError(error, correlationIdOf(undefined)),
    onSubscribed: observer.subscribed,
    tracing: options.tracing,
  };
  const limited = limitMutations(createOperations(schema, documents, running), mutationRate);
  const operations = shedMutations(limited, shedding);
  const plugins = options.plugins ?? [];
  const apollo = createApolloExecutor<Context>({
    schema,
    documents,
    operations,
    publish,
    onError,
    validationRules,
    plugins,
    persisted,
    written,
  });
  const webSockets = createWebSockets<Context>({
    operations,
    createContext,
    admit: options.admit,
    publish,
    onError,
    paths: [graphqlPath, webSocketPath],
    origins: options.origins ?? [],
    hosts: options.hosts,
    messageLimit: bodyLimit,
    timeouts,
  });
  const graphiql = createGraphiql(graphqlPath, options.landing);
  const connections = createConnections(connectionsPerAddress ?? defaultConnectionsPerAddress);
  const write = createAnswerWriter(() => connections.all.size);
  let draining = false;

  const server = createServer({
    headersTimeout: timeouts.headers,
    requestTimeout: timeouts.request,
    connectionsCheckingInterval: Math.min(1000, timeouts.headers, timeouts.request),
    // Longer than the minute for which balancers keep theirs, so that they are the ones to close.
    keepAliveTimeout: 65_000,
    // Some clients offer h2c with every request; those are plain requests.
    shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
  });
  server.on('connection', (socket: Socket) => {
    const refused = connections.take(socket);
    if (refused) return refuseRaw(socket, refused, publish);
    observer.connected?.(1);
    socket.once('close', () => observer.connected?.(-1));
  });
  server.on('request', (request, response) => void serve(request, response));
  server.on('checkContinue', (request, response) => {
    if (!isTooLong(request, bodyLimit)) response.writeContinue();
    void serve(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    if (connections.has(request.socket)) webSockets.upgrade(request, socket, head);
  });
  server.on('clientError', refuseUnreadable);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!connections.has(request.socket)) return;
    const begunAt = performance.now();
    const exchange = { request, response, correlationId: correlationIdOf(request.headers['x-correlation-id']) };
    // A connection that breaks while it is written to shows as the close of the response.
    response.on('error', ignore);
    let answer: Answer | undefined;
    try {
      answer = await answerTo(exchange);
    } catch (error) {
      answer = errorAnswer([publish(error, exchange.correlationId)], request.headers);
    }
    if (answer === undefined && response.headersSent) observer.answered?.(response.statusCode);
    if (answer === undefined || response.destroyed) return;
    if (response.headersSent) {
      // A transport failed in the middle of its answer: the end of it must not look like a proper one.
      response.destroy();
      return;
    }
    write(exchange, answer, draining);
    const isGraphql = addressOf(request).path === graphqlPath;
    observer.answered?.(answer.status, isGraphql ? performance.now() - begunAt : undefined);
  }

  function answerTo(exchange: Exchange): Answer | Promise<Answer | undefined> {
    const refusal = hostRefusal(exchange.request, options.hosts);
    if (refusal) throw refusal;
    const { path } = addressOf(exchange.request);
    switch (path) {
      case graphqlPath:
        return graphql(exchange);
      case '/healthz':
        return jsonAnswer(200, { status: 'alive' });
      case '/readyz':
        return readiness();
      case '/':
        if (wantsPage(exchange.request)) return { status: 302, headers: { location: graphqlPath }, body: '' };
        return jsonAnswer(200, {
          graphql: graphqlPath,
          webSocket: webSocketPath,
          health: '/healthz',
          readiness: '/readyz',
        });
      default: {
        const page = pageFor(pages, exchange.request);
        if (page) return page(exchange.request);
        throw fail('NOT_FOUND', `There is nothing at this address; GraphQL is at ${graphqlPath}.`);
      }
    }
  }

  async function graphql(exchange: Exchange): Promise<Answer | undefined> {
    const { request, correlationId } = exchange;
    const { method = '', headers } = request;
    if (method !== 'GET' && method !== 'POST') throw fail('METHOD_NOT_ALLOWED', 'GraphQL is served by GET and POST.');
    // Whatever else it accepts or asks for: nothing of it is read, so that nobody has to prove anything.
    if (options.playground && wantsPage(request)) return graphiql(headers['accept-encoding']?.toString());
    const address = request.socket.remoteAddress;
    const caller: ContextRequest = { transport: 'http', headers, address, correlationId };
    const admitting = options.admit?.(caller);
    if (admitting) await admitting;
    const body = method === 'POST' ? await readGraphqlBody(request, bodyLimit) : undefined;
    if (method === 'POST' && body === undefined) return undefined;
    const makeContext = () => createContext(caller);
    const transport = transports.find((candidate) => candidate.accepts(request, body, operations));
    if (transport !== undefined) {
      const means = { operations, publish, timeouts, createContext: async () => makeContext() };
      return await transport.serve(exchange, body, means);
    }
    return await apollo.execute({
      method,
      headers,
      search: addressOf(request).search,
      body,
      correlationId,
      createContext: makeContext,
    });
  }

  function readiness(): Answer {
    const state = draining ? { ready: false, cause: 'The server is draining.' } : options.ready();
    return state.ready ? jsonAnswer(200, state) : jsonAnswer(503, { cause: 'The server is not ready.', ...state });
  }

  function refuseUnreadable({ code }: NodeJS.ErrnoException, socket: Duplex): void {
    if (code === 'ECONNRESET') socket.destroy();
    else refuseRaw(socket, unreadable(code), publish);
  }

  async function close(): Promise<void> {
    draining = true;
    if (timeouts.drainNotice > 0) await delay(timeouts.drainNotice);
    const { promise: overdue, resolve: giveUp } = Promise.withResolvers<void>();
    const cut = setTimeout(() => {
      server.closeAllConnections();
      giveUp();
    }, timeouts.drain);
    const ends = [webSockets.drain(timeouts.drain), closeConnections()];
    await Promise.all([...transports.map((transport) => transport.drain()), ...ends]);
    // Clients that have gone leave behind what they asked for: it still reads and writes.
    await Promise.race([operations.idle(), overdue]);
    clearTimeout(cut);
    // A start that failed has been reported by `listen`.
    await started?.then(apollo.stop, () => {});
  }

  async function closeConnections(): Promise<void> {
    // The answers of this turn are written at its end; for Node, who has not yet taken all of an answer asks for nothing any more.
    await nextTurn();
    while (connections.all.values().some(({ writableLength }) => writableLength > 0)) await delay(20);
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  let started: Promise<void> | undefined;
  let drained: Promise<void> | undefined;

  return {
    async listen() {
      started ??= apollo.start();
      await started;
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      const { port } = server.address() as AddressInfo;
      return { url: `http://${nameInUrl(options.host)}:${port}`, port };
    },
    drain: () => (drained ??= close()),
  };
}

function ignore(): void {}
