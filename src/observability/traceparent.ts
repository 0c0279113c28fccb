// The header and the metadata by which a trace goes on elsewhere: W3C Trace Context, level 1.
import { isSpanContextValid, type SpanContext, TraceFlags } from '@opentelemetry/api';

const form = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

/** Undefined: it is none, and a trace begins here. */
export function spanContextOf(traceparent: unknown): SpanContext | undefined {
  const [, traceId = '', spanId = '', flags = ''] = (typeof traceparent === 'string' && form.exec(traceparent)) || [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED, isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}

export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`;
}

/** Of a text that `traceparentOf` made. */
export function traceIdOf(traceparent: string): string {
  return traceparent.slice(3, 35);
}
