// The time of the engine: the system's, or that of the requests when a replay drives it.

export interface Clock {
  readonly mode: 'system' | 'request';
  /** Now, ISO in UTC with milliseconds. In request mode: the latest instant that a request brought. */
  now(): string;
  /** The time of a request: `asked` in request mode, now otherwise. */
  timeOf(asked: string | undefined): string;
}

export function createClock(mode: 'system' | 'request'): Clock {
  let latest = '';
  const system = () => new Date().toISOString();
  if (mode === 'system') return { mode, now: system, timeOf: system };
  return {
    mode,
    now: () => latest || system(),
    timeOf(asked) {
      const at = asked ?? (latest || system());
      if (at > latest) latest = at;
      return at;
    },
  };
}
