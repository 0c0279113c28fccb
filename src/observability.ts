// What a process measures of itself, and the pages that show it: put together here, part by part.
import type { Observations } from './application/observations.ts';
import type { Page, Pages } from './graphql/http-answer.ts';
import { startTelemetry, type Telemetry } from './observability/telemetry.ts';

export interface Observability extends Omit<Telemetry, 'metricsPage' | 'observers'> {
  readonly observers: readonly Observations[];
  /** Beside GraphQL, and on the port of a process that only projects. */
  readonly pages: Pages;
  /** After everything else: what is still to be sent is sent. */
  stop(): Promise<void>;
}

export interface ObservabilityOptions {
  /** Lets those see a page who may. */
  readonly guardPage: (page: Page) => Page;
}

export function startObservability({ guardPage }: ObservabilityOptions): Observability {
  const { metricsPage, observers, ...telemetry } = startTelemetry();
  return {
    ...telemetry,
    observers,
    pages: { '/metrics': guardPage(metricsPage) },
    async stop() {},
  };
}
