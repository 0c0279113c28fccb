// What a process measures of itself, and the pages that show it: put together here, part by part.
import type { Kairos } from './application/kairos.ts';
import type { Observations } from './application/observations.ts';
import { placementOf } from './decisioning/compiled-catalogue.ts';
import type { Pages } from './graphql/http-answer.ts';
import type { Readiness } from './readiness.ts';
import { observeIndicators } from './service-levels/indicators.ts';
import { createServiceLevels, type ServiceLevels } from './service-levels/service-levels.ts';
import { createStatus } from './service-levels/status.ts';

/** The process that is measured, once it is put together. */
export interface ObservedProcess {
  readonly kairos: Pick<Kairos, 'catalogue'>;
  ready(): Readiness;
}

export interface Observability {
  readonly observers: readonly Observations[];
  readonly serviceLevels: ServiceLevels;
  /** Beside GraphQL, and on the port of a process that only projects. */
  readonly pages: Pages;
  /** Before anybody asks for a page. */
  observe(process: ObservedProcess): void;
  /** After everything else: what is still to be sent is sent. */
  stop(): Promise<void>;
}

export interface ObservabilityOptions {
  /** As `ServiceLevelsOptions`. */
  readonly minuteMs?: number;
}

export function startObservability({ minuteMs }: ObservabilityOptions = {}): Observability {
  let observed: ObservedProcess | undefined;
  const serviceLevels = createServiceLevels(minuteMs === undefined ? {} : { minuteMs });
  const coolingWindowOf = createCoolingWindows(() => observed?.kairos.catalogue);
  return {
    observers: [observeIndicators({ serviceLevels, coolingWindowOf })],
    serviceLevels,
    pages: { '/status': createStatus({ serviceLevels, ready: () => observed?.ready() ?? { ready: false } }) },
    observe(process) {
      observed = process;
    },
    async stop() {},
  };
}

/** The cooling windows of the last catalogue that was there when somebody asked. */
function createCoolingWindows(catalogueOf: () => Kairos['catalogue'] | undefined) {
  let known: Awaited<ReturnType<Kairos['catalogue']['current']>> | undefined;
  return (placementId: string) => {
    const current = catalogueOf()?.current();
    if (current instanceof Promise) {
      current.then(
        (compiled) => {
          known = compiled;
        },
        // Without the read models it is that of before.
        () => {},
      );
    } else if (current) known = current;
    const window = known && placementOf(known, placementId)?.terms.coolingWindow;
    return window && { milliseconds: window.seconds * 1000, scope: window.scope };
  };
}
