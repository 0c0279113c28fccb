// The way of an operation over every wire that is not a WebSocket: prepared, given its context, begun, and ended by a drain.
import type { ExecutionResult, FormattedExecutionResult } from 'graphql';
import { fail, type PublicError } from './errors.ts';
import type { Wire } from './http-observer.ts';
import type { GraphqlBody } from './http-request.ts';
import type { TransportMeans } from './http-transport.ts';
import { type Interruptible, interruptible } from './interruptible.ts';
import { type Operations, type PreparedOperation, publicResult, type Unprepared } from './operations.ts';

/** Answers under way. */
export interface Begun {
  /** As clients may see them. What it rejects with has to be published. */
  readonly results: Interruptible<FormattedExecutionResult>;
  /** Closes the source and lets a drain go on: to be called when the last thing was written, or nothing can be any more. */
  finish(): void;
}

/** Why nothing was begun. */
export interface NotBegun {
  readonly errors: readonly PublicError[];
}

export interface AnswerStreams {
  /**
   * Begins an operation: a query or mutation is then answered, a subscription has its source.
   * @param confirm has to succeed before a subscription begins; what it rejects with is the reason why it does not
   */
  begin(
    body: GraphqlBody,
    correlationId: string,
    means: TransportMeans,
    confirm?: () => Promise<void>,
  ): Promise<Begun | NotBegun>;
  /** Interrupts every subscription with an error that makes its client come back, and resolves when all of them are finished. */
  drain(): Promise<void>;
}

/** What ends subscriptions of a server that is about to stop. */
export const leaving = () =>
  fail('UNAVAILABLE', 'This server is about to stop; the next attempt may reach another one.');

/** What ends a subscription that has lasted as long as one may. */
export const overdue = () =>
  fail('UNAVAILABLE', 'The subscription has lasted as long as one may: subscribe again.', {
    reason: 'SUBSCRIPTION_LIFE_OVER',
  });

export function createAnswerStreams(wire: Wire): AnswerStreams {
  const open = new Map<Interruptible<unknown>, Promise<void>>();
  let draining = false;

  async function resultsOf(
    prepared: PreparedOperation,
    { operations, createContext }: TransportMeans,
    confirm: (() => Promise<void>) | undefined,
  ): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
    const context = await createContext();
    if (prepared.kind !== 'subscription') return operations.execute(prepared, context);
    // Nobody is called for who may not subscribe.
    const refused = operations.refusal(prepared, context);
    if (refused) throw refused;
    await confirm?.();
    return operations.subscribe(prepared, context, createContext, wire);
  }

  return {
    async begin(body, correlationId, means, confirm) {
      const published = (result: ExecutionResult) => publicResult(result, means.publish, correlationId);
      const refused = (errors: readonly unknown[]) => ({
        errors: errors.map((error) => means.publish(error, correlationId)),
      });
      if (draining) return refused([leaving()]);
      const prepared = prepare(means.operations, body);
      if ('errors' in prepared) return refused(prepared.errors);
      try {
        const answer = await resultsOf(prepared, means, confirm);
        const source = Symbol.asyncIterator in answer ? answer : undefined;
        if (!source && prepared.kind === 'subscription') return refused((answer as ExecutionResult).errors ?? []);
        const results = interruptible(mapped(source ?? once(answer as ExecutionResult), published), {
          lifetime: means.timeouts.subscription,
          overdue,
          onError: (error) => means.publish(error, correlationId),
        });
        const finished = Promise.withResolvers<void>();
        if (source) {
          open.set(results, finished.promise);
          if (draining) results.interrupt(leaving());
        }
        return {
          results,
          finish() {
            void results.return();
            open.delete(results);
            finished.resolve();
          },
        };
      } catch (error) {
        return refused([error]);
      }
    },
    async drain() {
      draining = true;
      for (const results of open.keys()) results.interrupt(leaving());
      await Promise.all(open.values());
    },
  };
}

function prepare(
  operations: Operations,
  { query, operationName, variables }: GraphqlBody,
): PreparedOperation | Unprepared {
  if (query) return operations.prepare({ query, operationName, variables });
  return { errors: [fail('PERSISTED_QUERY_NOT_FOUND', 'Send the query along.')] };
}

/** What kind of operation is asked for; undefined when it cannot be prepared, which the ordinary way says more about. */
export function kindOf(operations: Operations, body: GraphqlBody): PreparedOperation['kind'] | undefined {
  const prepared = prepare(operations, body);
  return 'kind' in prepared ? prepared.kind : undefined;
}

/**
 * Whether a request that accepts the media type of a stream gets one. Who accepts JSON too, as clients do that send the same header with
 * everything, gets it for subscriptions only.
 */
export function wantsStream(accept: string, operations: Operations, body: GraphqlBody): boolean {
  return !/\/(?:graphql-response\+)?json|\*\/\*/.test(accept) || kindOf(operations, body) === 'subscription';
}

function once<Value>(value: Value): AsyncIterator<Value> {
  let isLeft = true;
  return {
    async next() {
      if (!isLeft) return { done: true, value: undefined };
      isLeft = false;
      return { done: false, value };
    },
  };
}

// Not a generator: its `return` would wait behind a pending `next`.
function mapped<From, To>(source: AsyncIterator<From>, to: (value: From) => To): AsyncIterator<To> {
  return {
    async next() {
      const step = await source.next();
      return step.done ? { done: true, value: undefined } : { done: false, value: to(step.value) };
    },
    async return() {
      await source.return?.();
      return { done: true, value: undefined };
    },
  };
}
