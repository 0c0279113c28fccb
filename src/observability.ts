// What a process measures of itself, and the pages that show it: put together here, part by part.
import type { Observations } from './application/observations.ts';
import type { Page, Pages } from './graphql/http-answer.ts';
import { startTelemetry, type Telemetry, type TelemetryOptions } from './observability/telemetry.ts';

export interface Observability extends Omit<Telemetry, 'metricsPage' | 'observers'> {
  readonly observers: readonly Observations[];
  /** Beside GraphQL, and on the port of a process that only projects. */
  readonly pages: Pages;
}

export interface ObservabilityOptions extends TelemetryOptions {
  /** Lets those see a page who may. */
  readonly guardPage: (page: Page) => Page;
}

export async function startObservability({ guardPage, ...options }: ObservabilityOptions): Promise<Observability> {
  const { metricsPage, observers, ...telemetry } = await startTelemetry(options);
  return {
    ...telemetry,
    observers,
    pages: { '/metrics': guardPage(metricsPage) },
  };
}
