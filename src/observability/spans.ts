// Spans under the one that is active: only where that one is kept, so that nothing is made that nobody will see.
import { type Attributes, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

/** Of the provider that is registered when a span is started; without one nothing is kept. */
export const tracer = trace.getTracer('kairos');

/** Undefined: no trace is kept here. */
export function startCall(name: string, attributes: () => Attributes): Span | undefined {
  if (!trace.getActiveSpan()?.isRecording()) return undefined;
  return tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes: attributes() });
}

/** @param error its kind is told; its message may name somebody */
export function endCall(span: Span, error: unknown): void {
  if (error !== undefined) {
    span.setAttribute('error.type', error instanceof Error ? error.constructor.name : 'unknown');
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
