// Apollo Server as the executor of HTTP requests: its plugins and hooks are there, its own pages and messages are not.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLResponse,
  HeaderMap,
  type HTTPGraphQLRequest,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import {
  type ExecutionResult,
  extendSchema,
  type FormattedExecutionResult,
  type GraphQLSchema,
  parse,
  type ValidationRule,
} from 'graphql';
import { type Documents, parseOptions } from './documents.ts';
import { errorCodes, fail, type PublicError, type PublishError } from './errors.ts';
import { type Answer, errorAnswer, waitOf } from './http-answer.ts';
import type { GraphqlBody } from './http-request.ts';
import { type Operations, publicResult } from './operations.ts';
import type { PersistedOperations } from './persisted-operations.ts';
import { createPlainOperations } from './plain-operations.ts';
import type { WrittenAnswers } from './written-answers.ts';

export interface HttpOperation<Context extends object> {
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly search: string;
  readonly body: GraphqlBody | undefined;
  readonly correlationId: string;
  createContext(): Context | Promise<Context>;
}

export interface ApolloExecutor<Context extends object> {
  start(): Promise<void>;
  execute(operation: HttpOperation<Context>): Promise<Answer>;
  stop(): Promise<void>;
}

export interface ApolloExecutorOptions<Context extends object> {
  readonly schema: GraphQLSchema;
  readonly documents: Documents;
  readonly operations: Operations;
  readonly publish: PublishError;
  readonly onError: (error: unknown, correlationId: string) => void;
  readonly validationRules: readonly ValidationRule[];
  readonly plugins: readonly ApolloServerPlugin<Context>[];
  readonly persisted: PersistedOperations | undefined;
  readonly written: WrittenAnswers | undefined;
}

/** What is learnt about one request while Apollo Server has it: its hooks for errors are not told whose error it is. */
interface RequestScope {
  readonly correlationId: string;
  error?: PublicError;
  executed: boolean;
  fault?: Error;
}

export function createApolloExecutor<Context extends object>(
  options: ApolloExecutorOptions<Context>,
): ApolloExecutor<Context> {
  const { schema, documents, operations, publish, onError } = options;
  // Whatever a plugin wants to see of an operation, Apollo Server shows it, and executes the operation itself.
  const plain =
    options.plugins.length === 0 ? createPlainOperations<Context>(operations, publish, options.written) : undefined;
  const scopes = new AsyncLocalStorage<RequestScope>();
  const correlationId = () => scopes.getStore()?.correlationId ?? 'server';
  const report = (message?: unknown) => onError(new Error(String(message)), correlationId());
  const published = (result: ExecutionResult) => {
    const shown = publicResult(result, publish, correlationId());
    note(shown.errors?.[0] as PublicError | undefined);
    return shown;
  };
  const note = (error: PublicError | undefined) => {
    const scope = scopes.getStore();
    if (scope && error) scope.error ??= error;
  };

  const server = new ApolloServer<Context>({
    // A copy: the first trace wraps every resolver of the schema it is made of, for good, and plans would find no plain fields any more.
    schema: copyOf(schema),
    documentStore: documents.store,
    parseOptions,
    validationRules: [...options.validationRules],
    // Whoever may not ask for it is refused by a rule of its own, on every wire.
    introspection: true,
    ...(options.persisted && { persistedQueries: { cache: hashesOf(options.persisted) } }),
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    stringifyResult: (result) => JSON.stringify(result),
    logger: { debug() {}, info() {}, warn: report, error: report },
    formatError(_formatted, error) {
      const scope = scopes.getStore();
      const published = publish(scope?.fault ?? error, correlationId());
      note(published);
      return published;
    },
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTrace(),
      ApolloServerPluginLandingPageDisabled(),
      requestPlugin(scopes, operations, plain === undefined),
      // Nobody but these listens then: an Apollo key in the environment must not add one who would miss most operations.
      ...(plain ? [ApolloServerPluginUsageReportingDisabled(), plannedExecution(operations, published)] : []),
      ...options.plugins,
    ],
  });

  function throughApollo(operation: HttpOperation<Context>): Promise<Answer> {
    const { method, headers, search, body, correlationId, createContext } = operation;
    const scope: RequestScope = { correlationId, executed: false };
    return scopes.run(scope, async () => {
      const query = body === undefined ? new URLSearchParams(search).get('query') : body.query;
      // Known to be valid, or refused here: Apollo Server then finds it among the documents.
      const read = query ? documents.read(query) : undefined;
      if (read && 'errors' in read)
        return errorAnswer(
          read.errors.map((error) => publish(error, correlationId)),
          headers,
        );
      const httpGraphQLRequest: HTTPGraphQLRequest = { method, headers: headerMap(headers), search, body };
      const sent = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => createContext() });
      const answer = {
        status: scope.error && !scope.executed ? errorCodes[scope.error.extensions.code].status : (sent.status ?? 200),
        headers: { ...Object.fromEntries(sent.headers), ...waitOf(scope.error) },
        body:
          sent.body.kind === 'complete' ? sent.body.string : (await Array.fromAsync(sent.body.asyncIterator)).join(''),
      };
      if (scope.executed) plain?.learn(headers.accept, answer);
      return answer;
    });
  }

  return {
    start: () => server.start(),
    stop: () => server.stop(),
    execute: (operation) =>
      (isTraced(operation.headers[traceHeader]) ? undefined : plain?.answer(operation)) ?? throughApollo(operation),
  };
}

