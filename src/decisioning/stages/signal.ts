// Signal strength and freshness: an offer with a trigger waits for its signal.
import type { CompiledCandidate } from '../compiled-placement.ts';
import type { Signal } from '../facts.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkSignal({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { trigger } = offer.published.terms;
  if (!trigger) return undefined;
  if (moment.placement.published.terms.cadence === 'BATCH') return reject(moment, 'TRIGGER_IN_BATCH', trigger.signal);
  const since = moment.at - trigger.withinSeconds * 1000;
  let fresh = 0;
  let stale: Signal | undefined;
  for (const signal of moment.facts.features.recent) {
    if (signal.kind !== trigger.signal) continue;
    if (trigger.category !== undefined && signal.category !== trigger.category) continue;
    if (signal.at < since) {
      stale ??= signal;
      continue;
    }
    moment.goBy(signal);
    fresh++;
    if (fresh === trigger.atLeast) return undefined;
  }
  if (fresh > 0) return reject(moment, 'SIGNAL_TOO_WEAK', trigger.signal);
  if (!stale) return reject(moment, 'SIGNAL_MISSING', trigger.signal);
  moment.goBy(stale);
  return reject(moment, 'SIGNAL_STALE', trigger.signal);
}

export function narrowBySignal(pool: Pool): void {
  pool.check(checkSignal, pool.index.triggered);
}
