// What being measured costs a decision, each part by itself: what it does in the process, without what is sent later.
import { DecisionTrail } from '../../src/application/decision-trail.ts';
import type { DecisionObservation, Observations } from '../../src/application/observations.ts';
import { createDecisionMetrics } from '../../src/observability/decision-metrics.ts';
import { engineSpans } from '../../src/observability/engine-spans.ts';
import { createHttpMetrics } from '../../src/observability/http-metrics.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { operationTracing } from '../../src/observability/operation-spans.ts';
import { startTracing } from '../../src/observability/tracing.ts';
import { observeIndicators } from '../../src/service-levels/indicators.ts';
import { createServiceLevels } from '../../src/service-levels/service-levels.ts';
import { type Rounds, timeInterleaved } from '../interleaved.ts';

export interface PartsCost {
  /** Microseconds a decision: metrics and objectives. */
  readonly counted: number;
  /** A trace that is not kept; and one that is, with all its spans. */
  readonly passedOver: number;
  readonly traced: number;
}

const at = '2026-11-21T12:00:00.000Z';
const kept = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const asked = {
  operation: 'query',
  selectionSet: { selections: [{ kind: 'Field', name: { value: 'nextBestOffer' } }] },
};

export async function costOfParts(rounds: Rounds): Promise<PartsCost> {
  const metrics = createMetrics(false);
  const { answered } = createHttpMetrics(metrics);
  const coolingWindowOf = () => undefined;
  const counting = [
    createDecisionMetrics(metrics),
    observeIndicators({ serviceLevels: createServiceLevels(), coolingWindowOf }),
  ];
  const exporter = {
    export: (_spans: unknown, done: (result: { code: 0 }) => void) => done({ code: 0 }),
    async shutdown() {},
  };
  const traces = startTracing({ sampler: 'parentbased_traceidratio', ratio: 0, exporter }, () => {});

  const [untraced, ofTrace] = [undefined, kept].map((parent) => ({ told: observed(parent), events: events(parent) }));

  function tell(observers: readonly Observations[], what: typeof untraced): void {
    if (!what) return;
    for (const observer of observers) {
      observer.decided?.(what.told);
      observer.applied?.(what.events, Date.now());
    }
  }

  function trace(traceparent: string | undefined): void {
    const context = { traceparent, command: { at, actor: 'bench', correlationId: 'call-7' } };
    const traced = operationTracing.begin(asked as never, context);
    traced?.run(() => tell([engineSpans], ofTrace));
    traced?.end({ data: {} });
  }

  const timings = await timeInterleaved(
    [
      {
        name: 'counted',
        run() {
          tell(counting, untraced);
          answered?.(200, 1.5);
        },
      },
      { name: 'passed over', run: () => trace(undefined) },
      { name: 'traced', run: () => trace(kept) },
    ],
    rounds,
  );
  await traces.stop();
  const [counted = 0, passedOver = 0, traced = 0] = timings.map(({ least }) => least);
  return { counted, passedOver, traced };
}

/** A decision like those of the load. */
function observed(traceparent: string | undefined): DecisionObservation {
  const trail = new DecisionTrail(0, { timeBudgetMs: 200 });
  for (const stage of ['LOAD', 'DECIDE', 'RESERVE', 'RECORD'] as const) {
    trail.stages.push({ stage, startedAt: trail.stages.length, endedAt: trail.stages.length + 0.3 });
  }
  const data = {
    resolution: 'FRESH',
    offers: [{}, {}],
    rejections: { NOT_STARTED: 58, ENDED: 471, AUDIENCE_MISMATCH: 1, PROPENSITY_TOO_LOW: 1, OUTRANKED: 101 },
    basis: { lost: [] },
  };
  const context = { at, actor: 'bench', correlationId: 'call-7', ...(traceparent !== undefined && { traceparent }) };
  return { placementId: 'home', customerId: 'c', context, trail, endedAt: 4, record: { data } as never };
}

/** Its reservation and itself. */
function events(traceparent: string | undefined): Parameters<Required<Observations>['applied']>[0] {
  const metadata = { at, v: 1, ...(traceparent !== undefined && { traceparent }) };
  const reserved = { customerId: 'c', decisionId: 'd', placementId: 'home', channel: 'WEB', callId: 'x', offers: [] };
  return [
    { stream: 'cap-c_202611', type: 'CapReserved', recordedAt: at, metadata, data: reserved },
    { stream: 'decision-c_202611', type: 'OfferDecided', recordedAt: at, metadata, data: {} },
  ] as never;
}
