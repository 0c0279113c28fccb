// Caps: those of the offer, then those of the placement, must admit one more contact.
import { admits } from '../caps.ts';
import type { CompiledOffer } from '../compiled-offer.ts';
import type { CompiledCandidate, CompiledCap } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkCaps({ caps }: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstFull(caps, moment);
}

export function narrowByCaps(pool: Pool, moment: Moment): void {
  const { shared, own, ownOf, ownOfAnybody } = pool.index.capsIn(moment.placement);
  for (const { cap, offers } of shared) {
    if (!admits(cap.bound, moment.usageOf(cap), moment.at)) pool.drop(offers, 'CAP_REACHED');
  }
  const touched = moment.touchedOffers();
  if (!touched) {
    pool.check(checkCaps, own);
    return;
  }
  for (const offerId of touched) {
    const offer = pool.find(offerId);
    // The caps that it shares have been asked.
    if (offer !== undefined) pool.reject(offer, firstFull(ownOf(offer), moment));
  }
  const largest = moment.largestTotal();
  for (const { offer, limit } of ownOfAnybody) {
    if (limit > largest) break;
    if (!pool.has(offer)) continue;
    const { ownOfAnybody: caps } = moment.placement.candidateOf(pool.index.offers[offer] as CompiledOffer);
    pool.reject(offer, firstFull(caps, moment));
  }
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
