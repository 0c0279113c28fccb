// The time of the engine: the system's, or that of the requests when a replay drives it. It never goes backwards by itself.
import { instantOf } from '../aggregates/values.ts';

export interface Clock {
  readonly mode: 'system' | 'request';
  /**
   * Now, ISO in UTC with milliseconds. In request mode: the latest instant that a request brought, undefined before the first.
   */
  now(): string | undefined;
  /** The time of a request: the one it asks for in request mode, now otherwise. */
  timeOf(asked: string | undefined): string;
}

export function createClock(mode: 'system' | 'request', system = () => instantOf(Date.now())): Clock {
  let latest = '';
  /** A clock that is set back stands still until the old time is reached again: caps and outcomes rely on their order. */
  const monotonic = () => {
    const now = system();
    if (now > latest) latest = now;
    return latest;
  };
  if (mode === 'system') return { mode, now: monotonic, timeOf: monotonic };
  return {
    mode,
    now: () => latest || undefined,
    timeOf(asked) {
      if (asked === undefined) return latest || system();
      if (asked > latest) latest = asked;
      return asked;
    },
  };
}
