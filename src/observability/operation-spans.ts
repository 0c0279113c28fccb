// Operations of GraphQL as spans: the root of what is traced here, or a part of the trace that the caller began.
import { context as active, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { GraphQLError, OperationDefinitionNode } from 'graphql';
import type { Context } from '../graphql/context.ts';
import type { OperationTracing } from '../graphql/operation-tracing.ts';
import { remoteContext, tracer } from './spans.ts';
import { traceparentOf } from './traceparent.ts';

export const operationTracing: OperationTracing = {
  begin(definition, context, event) {
    const own = context as Context;
    // What is delivered belongs to what caused it; the connection that it is delivered by may be hours old.
    const traceparent = event === undefined ? own.traceparent : (event as { traceparent?: string } | null)?.traceparent;
    if (event !== undefined && traceparent === undefined) return undefined;
    const parent = remoteContext(traceparent) ?? ROOT_CONTEXT;
    const span = tracer().startSpan(nameOf(definition), { kind: SpanKind.SERVER }, parent);
    if (!span.isRecording()) return undefined;
    span.setAttribute('graphql.operation.type', definition.operation);
    span.setAttribute('kairos.correlation_id', own.command.correlationId);
    // In place: by the command itself operations under way are told apart.
    Object.assign(own.command, { traceparent: traceparentOf(span.spanContext()) });
    return {
      run: (work) => active.with(trace.setSpan(parent, span), work),
      end({ errors }) {
        const [error] = errors ?? [];
        if (error) {
          span.setAttribute('error.type', codeOf(error));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      },
    };
  },
};

/** By the first field, of which there are as many as the schema has: names of operations are the callers'. */
function nameOf({ operation, selectionSet }: OperationDefinitionNode): string {
  const field = selectionSet.selections.find((selection) => selection.kind === 'Field');
  return field ? `${operation} ${field.name.value}` : operation;
}

/** Messages may name somebody. */
function codeOf({ originalError, extensions }: GraphQLError): string {
  const code = (originalError as { extensions?: { code?: unknown } } | undefined)?.extensions?.code ?? extensions.code;
  return typeof code === 'string' ? code : 'INTERNAL';
}
