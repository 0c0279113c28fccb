// Spans of the trace that something belongs to: only where that trace is kept, so that nothing is made that nobody will see.
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { spanContextOf } from './traceparent.ts';

/** Of the provider that is registered now; without one nothing is kept. */
export function tracer(): Tracer {
  return trace.getTracer('kairos');
}

/** Whether the span that is active is kept. */
export function isTraced(): boolean {
  return trace.getActiveSpan()?.isRecording() === true;
}

/** A context under a span of elsewhere; undefined: this is no traceparent. */
export function remoteContext(traceparent: string | undefined): Context | undefined {
  const span = spanContextOf(traceparent);
  return span && trace.setSpanContext(ROOT_CONTEXT, span);
}

/** The same, of a trace that is kept. */
export function keptContext(traceparent: string | undefined): Context | undefined {
  const context = remoteContext(traceparent);
  return context && trace.getSpanContext(context)?.traceFlags === TraceFlags.SAMPLED ? context : undefined;
}

/** Of what is asked elsewhere, under the active span; undefined: nobody looks. */
export function startCall(name: string, attributes: () => Attributes): Span | undefined {
  return isTraced() ? tracer().startSpan(name, { kind: SpanKind.CLIENT, attributes: attributes() }) : undefined;
}

/**
 * @param error its kind is told; its message may name somebody
 * @param at now when absent
 */
export function endSpan(span: Span, error?: unknown, at?: number): void {
  if (error !== undefined) {
    span.setAttribute('error.type', error instanceof Error ? error.constructor.name : 'unknown');
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(at);
}
