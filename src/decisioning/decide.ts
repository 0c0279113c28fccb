// The decision: every candidate through the funnel, the survivors scored and ranked. A pure function of its arguments.
import type { BoundCap } from './caps.ts';
import type { PublishedOffer, PublishedPlacement, Treatment } from './catalogue.ts';
import { type Cause, type Counts, causeOf, stageOf } from './cause.ts';
import type { Catalogue, CompiledCandidate } from './compiled-catalogue.ts';
import type { ContactFacts, DecisionRequest } from './decision-request.ts';
import type { CustomerFacts } from './facts.ts';
import { reasonAgainst, reasonAgainstFallback } from './funnel.ts';
import { createMoment, detailOf, type Moment } from './moment.ts';
import type { Reason, Rejection } from './reasons.ts';
import { arithmeticScore, comparable, factorOf, type ScoreComponents } from './scores.ts';

/** An offer that may be shown, with everything that explains its rank. */
export interface Candidate {
  readonly offer: PublishedOffer;
  readonly treatment: Treatment;
  readonly score: number;
  readonly components: ScoreComponents;
  /** Names of the eligibility conditions that are met: all of them. */
  readonly met: readonly string[];
  /** Names of the context weights whose condition is met. */
  readonly weights: readonly string[];
  /** What must be reserved to show it. */
  readonly caps: readonly BoundCap[];
  /** How many contacts each of the caps still admits; absent where one slot is all there is and one place is enough. */
  readonly room?: readonly number[] | undefined;
}

export interface Verdict {
  readonly placement: PublishedPlacement;
  /** Every published offer is a candidate: how many there were. */
  readonly candidates: number;
  /** The survivors, best first. */
  readonly ranked: readonly Candidate[];
  readonly counts: Counts;
  /** Everybody else, by offer id; empty unless an explanation was asked for. */
  readonly rejections: readonly Rejection[];
  /** Shown when no survivor can be, and why the funnel had removed it. */
  readonly fallback?: Candidate & { readonly removedBy: Reason };
  /** Why nothing survived; absent when something did. */
  readonly cause?: Cause;
}

/**
 * Decides who may be shown in a placement, and in which order.
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
  const explain = options?.explain === true;
  const counts: Partial<Record<Reason, number>> = {};
  const rejections: Rejection[] = [];
  const ranked: Candidate[] = [];
  let fallbackRemovedBy: Reason | undefined;
  for (const candidate of placement.candidates) {
    const reason = reasonAgainst(candidate, moment);
    if (reason === undefined) {
      ranked.push(scored(candidate, moment));
      continue;
    }
    counts[reason] = (counts[reason] ?? 0) + 1;
    if (candidate === placement.fallback) fallbackRemovedBy = reason;
    if (explain) {
      const { offerId } = candidate.offer.published;
      rejections.push({ offerId, stage: stageOf[reason], reason, detail: detailOf(moment) });
    }
  }
  ranked.sort(byRank);
  const fallback = fallbackOf(placement.fallback, fallbackRemovedBy, moment);
  return {
    placement: placement.published,
    candidates: placement.candidates.length,
    ranked,
    counts,
    rejections,
    ...(fallback ? { fallback } : {}),
    ...(ranked.length === 0 ? { cause: causeOf(counts) } : {}),
  };
}

function fallbackOf(
  candidate: CompiledCandidate | undefined,
  removedBy: Reason | undefined,
  moment: Moment,
): Verdict['fallback'] {
  if (!candidate || !removedBy || reasonAgainstFallback(candidate, moment) !== undefined) return undefined;
  return { ...scored(candidate, moment), removedBy };
}

function scored(candidate: CompiledCandidate, moment: Moment): Candidate {
  const { offer, treatment } = candidate;
  // The first stage rejects an offer without one.
  if (!treatment) throw new Error(`${offer.published.offerId} has no treatment for the placement`);
  const { propensity, priority } = offer.published.terms;
  const { slots } = moment.placement.published.terms;
  const caps = moment.placement.capsOf(candidate);
  const weights: string[] = [];
  let percentPoints = 0;
  for (const { name, condition, percent } of offer.contextWeights) {
    if (moment.outcomeOf(condition) !== true) continue;
    weights.push(name);
    percentPoints += percent;
  }
  const components: ScoreComponents = {
    propensity,
    contextWeight: factorOf(percentPoints),
    value: offer.value,
    lever: offer.lever,
  };
  return {
    offer: offer.published,
    treatment,
    score: scoreOf(components, priority, moment),
    components,
    met: offer.eligibilityNames,
    weights,
    caps: caps.map(({ bound }) => bound),
    room: slots > 1 ? caps.map((cap) => cap.bound.rule.limit - moment.usageOf(cap).used) : undefined,
  };
}

function scoreOf(components: ScoreComponents, priority: number, { placement, scope }: Moment): number {
  const { method } = placement.published.terms.ranking;
  switch (method) {
    case 'ARITHMETIC':
      return comparable(arithmeticScore(components));
    case 'PRIORITY':
      return priority;
    case 'FORMULA':
      return comparable(placement.formula?.(scope, { ...components, priority }) ?? 0);
  }
}

/** Score, then priority (higher first), then offer id. */
function byRank(a: Candidate, b: Candidate): number {
  return (
    b.score - a.score || b.offer.terms.priority - a.offer.terms.priority || (a.offer.offerId < b.offer.offerId ? -1 : 1)
  );
}
