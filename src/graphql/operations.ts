// Operations of every transport: documents that are read once, plans that are made once, a fresh context each.

import type { IncomingHttpHeaders } from 'node:http';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';
import type { Documents } from './documents.ts';
import { fail, type PublishError } from './errors.ts';
import type { Guard } from './guard.ts';
import type { ServerObserver, Wire } from './http-observer.ts';
import { interruptible } from './interruptible.ts';
import type { OperationTracing } from './operation-tracing.ts';
import { executePlan } from './planned-execution.ts';
import { createQueryPlans, type PlannedOperation } from './query-plans.ts';

/** What is known of a caller when the context of its operation is made. */
export interface ContextRequest {
  readonly transport: 'http' | 'ws';
  /** Of the request; or of the one that opened the WebSocket, with the authorization that `connection_init` brought, if it did. */
  readonly headers: IncomingHttpHeaders;
  /** Where the request, or the one that opened the WebSocket, came from; undefined when it has gone meanwhile. */
  readonly address?: string | undefined;
  /** The payload of `connection_init`, where a WebSocket sent one. */
  readonly connectionParams?: Readonly<Record<string, unknown>>;
  /** Names this operation in logs, answers and events. */
  readonly correlationId: string;
}

/** Throws `fail(…)` for a caller that cannot be served; the operation then answers with that error. */
export type CreateContext<Context extends object> = (request: ContextRequest) => Context | Promise<Context>;

/** Throws or rejects with `fail('UNAUTHENTICATED', …)` for a caller whose operation is not even read. */
export type Admit = (request: ContextRequest) => unknown;

