// Which traces are kept, and who takes them.
import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** By the names of OpenTelemetry; those of `parentbased` leave it to who has begun the trace. */
export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

export interface TracingSettings {
  readonly sampler: (typeof samplers)[number];
  /** The share of traces that is kept, 0 to 1, by the samplers that have one. */
  readonly ratio: number;
  /** Absent: by OTLP over HTTP, as the variables OTEL_EXPORTER_OTLP_… say. */
  readonly exporter?: SpanExporter;
  /** Milliseconds until what there is is sent, however little; 5,000 when absent. Where little is sent, sending is what costs. */
  readonly everyMs?: number;
}
