// Metrics and traces of a process: what is listened to, and what is wrapped to be listened to.
import type { Kairos } from '../application/kairos.ts';
import type { Observations } from '../application/observations.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Page } from '../graphql/http-answer.ts';
import type { ServerObserver } from '../graphql/http-observer.ts';
import type { ServiceLevelTotal } from '../service-levels/service-levels.ts';
import { createDecisionMetrics } from './decision-metrics.ts';
import { createHttpMetrics } from './http-metrics.ts';
import { createMetrics } from './metrics.ts';
import { observeEventStore } from './observed-event-store.ts';
import { createScriptObserver, type ObserveScripts } from './observed-scripts.ts';

export interface Telemetry {
  readonly observers: readonly Observations[];
  readonly serverObserver: ServerObserver;
  /** What Prometheus asks for; whoever puts it on a port says who may. */
  readonly metricsPage: Page;
  observeStore(store: EventStore): EventStore;
  readonly observeScripts: ObserveScripts;
  /** Counted elsewhere, and brought over whenever the metrics are asked for. */
  countServiceLevels(totals: () => readonly ServiceLevelTotal[]): void;
  /** From then on it is asked how it is whenever the metrics are. */
  watch(kairos: Pick<Kairos, 'store' | 'late' | 'following'>, ready: () => { readonly ready: boolean }): void;
}

export function startTelemetry(): Telemetry {
  const metrics = createMetrics();
  let beforeReading = () => {};
  return {
    observers: [createDecisionMetrics(metrics)],
    serverObserver: createHttpMetrics(metrics),
    async metricsPage({ headers }) {
      beforeReading();
      const { type, body } = await metrics.text(headers.accept);
      return { status: 200, headers: { 'content-type': type }, body };
    },
    countServiceLevels(totals) {
      const [all, good] = [
        metrics.counts('kairos_service_level_events_total'),
        metrics.counts('kairos_service_level_good_events_total'),
      ];
      beforeReading = () => {
        for (const total of totals()) {
          all.at(total.objective.id).value = total.events;
          good.at(total.objective.id).value = total.good;
        }
      };
    },
    observeStore: (store) => observeEventStore(store, metrics),
    observeScripts: createScriptObserver(metrics),
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
  };
}
