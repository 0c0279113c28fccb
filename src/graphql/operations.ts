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
import { executePlan } from './planned-execution.ts';
import { createQueryPlans, type PlannedOperation } from './query-plans.ts';

/** What is known of a caller when the context of its operation is made. */
export interface ContextRequest {
  readonly transport: 'http' | 'ws';
  /** Of the request, or of the request that opened the WebSocket. */
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
  /** The answer of a query or mutation, as `execute` of graphql-js gives it. */
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
  ): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;
}

/** Runs operations of a schema through the shared documents. */
export function createOperations(schema: GraphQLSchema, documents: Documents): Operations {
  const plans = createQueryPlans(schema);

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
    const result = errors ? { errors } : executePlan(planned.plan(coerced), root, context, coerced);
    if (result instanceof Promise) {
      running += 1;
      void result.then(ended);
    }
    return result;
  }

  return {
    prepare(request) {
      const read = documents.read(request.query);
      return 'errors' in read ? read : prepareDocument(read.document, request);
    },
    prepareDocument,
    execute: (operation, context) => execute(operation, context),
    idle: () =>
      new Promise((resolve) => {
        onIdle = resolve;
        if (running === 0) resolve();
      }),
    async subscribe(operation, context, createContext) {
      const source = await createSourceEventStream({ ...operation, contextValue: context });
      if (!(Symbol.asyncIterator in source)) return source;
      return answersOf(source[Symbol.asyncIterator](), async (event) =>
        execute(operation, await createContext(), event),
      );
    },
  };
}

// Not a generator: its `return` would wait behind a pending `next`, and an idle subscription could not be ended.
function answersOf(
  source: AsyncIterator<unknown>,
  answer: (event: unknown) => Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  return {
    async next() {
      const step = await source.next();
      if (step.done) return { done: true, value: undefined };
      try {
        return { done: false, value: await answer(step.value) };
      } catch (error) {
        // Whoever consumes a failed iterator does not close it.
        await source.return?.();
        throw error;
      }
    },
    async return() {
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
