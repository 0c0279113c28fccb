// What a process measures of itself, and the pages that show it: put together here, part by part.
import type { Kairos } from './application/kairos.ts';
import type { Observations } from './application/observations.ts';
import type { Page, Pages } from './graphql/http-answer.ts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './observability/telemetry.ts';
import type { Readiness } from './readiness.ts';
import { createCoolingWindows } from './service-levels/cooling-windows.ts';
import { observeIndicators } from './service-levels/indicators.ts';
import { createServiceLevels, type ServiceLevels } from './service-levels/service-levels.ts';
import { createStatus, watchBreakers } from './service-levels/status.ts';

export interface Observability extends Omit<Telemetry, 'metricsPage' | 'observers' | 'watch' | 'countServiceLevels'> {
  readonly observers: readonly Observations[];
  readonly serviceLevels: ServiceLevels;
  /** Beside GraphQL, and on the port of a process that only projects. */
  readonly pages: Pages;
  /** From then on pages show how the process is. */
  watch(kairos: Kairos, ready: () => Readiness): void;
}

export interface ObservabilityOptions extends TelemetryOptions {
  /** Lets those see a page who may. */
  readonly guardPage: (page: Page) => Page;
  /** As `ServiceLevelsOptions`. */
  readonly minuteMs?: number | undefined;
}

export async function startObservability({
  guardPage,
  minuteMs,
  ...options
}: ObservabilityOptions): Promise<Observability> {
  const { metrics: isCounted = true } = options;
  const { metricsPage, observers, countServiceLevels, ...telemetry } = await startTelemetry(options);
  const serviceLevels = createServiceLevels(minuteMs === undefined ? {} : { minuteMs });
  countServiceLevels(serviceLevels.totals);
  let watched: { readonly kairos: Kairos; readonly ready: () => Readiness } | undefined;
  const coolingWindowOf = createCoolingWindows(() => watched?.kairos.catalogue.current());
  const breakers = watchBreakers();
  const ready = () => watched?.ready() ?? { ready: false };
  const pages = {
    '/metrics': guardPage(metricsPage),
    '/status': guardPage(createStatus({ serviceLevels, ready, openBreakers: () => breakers.names })),
  };
  const counting = [...observers, observeIndicators({ serviceLevels, coolingWindowOf }), breakers.observer];
  return {
    ...telemetry,
    observers: isCounted ? counting : observers,
    serviceLevels,
    pages: isCounted ? pages : {},
    watch(kairos, ready) {
      watched = { kairos, ready };
      telemetry.watch(kairos, ready);
    },
  };
}
