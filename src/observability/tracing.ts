// Traces of a process, kept by share and sent by OTLP: the only file that knows the SDK of OpenTelemetry.
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions';
import type { TracingSettings } from './tracing-settings.ts';

/** Spans that wait to be sent: what comes when there are more is lost, and nobody waits. */
const mostWaiting = 4096;
/** How long the end of a process waits for what is still to be sent, in milliseconds. */
const patienceMs = 2000;

export interface Tracing {
  stop(): Promise<void>;
}

/**
 * One for all of a process. If somebody has registered another before, that one stays.
 * @param onError told of the first failure of an outage of whoever takes the spans
 */
export function startTracing(
  { sampler, ratio, exporter = new OTLPTraceExporter(), everyMs = 5000 }: TracingSettings,
  onError: (error: unknown) => void,
): Tracing {
  const contexts = new AsyncLocalStorageContextManager().enable();
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'kairos' }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(sampler, ratio),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingOutages(exporter, onError),
        maxQueueSize: mostWaiting,
        scheduledDelayMillis: everyMs,
      }),
    ],
  });
  const isFirst = trace.setGlobalTracerProvider(provider);
  if (isFirst) context.setGlobalContextManager(contexts);
  return {
    async stop() {
      if (!isFirst) return;
      const { promise: overdue, resolve: giveUp } = Promise.withResolvers<void>();
      const timer = setTimeout(giveUp, patienceMs);
      await Promise.race([provider.shutdown().catch(() => {}), overdue]);
      clearTimeout(timer);
      trace.disable();
      context.disable();
    },
  };
}

function samplerOf(name: TracingSettings['sampler'], ratio: number): Sampler {
  const isOfParent = name.startsWith('parentbased_');
  const root = rootSampler(isOfParent ? name.slice('parentbased_'.length) : name, ratio);
  return isOfParent ? new ParentBasedSampler({ root }) : root;
}

function rootSampler(name: string, ratio: number): Sampler {
  if (name === 'always_off') return new AlwaysOffSampler();
  return name === 'always_on' ? new AlwaysOnSampler() : new TraceIdRatioBasedSampler(ratio);
}

function tellingOutages(exporter: SpanExporter, onError: (error: unknown) => void): SpanExporter {
  let isAway = false;
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        const hasFailed = result.error !== undefined;
        if (hasFailed && !isAway)
          onError(new Error('traces cannot be sent; they are lost until they can', { cause: result.error }));
        isAway = hasFailed;
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}
