// The decision: the candidates through the funnel, the survivors scored. A pure function of its arguments.
import { askedFacts } from './asked-facts.ts';
import { canBeShownBlindly } from './blind-fallback.ts';
import type { PublishedPlacement } from './catalogue.ts';
import type { Counts } from './cause.ts';
import type { Catalogue, Segment } from './compiled-catalogue.ts';
import type { ContactFacts, DecisionRequest } from './decision-request.ts';
import { explaining } from './explained-rejections.ts';
import type { CustomerFacts } from './facts.ts';
import { narrow, reasonAgainstFallback, reasonAgainstOthers } from './funnel.ts';
import { createMoment, type Moment } from './moment.ts';
import { type Pool, type Rejecting, survivorsAmong } from './pool.ts';
import { type Reason, type Rejection, reasons } from './reasons.ts';
import { type Candidate, candidateOf, createSurvivors, type Found, type Survivors } from './survivors.ts';

/** The offer of the placement that is shown when no survivor can be. */
export interface Fallback {
  /** Why the funnel had removed it. */
  readonly removedBy: Reason;
  readonly offerId: string;
  /** Made when it is shown: mostly it is not. */
  candidate(): Candidate;
}

export interface Verdict {
  readonly placement: PublishedPlacement;
  /** Every published offer is a candidate: how many there were. */
  readonly candidates: number;
  readonly survivors: Survivors;
  readonly counts: Counts;
  /** Everybody else, in several lists; none unless an explanation was asked for. */
  readonly rejections: readonly (readonly Rejection[])[];
  /** In which the details of rejections are to be read. */
  readonly moment: Moment;
  /** Undefined: there is none that may be shown, or it is among the survivors. */
  readonly fallback: Fallback | undefined;
  /** The facts as far as they were asked for: the same decision can be made from them. */
  askedFacts(): CustomerFacts;
}

/**
 * Decides who may be shown in a placement, and what each is worth there.
 * @throws Error for a placement that does not exist: that is the caller's to refuse (`placementOf`).
 */
export function decide(
  catalogue: Catalogue,
  request: DecisionRequest,
  facts: CustomerFacts,
  contacts: ContactFacts,
  options?: { readonly explain?: boolean },
): Verdict {
  const placement = catalogue.compiled(request.placementId);
  if (!placement) throw new Error(`there is no placement ${request.placementId}`);
  const moment = createMoment(catalogue, placement, request, facts, contacts);
  const model = catalogue.modelOf(placement.published);
  const explained = options?.explain ? explaining() : undefined;
  const tally: Tally = [];
  const rejecting: Rejecting = {
    count: (reason, offers) => countIn(tally, reason, offers),
    tell: explained,
  };
  const narrowing = request.isBlind
    ? (pool: Pool) => pool.rejectAll('FACTS_UNAVAILABLE')
    : (pool: Pool) => narrow(pool, moment);
  const survivors = survivorsOf(catalogue, narrowing, moment, rejecting);
  const counts = countsOf(tally);
  const fallback = fallbackOf(catalogue, moment, request.isBlind);
  return {
    placement: placement.published,
    candidates: catalogue.size,
    survivors,
    counts,
    rejections: explained?.told ?? [],
    moment,
    fallback,
    // What formulas and models read is not followed.
    askedFacts: () => (placement.formula || model?.readsFar ? facts : askedFacts(facts, moment.asked)),
  };
}

/** Those of all offers whom `narrowing` leaves. */
export function survivorsOf(
  { segments }: Catalogue,
  narrowing: (pool: Pool) => void,
  moment: Moment,
  rejecting: Rejecting,
): Survivors {
  const find = ({ index, current }: Segment): Found => ({
    index,
    numbers: survivorsAmong(index, current, narrowing, moment, rejecting),
  });
  const [large, small] = segments;
  return createSurvivors(small ? [find(large), find(small)] : [find(large)], moment);
}

/** A few: gone through in less time than looked up. */
type Tally = { readonly reason: Reason; offers: number }[];

function countIn(tally: Tally, reason: Reason, offers: number): void {
  for (const counted of tally) {
    if (counted.reason !== reason) continue;
    counted.offers += offers;
    return;
  }
  tally.push({ reason, offers });
}

/** Sorted, so that equal decisions have equal records. */
function countsOf(tally: Tally): Counts {
  const counts: Partial<Record<Reason, number>> = {};
  for (const reason of reasons) {
    for (const counted of tally) if (counted.reason === reason) counts[reason] = counted.offers;
  }
  return counts;
}

function fallbackOf(catalogue: Catalogue, moment: Moment, isBlind: boolean): Verdict['fallback'] {
  const { fallbackOfferId } = moment.placement.published.terms;
  const offer = fallbackOfferId === undefined ? undefined : catalogue.offer(fallbackOfferId);
  const candidate = offer && moment.placement.candidateOf(offer);
  if (!candidate || (isBlind && !canBeShownBlindly(candidate))) return undefined;
  if (reasonAgainstFallback(candidate, moment) !== undefined) return undefined;
  const removedBy = isBlind ? 'FACTS_UNAVAILABLE' : reasonAgainstOthers(candidate, moment);
  return removedBy && { removedBy, offerId: offer.offerId, candidate: () => candidateOf(offer, moment) };
}
