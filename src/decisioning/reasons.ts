// Why a candidate is not the answer. The order is the order of the funnel; schema.graphql describes each for people.
import type { Moment } from './moment.ts';

export const reasons = [
  'FACTS_UNAVAILABLE',
  'PLACEMENT_RETIRED',
  'CHANNEL_WITHOUT_TREATMENT',
  'OFFER_PAUSED',
  'NOT_STARTED',
  'ENDED',
  'ROLLOUT_EXCLUDED',
  'CONSENT_MISSING',
  'CONSENT_EXPIRED',
  'CONSENT_WITHDRAWN',
  'AUDIENCE_MISMATCH',
  'NOT_ELIGIBLE',
  'QUIET_HOURS',
  'COOLING_WINDOW',
  'DECLINED_RECENTLY',
  'ACCEPTED_RECENTLY',
  'POSTPONED',
  'EXCLUDED_BY_OTHER_OFFER',
  'CAP_REACHED',
  'CAP_NOT_RECORDABLE',
  'SIGNAL_MISSING',
  'SIGNAL_STALE',
  'SIGNAL_TOO_WEAK',
  'TRIGGER_IN_BATCH',
  'PROPENSITY_TOO_LOW',
  'SHOWN_ELSEWHERE',
  'CATEGORY_LIMIT',
  'OUTRANKED',
  'RESERVATION_LOST',
] as const;
export type Reason = (typeof reasons)[number];

export const stages = [
  'FACTS',
  'PLACEMENT',
  'LIFECYCLE',
  'CONSENT',
  'ELIGIBILITY',
  'SUPPRESSION',
  'CAPS',
  'RECORDING',
  'SIGNAL',
  'PROPENSITY',
  'ARBITRATION',
  'RESERVATION',
] as const;
export type Stage = (typeof stages)[number];

/** One object for all decisions that reject an offer for a reason, where there are many. */
export interface Rejection {
  readonly offerId: string;
  readonly stage: Stage;
  readonly reason: Reason;
  /**
   * What exactly, in the moment of the decision that it is of: the name of the condition or cap, the purpose, the other offer, the
   * instant it opens again. The words are made when they are asked for.
   */
  detailIn(moment: Moment): string;
}
