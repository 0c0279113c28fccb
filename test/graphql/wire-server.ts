// A server with all wires, a router that it may call, and a schema whose sources are counted.
import { makeExecutableSchema } from '@graphql-tools/schema';
import { onTestFinished } from 'vitest';
import { createCallback } from '../../src/graphql/callback.ts';
import { fail } from '../../src/graphql/errors.ts';
import { createMultipart } from '../../src/graphql/multipart.ts';
import type { GraphqlServerOptions } from '../../src/graphql/server.ts';
import { createServerSentEvents } from '../../src/graphql/server-sent-events.ts';
import { startRouter } from './callback-router.ts';
import { start, type TestContext } from './running-server.ts';

/** What the sources of one server share with its test. */
export interface Sources {
  /** Those that were begun and are not closed. */
  open: number;
  /** Events that were taken from all of them. */
  taken: number;
}

const typeDefs = `
  type Query { hello: String! contextNumber: Int! }
  type Mutation { write(text: String!): String }
  type Subscription {
    ticks(count: Int!): Int
    contexts: Int
    bugs: Int
    breaks: Int
    refuses: Int
    "One event, then none."
    quiet: Int
    "Without an end, 64 KiB each."
    flood: String
    numbered(after: String): Numbered
  }
  type Numbered { position: String! }
`;

/** A source that gives events until there are none, and then ends, or waits until it is closed. */
function source(sources: Sources, events: Iterator<object>, thenWaits: boolean): AsyncIterableIterator<object> {
  const { promise: closed, resolve: close } = Promise.withResolvers<IteratorResult<object>>();
  let isOpen = true;
  sources.open += 1;
  const end = () => {
    if (isOpen) sources.open -= 1;
    isOpen = false;
    close({ done: true, value: undefined });
  };
  return {
    async next() {
      // As a feed does: what comes next takes a turn.
      await new Promise((resolve) => setImmediate(resolve));
      try {
        const step = isOpen ? events.next() : { done: true as const, value: undefined };
        if (!step.done) sources.taken += 1;
        if (step.done && thenWaits) return closed;
        if (step.done) end();
        return step;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function schemaOf(sources: Sources) {
  const numbers = (count: number, from = 1) => Array.from({ length: count }, (_, index) => index + from);
  return makeExecutableSchema({
    typeDefs,
    resolvers: {
      Query: { hello: () => 'world', contextNumber: (_: unknown, __: unknown, { number }: TestContext) => number },
      Mutation: { write: (_: unknown, { text }: { text: string }) => text },
      Subscription: {
        ticks: {
          subscribe: (_: unknown, { count }: { count: number }) =>
            source(
              sources,
              numbers(count)
                .map((ticks) => ({ ticks }))
                .values(),
              false,
            ),
        },
        contexts: {
          subscribe: () => source(sources, [{}, {}, {}].values(), false),
          resolve: (_: unknown, __: unknown, { number }: TestContext) => number,
        },
        bugs: {
          subscribe: () => source(sources, [{}].values(), false),
          resolve: () => {
            throw new TypeError("Cannot open '/srv/secret/data.db'");
          },
        },
        breaks: {
          subscribe: () =>
            source(
              sources,
              (function* () {
                yield { breaks: 1 };
                throw new Error('the feed at /srv/feed broke');
              })(),
              false,
            ),
        },
        refuses: {
          subscribe: () => {
            throw fail('NOT_FOUND', 'There is no such feed.');
          },
        },
        quiet: { subscribe: () => source(sources, [{ quiet: 1 }].values(), true) },
        flood: {
          subscribe: () =>
            source(
              sources,
              (function* () {
                for (;;) yield { flood: 'x'.repeat(65_536) };
              })(),
              false,
            ),
        },
        numbered: {
          subscribe: (_: unknown, { after }: { after?: string }) => {
            const from = Number(after ?? 0) + 1;
            return source(
              sources,
              numbers(3, from)
                .map((position) => ({ numbered: { position: String(position) } }))
                .values(),
              true,
            );
          },
        },
      },
    },
  });
}

export const resume = { field: 'position', variable: 'after' } as const;

/** Starts server and router, which end with the test; at its end every source has to be closed. */
export async function startWires(options: Partial<GraphqlServerOptions<TestContext>> = {}, interval?: number) {
  const sources: Sources = { open: 0, taken: 0 };
  const router = await startRouter(interval);
  onTestFinished(() => router.stop());
  const started = await start({
    schema: schemaOf(sources),
    transports: [
      createCallback({ origins: [router.origin], setting: 'CALLBACKS', timeout: 1000, pauses: [10, 30, 90] }),
      createMultipart(),
      createServerSentEvents({ resume }),
    ],
    ...options,
  });
  return { ...started, sources, router };
}
