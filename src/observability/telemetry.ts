// Metrics and traces of a process: what is listened to, and what is wrapped to be listened to.
import type { Kairos } from '../application/kairos.ts';
import type { Observations } from '../application/observations.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Page } from '../graphql/http-answer.ts';
import type { ServerObserver } from '../graphql/http-observer.ts';
import type { OperationTracing } from '../graphql/operation-tracing.ts';
import type { ScreenPopFeed } from '../screen-pop/screen-pop-feed.ts';
import type { ServiceLevelTotal } from '../service-levels/service-levels.ts';
import { createDecisionMetrics } from './decision-metrics.ts';
import { engineSpans } from './engine-spans.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { createMetrics } from './metrics.ts';
import { observeEventStore } from './observed-event-store.ts';
import { observeScreenPops } from './observed-screen-pops.ts';
import { createScriptObserver, type ObserveScripts } from './observed-scripts.ts';
import { operationTracing } from './operation-spans.ts';
import type { TracingSettings } from './tracing-settings.ts';

export interface Telemetry {
  readonly observers: readonly Observations[];
  readonly serverObserver: ServerObserver;
  /** What Prometheus asks for; whoever puts it on a port says who may. */
  readonly metricsPage: Page;
  observeStore(store: EventStore): EventStore;
  readonly observeScripts: ObserveScripts;
  observeScreenPops<Feed extends ScreenPopFeed>(feed: Feed): Feed;
  /** Absent: no trace is kept. */
  readonly operationTracing?: OperationTracing | undefined;
  /** Counted elsewhere, and brought over whenever the metrics are asked for. */
  countServiceLevels(totals: () => readonly ServiceLevelTotal[]): void;
  /** From then on it is asked how it is whenever the metrics are. */
  watch(kairos: Pick<Kairos, 'store' | 'late' | 'following'>, ready: () => { readonly ready: boolean }): void;
  /** Resolves when spans are sent, or nobody has taken them for long enough. */
  stop(): Promise<void>;
}

export interface TelemetryOptions {
  /** False: nothing is counted, and nobody is asked. */
  readonly metrics?: boolean | undefined;
  /** Absent: no trace is kept, and nothing is loaded that could. */
  readonly tracing?: TracingSettings | undefined;
  readonly onError: (error: unknown) => void;
}

export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { metrics: isCounted = true, tracing, onError } = options;
  const metrics = createMetrics(isCounted);
  const traces = tracing && (await import('./tracing.ts')).startTracing(tracing, onError);
  const isObserved = isCounted || traces !== undefined;
  let beforeReading = () => {};
  return {
    observers: [...(isCounted ? [createDecisionMetrics(metrics)] : []), ...(traces ? [engineSpans] : [])],
    operationTracing: traces && operationTracing,
    serverObserver: isCounted ? createHttpMetrics(metrics) : {},
    async metricsPage({ headers }) {
      beforeReading();
      const { type, body } = await metrics.text(headers.accept);
      return { status: 200, headers: { 'content-type': type }, body };
    },
    countServiceLevels(totals) {
      const [all, bad] = [
        metrics.counts('kairos_service_level_events_total'),
        metrics.counts('kairos_service_level_bad_events_total'),
      ];
      beforeReading = () => {
        for (const total of totals()) {
          all.at(total.objective.id).value = total.events;
          bad.at(total.objective.id).value = total.bad;
        }
      };
    },
    observeStore: (store) => (isObserved ? observeEventStore(store, metrics) : store),
    observeScripts: isObserved ? createScriptObserver(metrics) : (scripts) => scripts,
    observeScreenPops: (feed) => (traces ? observeScreenPops(feed) : feed),
    watch({ store, late, following }, ready) {
      metrics.gauge('kairos_ready', () => [{ value: Number(ready().ready) }]);
      metrics.gauge('kairos_event_store_up', () => [{ value: Number(store.health().answers) }]);
      metrics.gauge('kairos_read_model_lag_seconds', async () => {
        const { head, milliseconds } = await following.lag();
        return head === undefined ? [] : [{ value: milliseconds / 1000 }];
      });
      metrics.gauge('kairos_late_decisions', () => {
        const { waiting = 0, aside = [] } = late?.status() ?? {};
        return [
          { values: ['WAITING'], value: waiting },
          { values: ['ASIDE'], value: aside.length },
        ];
      });
    },
    async stop() {
      await traces?.stop();
    },
  };
}
