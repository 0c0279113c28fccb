// A decision as it is recorded: what was chosen, and everything that it was computed from.
import type { Degradation } from '../aggregates/decision/events.ts';
import { instantOf } from '../aggregates/values.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { Verdict } from '../decisioning/decide.ts';
import type { DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import type { Selection } from '../decisioning/selection.ts';
import type { UsageRecord } from '../decisioning/usage-record.ts';
import { decidedOffer } from './decided-offer.ts';
import type { OfferDecided } from './decision-records.ts';
import type { Ask } from './next-best-offer.ts';
import type { UsedPropensities } from './propensities.ts';

/** The facts that a decision looked at, as it stores them: with them it can be computed again. */
export interface RecordedFacts {
  readonly customer: CustomerFacts;
  readonly usage: UsageRecord;
}

/** The record of a decision. */
export function decidedData(decision: {
  ask: Ask;
  decisionId: string;
  catalogue: Catalogue;
  verdict: Verdict;
  selection: Selection;
  request: DecisionRequest;
  facts: RecordedFacts;
  lost: ReadonlySet<string>;
  /** Epoch milliseconds. */
  expiresAt: number;
  degradations: readonly Degradation[];
  propensities: UsedPropensities | undefined;
}): OfferDecided {
  const { ask, catalogue, verdict, selection, request, facts } = decision;
  const isStale = ask.isStale || decision.degradations.some(({ instead }) => instead === 'STALE');
  return {
    customerId: ask.customerId,
    decisionId: decision.decisionId,
    placementId: request.placementId,
    channel: verdict.placement.terms.channel,
    ...(ask.requestId === undefined ? {} : { requestId: ask.requestId }),
    callId: request.callId,
    ...(ask.interactionId === undefined ? {} : { interactionId: ask.interactionId }),
    offers: selection.chosen.map(decidedOffer),
    resolution: isStale && selection.resolution === 'FRESH' ? 'STALE' : selection.resolution,
    ...(selection.cause === undefined ? {} : { cause: selection.cause }),
    expiresAt: instantOf(decision.expiresAt),
    rejections: selection.counts,
    ...(decision.degradations.length > 0 && { degradations: [...decision.degradations] }),
    basis: {
      catalogue: catalogue.position,
      vocabulary: catalogue.language.fingerprint,
      seed: request.seed,
      context: ask.attributes,
      facts: { ...facts },
      taken: [...request.taken],
      lost: [...decision.lost],
      ...(decision.propensities && { propensities: decision.propensities }),
      ...(request.isBlind && { isBlind: true as const }),
      ...(request.unrecordable && { unrecordable: request.unrecordable }),
    },
  };
}
