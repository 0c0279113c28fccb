// Signal strength and freshness: an offer with a trigger waits for its signal.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkSignal({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { trigger } = offer.published.terms;
  if (!trigger) return undefined;
  if (moment.placement.published.terms.cadence === 'BATCH') return reject(moment, 'TRIGGER_IN_BATCH', trigger.signal);
  let seen = false;
  let fresh = 0;
  const since = moment.at - trigger.withinSeconds * 1000;
  for (const signal of moment.signalsOf(trigger.signal)) {
    if (trigger.category !== undefined && signal.category !== trigger.category) continue;
    seen = true;
    if (signal.at >= since) fresh++;
  }
  if (!seen) return reject(moment, 'SIGNAL_MISSING', trigger.signal);
  if (fresh === 0) return reject(moment, 'SIGNAL_STALE', trigger.signal);
  return fresh < trigger.atLeast ? reject(moment, 'SIGNAL_TOO_WEAK', trigger.signal) : undefined;
}

export function narrowBySignal(pool: Pool): void {
  pool.check(checkSignal, pool.index.triggered);
}
