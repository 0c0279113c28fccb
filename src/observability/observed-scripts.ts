// Scripts in Redis whose calls are timed, and are spans of the trace that they belong to.
import type { GuardedScripts } from '../redis/guarded-scripts.ts';
import type { Metrics } from './metrics.ts';
import { endSpan, startCall } from './spans.ts';

/** Gives the same scripts, observed. */
export type ObserveScripts = <Name extends string>(scripts: GuardedScripts<Name>) => GuardedScripts<Name>;

export function createScriptObserver(metrics: Metrics): ObserveScripts {
  const durations = metrics.timings('kairos_redis_script_duration_seconds');
  const failures = metrics.counts('kairos_redis_script_failures_total');

  return (scripts) => ({
    ...scripts,
    call(name, keys, args) {
      const startedAt = performance.now();
      // Neither keys nor arguments: they have the ids of customers in them.
      const span = startCall(`redis ${name}`, () => ({ 'db.system.name': 'redis', 'kairos.redis.keys': keys.length }));
      const ended = (error?: unknown) => {
        durations.at(name).observe((performance.now() - startedAt) / 1000, span?.spanContext().traceId);
        if (error !== undefined) failures.at(name).value += 1;
        if (span) endSpan(span, error);
      };
      return scripts.call(name, keys, args).then(
        (reply) => {
          ended();
          return reply;
        },
        (error: unknown) => {
          ended(error);
          throw error;
        },
      );
    },
  });
}
