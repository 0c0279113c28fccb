// Caps: those of the offer, then those of the placement, must admit one more contact.
import { admits } from '../caps.ts';
import type { CompiledCandidate, CompiledCap } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkCaps({ caps }: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstFull(caps, moment);
}

export function narrowByCaps(pool: Pool, moment: Moment): void {
  const { shared, own, ownOfAnybody } = pool.index.capsIn(moment.placement.published);
  for (const { bound, offers } of shared) {
    const usage = moment.usageOf(moment.placement.capOf(bound));
    if (!admits(bound, usage, moment.at)) pool.drop(offers, 'CAP_REACHED');
  }
  const touched = moment.touchedOffers();
  if (!touched) {
    pool.check(checkCaps, own);
    return;
  }
  pool.checkNamed(checkCaps, touched);
  const largest = moment.largestTotal();
  for (const { offer, limit } of ownOfAnybody) {
    if (limit > largest) break;
    pool.checkOne(checkOwnOfAnybody, offer);
  }
}

function checkOwnOfAnybody({ ownOfAnybody }: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstFull(ownOfAnybody, moment);
}

function firstFull(caps: readonly CompiledCap[], moment: Moment): Reason | undefined {
  for (const cap of caps) {
    const usage = moment.usageOf(cap);
    if (admits(cap.bound, usage, moment.at)) continue;
    const paused = usage.pausedUntil !== undefined && moment.at < usage.pausedUntil ? usage.pausedUntil : undefined;
    return reject(moment, 'CAP_REACHED', cap.bound.rule.name, paused);
  }
  return undefined;
}
