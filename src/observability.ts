// What a process measures of itself, and the pages that show it: put together here, part by part.
import type { Observations } from './application/observations.ts';
import type { Pages } from './graphql/http-answer.ts';

export interface Observability {
  readonly observers: readonly Observations[];
  /** Beside GraphQL, and on the port of a process that only projects. */
  readonly pages: Pages;
  /** After everything else: what is still to be sent is sent. */
  stop(): Promise<void>;
}

export function startObservability(): Observability {
  return { observers: [], pages: {}, async stop() {} };
}