export interface OperationRequest {
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** Why an operation cannot be run. */
export interface Unprepared {
  readonly errors: readonly GraphQLError[];
}

/** An operation that is known to be valid, without its context. */
export interface PreparedOperation extends ExecutionArgs {
  readonly kind: `${OperationTypeNode}`;
  readonly planned: PlannedOperation;
  /** Of the types that the operation declares; or what is wrong with them, which its execution answers. */
  readonly variables: ReturnType<PlannedOperation['coerce']>;
}

export interface Operations {
  prepare(request: OperationRequest & { readonly query: string }): PreparedOperation | Unprepared;
  /** The same for a document that was read before. */
  prepareDocument(document: DocumentNode, request: OperationRequest): PreparedOperation | Unprepared;
  /** Why the guard does not let the caller of a context run it; an operation whose variables are wrong is not judged. */
  refusal(operation: PreparedOperation, context: object): GraphQLError | undefined;
  /** The error of a caller who has sent too many such operations; asked for each one that something else than `execute` will run. */
  excess(operation: PreparedOperation, context: object): GraphQLError | undefined;
  /** The answer of a query or mutation, as `execute` of graphql-js gives it; without data, it was refused. */
  execute(operation: PreparedOperation, context: object): ExecutionResult | Promise<ExecutionResult>;
  /** Resolves as soon as none of them is being executed, whether anybody waits for its answer or not. */
  idle(): Promise<void>;
  /**
   * The answers of a subscription, or the errors that kept it from starting. It begins with the context given and makes one
   * for every event: loaders never serve an old read, and a caller that may no longer listen ends with the error of that.
   */
  subscribe(
    operation: PreparedOperation,
    context: object,
    createContext: () => object | Promise<object>,
    wire: Wire,
  ): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;
}

export interface OperationsOptions {
  /** Without one everybody may do everything. */
  readonly guard?: Guard | undefined;
  /** Gets what goes wrong in the source of a subscription that nobody waits for any more. */
  readonly onError?: (error: unknown) => void;
  readonly onSubscribed?: ServerObserver['subscribed'];
  readonly tracing?: OperationTracing | undefined;
}

/** The longest that a timer of Node can wait; no subscription lives as long. */
const longestTimer = 2_147_483_647;

/** Runs operations of a schema through the shared documents. */
export function createOperations(
  schema: GraphQLSchema,
  documents: Documents,
  { guard, onError = () => {}, onSubscribed, tracing }: OperationsOptions = {},
): Operations {
  const plans = createQueryPlans(schema, undefined, guard);

  function prepareDocument(document: DocumentNode, { operationName, variables }: OperationRequest) {
    const planned = plans.operationOf(document, operationName);
    if (!planned) {
      const missing =
        typeof operationName === 'string'
          ? `does not have an operation "${operationName}"`
          : 'has several operations: name one';
      return { errors: [fail('OPERATION_RESOLUTION_FAILURE', `The document ${missing}.`)] };
    }
    return {
      kind: planned.definition.operation,
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables ?? null,
      planned,
      variables: planned.coerce(variables ?? {}),
    };
  }

  let running = 0;
  let onIdle = () => {};
  const ended = () => {
    running -= 1;
    if (running === 0) onIdle();
  };

  function execute({ planned, variables: { errors, coerced } }: PreparedOperation, context: object, root?: unknown) {
    if (errors) return { errors };
    const plan = planned.plan(coerced);
    const refused = plan.refusal(context);
    if (refused) return { errors: [refused] };
    const traced = tracing?.begin(planned.definition, context, root);
    const work = () => executePlan(plan, root, context, coerced);
    const result = traced ? traced.run(work) : work();
    if (result instanceof Promise) {
      running += 1;
      void result.then(ended);
      if (traced) void result.then(traced.end);
    } else traced?.end(result);
    return result;
  }

  function refusal({ planned, variables: { coerced } }: PreparedOperation, context: object) {
    return coerced && planned.plan(coerced).refusal(context);
  }

  /** Of one event; who may not listen any more has no further ones. */
  async function answerOf(operation: PreparedOperation, context: object, event: unknown): Promise<ExecutionResult> {
    const refused = refusal(operation, context);
    if (refused) throw refused;
    return execute(operation, context, event);
  }

  return {
    prepare(request) {
      const read = documents.read(request.query);
      return 'errors' in read ? read : prepareDocument(read.document, request);
    },
    prepareDocument,
    refusal,
    excess: () => undefined,
    execute: (operation, context) => execute(operation, context),
    idle: () =>
      new Promise((resolve) => {
        onIdle = resolve;
        if (running === 0) resolve();
      }),
    async subscribe(operation, context, createContext, wire) {
      const refused = refusal(operation, context);
      if (refused) return { errors: [refused] };
      const listening = guard?.listen(context);
      let source: Awaited<ReturnType<typeof createSourceEventStream>> | undefined;
      try {
        source = await createSourceEventStream({ ...operation, contextValue: context });
      } finally {
        if (source === undefined || !(Symbol.asyncIterator in source)) listening?.end();
      }
      if (!(Symbol.asyncIterator in source)) return source;
      const events = source[Symbol.asyncIterator]();
      const answer = async (event: unknown) => answerOf(operation, await createContext(), event);
      onSubscribed?.(wire, 1);
      let isOpen = true;
      const end = () => {
        listening?.end();
        if (isOpen) onSubscribed?.(wire, -1);
        isOpen = false;
      };
      if (!listening) return answersOf(events, answer, end);
      const { endsAt, ending } = listening;
      const lifetime = Math.min(endsAt - Date.now(), longestTimer);
      return answersOf(interruptible(events, { lifetime, overdue: ending, onError }), answer, end);
    },
  };
}

// Not a generator: its `return` would wait behind a pending `next`, and an idle subscription could not be ended.
function answersOf(
  source: AsyncIterator<unknown>,
  answer: (event: unknown) => Promise<ExecutionResult>,
  onEnd: () => void,
): AsyncIterableIterator<ExecutionResult> {
  async function nextEvent(): Promise<IteratorResult<unknown>> {
    try {
      const step = await source.next();
      if (step.done) onEnd();
      return step;
    } catch (error) {
      onEnd();
      throw error;
    }
  }

  return {
    async next() {
      const step = await nextEvent();
      if (step.done) return { done: true, value: undefined };
      try {
        return { done: false, value: await answer(step.value) };
      } catch (error) {
        // Whoever consumes a failed iterator does not close it.
        onEnd();
        await source.return?.();
        throw error;
      }
    },
    async return() {
      onEnd();
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A result as a client may see it. */
export function publicResult(
  result: ExecutionResult,
  publish: PublishError,
  correlationId: string,
): FormattedExecutionResult {
  const { errors, ...rest } = result;
  return errors ? { errors: errors.map((error) => publish(error, correlationId)), ...rest } : rest;
}
