// Suppression: not at this hour, not so soon after a contact, not after what became of this offer or of another.
import type { OfferTerms } from '../catalogue.ts';
import type { CompiledOffer } from '../compiled-offer.ts';
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkSuppression({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  const silence = silenceOf(moment);
  if (silence) return silence;
  const { suppression } = offer.published.terms;
  return ofThisOffer(offer, moment) ?? ofOtherOffers(suppression, moment);
}

export function narrowBySuppression(pool: Pool, moment: Moment): void {
  const silence = silenceOf(moment);
  if (silence) pool.rejectAll(silence);
  pool.check(checkSuppression, pool.index.excludedByOthers);
  // Of the others only those with a history can be suppressed.
  for (const offerId of Object.keys(moment.facts.contacts)) {
    const offer = pool.find(offerId);
    if (offer === undefined) continue;
    pool.reject(offer, ofThisOffer(pool.index.offers[offer] as CompiledOffer, moment));
  }
}

/** Whatever the offer. */
function silenceOf(moment: Moment): Reason | undefined {
  if (moment.isQuiet()) return reject(moment, 'QUIET_HOURS', moment.facts.timeZone);
  const coolingUntil = moment.coolingUntil();
  return coolingUntil === undefined ? undefined : reject(moment, 'COOLING_WINDOW', '', coolingUntil);
}

function ofThisOffer({ published: { offerId, terms } }: CompiledOffer, moment: Moment): Reason | undefined {
  // Most offers of a history were met with silence: a decision neither asks for those, nor keeps them.
  const answers = moment.answersTo(offerId);
  if (!answers) return undefined;
  const { lastDeclinedAt, lastAcceptedAt, postponedUntil, declined } = answers;
  const { afterDecline, afterAcceptanceSeconds } = terms.suppression;
  if (afterDecline && lastDeclinedAt !== undefined) {
    const times = afterDecline.doubling ? 2 ** Math.max(0, declined - 1) : 1;
    const until = lastDeclinedAt + afterDecline.seconds * times * 1000;
    if (moment.at < until) return reject(moment, 'DECLINED_RECENTLY', '', until);
  }
  if (afterAcceptanceSeconds !== undefined && lastAcceptedAt !== undefined) {
    const until = lastAcceptedAt + afterAcceptanceSeconds * 1000;
    if (moment.at < until) return reject(moment, 'ACCEPTED_RECENTLY', '', until);
  }
  if (postponedUntil !== undefined && moment.at < postponedUntil) {
    return reject(moment, 'POSTPONED', '', postponedUntil);
  }
  return undefined;
}

function ofOtherOffers({ neverAfter }: OfferTerms['suppression'], moment: Moment): Reason | undefined {
  for (const { offerId, outcome, withinSeconds } of neverAfter) {
    const other = moment.contactsWith(offerId);
    const last = outcome === 'PRESENTED' ? other?.lastPresentedAt : other?.lastAcceptedAt;
    if (last === undefined) continue;
    const until = withinSeconds === undefined ? Number.POSITIVE_INFINITY : last + withinSeconds * 1000;
    if (moment.at < until) return reject(moment, 'EXCLUDED_BY_OTHER_OFFER', offerId, until);
  }
  return undefined;
}
