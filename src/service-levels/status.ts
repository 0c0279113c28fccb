// `/status`: how the process stands, as a page for a person.
import type { Observations } from '../application/observations.ts';
import type { ServiceLevels } from './service-levels.ts';
import { statusPage, statusPagePolicy, type Trouble } from './status-page.ts';

/** What is said of a process that may be given work, or not. */
export interface StatedReadiness {
  readonly ready: boolean;
  readonly cause?: string;
  readonly degraded?: readonly { readonly part: string; readonly since?: string; readonly cause: string }[];
}

export interface StatusOptions {
  readonly serviceLevels: Pick<ServiceLevels, 'levels'>;
  readonly ready: () => StatedReadiness;
  /** Names of circuit breakers that are not closed. */
  readonly openBreakers: () => Iterable<string>;
}

/** Answers as a page of the server does. */
export function createStatus({ serviceLevels, ready, openBreakers }: StatusOptions) {
  return () => ({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': statusPagePolicy },
    body: statusPage({
      levels: serviceLevels.levels(),
      troubles: troublesOf(ready(), openBreakers()),
      at: Date.now(),
      startedAt: performance.timeOrigin,
    }),
  });
}

/** More than that nobody reads. */
const mostBreakers = 10;

/** `EVENT_LOG` is for programs; a person reads what it is. */
const parts: Readonly<Record<string, string>> = {
  EVENT_LOG: 'The event log is away',
  READ_SIDE: 'The read models are away, and answers come from the log',
  LATE_DECISIONS: 'Decisions were answered before they were recorded',
};

function troublesOf({ ready, cause, degraded = [] }: StatedReadiness, openBreakers: Iterable<string>): Trouble[] {
  const away = ready ? [] : [{ what: `This process takes no work. ${cause ?? ''}`.trim() }];
  return [
    ...away,
    ...degraded.map(({ part, since, cause: why }) => ({ what: `${parts[part] ?? part}: ${why}`, since })),
    ...namesShown([...openBreakers]).map((names) => ({
      what: `The circuit breaker of ${names} is open: it is not asked`,
    })),
  ];
}

/** Each by itself, or the rest of very many together: placements have breakers, too. */
function namesShown(names: readonly string[]): readonly string[] {
  const rest = names.length - mostBreakers;
  return rest > 0 ? [...names.slice(0, mostBreakers), `${rest} more`] : names;
}

/** Listens to circuit breakers; its names are of those that are not closed. */
export function watchBreakers(): {
  readonly names: ReadonlySet<string>;
  readonly observer: Pick<Observations, 'breaker'>;
} {
  const names = new Set<string>();
  const observer = {
    breaker(name: string, state: string) {
      if (state === 'CLOSED') names.delete(name);
      else names.add(name);
    },
  };
  return { names, observer };
}
