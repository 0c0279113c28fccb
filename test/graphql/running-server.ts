// A server with a small schema of its own, listening on a free loopback port, and the ways the tests talk to it.
import { connect } from 'node:net';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { onTestFinished } from 'vitest';
import { fail } from '../../src/graphql/errors.ts';
import type { ContextRequest } from '../../src/graphql/operations.ts';
import { dateTime, json } from '../../src/graphql/scalars.ts';
import { createGraphqlServer, type GraphqlServerOptions } from '../../src/graphql/server.ts';

export interface TestContext {
  readonly number: number;
  readonly request: ContextRequest;
}

/** A promise and the hand that settles it. */
export const gate = () => Promise.withResolvers<void>();

/** What the resolvers of one server share with its test. */
export interface Stage {
  /** `waits` answers when this opens. */
  readonly opening: ReturnType<typeof gate>;
  /** Settles when `waits` has begun. */
  readonly begun: ReturnType<typeof gate>;
  /** Settles when the source of `ticks` is closed. */
  readonly ended: ReturnType<typeof gate>;
  contexts: ContextRequest[];
  logged: { error: unknown; correlationId: string }[];
}

export function smallSchema(stage: Stage): GraphQLSchema {
  const typeDefs = `#graphql
    scalar DateTime
    scalar JSON
    type Query {
      hello: String!
      echo(value: String! = "x"): String
      at(instant: DateTime!): DateTime
      any(value: JSON): JSON
      contextNumber: Int!
      waits: String
      bug: String
      secretGraphqlError: String
      refused: String
      nullBug: String!
      nested: Nested
    }
    type Nested { nested: Nested name: String }
    type Mutation { write(text: String!): String }
    type Subscription {
      ticks(count: Int!): Int
      forever: Int
      contexts: Int
      breaks: Int
      refuses: Int
    }
  `;
  const resolvers = {
    DateTime: dateTime,
    JSON: json,
    Query: {
      hello: () => 'world',
      echo: (_: unknown, { value }: { value: string }) => value,
      at: (_: unknown, { instant }: { instant: string }) => instant,
      any: (_: unknown, { value }: { value: unknown }) => value,
      contextNumber: (_: unknown, __: unknown, { number }: TestContext) => number,
      waits: async () => {
        stage.begun.resolve();
        await stage.opening.promise;
        return 'waited';
      },
      bug: () => {
        throw new TypeError("Cannot open '/srv/secret/data.db'");
      },
      secretGraphqlError: () => {
        throw new GraphQLError('the password is 1234', { extensions: { code: 'BAD_USER_INPUT' } });
      },
      refused: () => {
        throw fail('NOT_FOUND', 'There is no such thing.', { id: 'thing1' });
      },
      nullBug: () => null,
      nested: () => ({}),
    },
    Nested: { nested: () => ({}), name: () => 'n' },
    Mutation: { write: (_: unknown, { text }: { text: string }) => text },
    Subscription: {
      ticks: {
        async *subscribe(_: unknown, { count }: { count: number }) {
          for (let tick = 1; tick <= count; tick++) yield { ticks: tick };
        },
      },
      forever: {
        subscribe: () => {
          let sent = false;
          const { promise, resolve } = Promise.withResolvers<{ done: true; value: undefined }>();
          return {
            next: async () => {
              if (sent) return promise;
              sent = true;
              return { done: false, value: { forever: 1 } };
            },
            return: async () => {
              stage.ended.resolve();
              resolve({ done: true, value: undefined });
              return { done: true, value: undefined };
            },
            [Symbol.asyncIterator]() {
              return this;
            },
          };
        },
      },
      contexts: {
        async *subscribe() {
          yield {};
          yield {};
        },
        resolve: (_: unknown, __: unknown, { number }: TestContext) => number,
      },
      breaks: {
        async *subscribe() {
          yield { breaks: 1 };
          throw new Error('the feed at /srv/feed broke');
        },
      },
      refuses: {
        subscribe: () => {
          throw fail('NOT_FOUND', 'There is no such feed.');
        },
      },
    },
  };
  return makeExecutableSchema({ typeDefs, resolvers });
}

/** Starts a server that ends with the test. */
export async function start(options: Partial<GraphqlServerOptions<TestContext>> = {}) {
  const stage: Stage = { opening: gate(), begun: gate(), ended: gate(), contexts: [], logged: [] };
  let number = 0;
  const server = createGraphqlServer<TestContext>({
    schema: smallSchema(stage),
    createContext: (request) => {
      if (request.headers['x-bad'] === 'yes' || request.connectionParams?.bad) {
        throw fail('BAD_USER_INPUT', 'x-bad is not acceptable.');
      }
      if (request.headers['x-bad'] === 'bug') throw new Error('no context from /srv/context');
      stage.contexts.push(request);
      number += 1;
      return { number, request };
    },
    host: '127.0.0.1',
    port: 0,
    playground: true,
    ready: () => ({ ready: true }),
    onError: (error, correlationId) => stage.logged.push({ error, correlationId }),
    ...options,
  });
  const { url, port } = await server.listen();
  onTestFinished(async () => {
    stage.opening.resolve();
    await server.drain();
  });

  /** POSTs a GraphQL request and reads the answer. */
  const post = async (body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
  };

  /** Writes bytes to the port and collects what comes back, until the server closes. */
  const raw = (bytes: string | readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let received = '';
      socket.setEncoding('utf8');
      for (const part of [bytes].flat()) socket.write(part);
      socket.on('data', (chunk) => {
        received += chunk;
      });
      socket.on('error', reject);
      socket.on('end', () => {
        socket.end();
        resolve(received);
      });
    });

  return { server, stage, url, port, post, raw };
}

/** The one error of an answer. */
export function errorOf(answer: { json: { errors?: { message: string; extensions: Record<string, unknown> }[] } }) {
  const [error] = answer.json.errors ?? [];
  if (error === undefined) throw new Error(`no error in ${JSON.stringify(answer.json)}`);
  return error;
}
