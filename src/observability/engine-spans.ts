// Decisions with their stages, and events on their way to the read models, as spans: made when they are over, of traces that are kept.
import { context, SpanKind, trace } from '@opentelemetry/api';
import type { DecisionObservation, Observations } from '../application/observations.ts';
import { categoryOf } from '../event-store/stream-names.ts';
import { endSpan, isTraced, keptContext, tracer } from './spans.ts';

export const engineSpans: Observations = {
  decided(observation) {
    if (isTraced()) traceDecision(observation);
  },
  applied(events, at) {
    for (const { type, stream, recordedAt, metadata } of events) {
      const parent = metadata.traceparent === undefined ? undefined : keptContext(metadata.traceparent);
      if (!parent) continue;
      // The clocks of the store and of this process may differ: nothing is readable before it is recorded.
      const startTime = Math.min(Date.parse(recordedAt), at);
      const attributes = { 'kairos.event.type': type, 'kairos.event.category': categoryOf(stream) };
      tracer().startSpan(`project ${type}`, { kind: SpanKind.CONSUMER, startTime, attributes }, parent).end(at);
    }
  },
};

/** The ids of decisions have the ids of customers in them: neither is told. */
function traceDecision({ placementId, trail, endedAt, record, isRepeated, error }: DecisionObservation): void {
  const { startedAt: startTime, stages, degradations } = trail;
  const span = tracer().startSpan('decide', {
    startTime,
    attributes: {
      'kairos.placement': placementId,
      ...(record && { 'kairos.resolution': record.data.resolution, 'kairos.offers': record.data.offers.length }),
      ...(isRepeated && { 'kairos.repeated': true }),
    },
  });
  for (const { stage, cause, instead } of degradations) {
    span.addEvent('degraded', { 'kairos.stage': stage, 'kairos.cause': cause, 'kairos.instead': instead }, endedAt);
  }
  const within = trace.setSpan(context.active(), span);
  for (const { stage, startedAt, endedAt } of stages) {
    tracer().startSpan(`decide ${stage}`, { startTime: startedAt }, within).end(endedAt);
  }
  endSpan(span, error, endedAt);
}