/** With types and fields of its own, which resolve as those of the original, in its order. */
function copyOf(schema: GraphQLSchema): GraphQLSchema {
  // An extension by nothing that anybody sees: without one, graphql-js gives back the original.
  return extendSchema(schema, parse('extend schema @copied'), { assumeValid: true });
}

/** With it a router asks for the times of the resolvers, in `extensions.ftv1`: they are seen where Apollo Server calls them. */
const traceHeader = 'apollo-federation-include-trace';

function isTraced(header: unknown): boolean {
  return header === 'ftv1';
}

/** @param isExecutor whether Apollo Server executes all that comes through it, not only what is traced */
function requestPlugin(
  scopes: AsyncLocalStorage<RequestScope>,
  operations: Operations,
  isExecutor: boolean,
): ApolloServerPlugin {
  return {
    async unexpectedErrorProcessingRequest({ error }) {
      // Apollo Server goes on with an error that says nothing; this one is the one to log.
      const scope = scopes.getStore();
      if (scope) scope.fault = error;
    },
    async requestDidStart() {
      return {
        async didResolveOperation({ operation, document, request, contextValue }) {
          // Apollo Server would run its root field once, as if it were a query.
          if (operation?.operation === 'subscription') {
            const wires = 'graphql-transport-ws, text/event-stream or multipart/mixed;subscriptionSpec=1.0';
            throw fail('BAD_REQUEST', `Subscriptions are not answered in JSON: ask by ${wires}.`);
          }
          const prepared = operations.prepareDocument(document, request);
          if ('errors' in prepared) return;
          const isExecuted = isExecutor || isTraced(request.http?.headers.get(traceHeader));
          const refused =
            operations.refusal(prepared, contextValue) ??
            (isExecuted ? operations.excess(prepared, contextValue) : undefined);
          if (refused) throw refused;
        },
        async willSendResponse({ response: { body } }) {
          const scope = scopes.getStore();
          if (scope) scope.executed = body.kind === 'incremental' || body.singleResult.data !== undefined;
        },
      };
    },
  };
}

/** Runs what comes through Apollo Server by the plans of all operations. What cannot be run, Apollo Server says what is wrong with. */
function plannedExecution(
  operations: Operations,
  published: (result: ExecutionResult) => FormattedExecutionResult,
): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ document, request, contextValue }) {
          if (isTraced(request.http?.headers.get(traceHeader))) return null;
          const prepared = operations.prepareDocument(document, request);
          if ('errors' in prepared || prepared.variables.errors) return null;
          const singleResult = published(await operations.execute(prepared, contextValue));
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } } as GraphQLResponse;
        },
      };
    },
  };
}

/** Queries that are known by their hash, in the form that Apollo Server asks for; no caller adds any. */
function hashesOf({ queryOf }: PersistedOperations) {
  return {
    get: async (key: string) => queryOf(key.slice(key.lastIndexOf(':') + 1)),
    set: async () => {},
    delete: async () => false,
  };
}

function headerMap(headers: IncomingHttpHeaders): HeaderMap {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return map;
}
