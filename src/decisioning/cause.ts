// Why nothing was chosen, in one reason.
import { type Reason, reasons, type Stage, stages } from './reasons.ts';

/** The stage that gives each reason. */
export const stageOf: Readonly<Record<Reason, Stage>> = {
  FACTS_UNAVAILABLE: 'FACTS',
  PLACEMENT_RETIRED: 'PLACEMENT',
  CHANNEL_WITHOUT_TREATMENT: 'PLACEMENT',
  OFFER_PAUSED: 'LIFECYCLE',
  NOT_STARTED: 'LIFECYCLE',
  ENDED: 'LIFECYCLE',
  ROLLOUT_EXCLUDED: 'LIFECYCLE',
  CONSENT_MISSING: 'CONSENT',
  CONSENT_EXPIRED: 'CONSENT',
  CONSENT_WITHDRAWN: 'CONSENT',
  AUDIENCE_MISMATCH: 'ELIGIBILITY',
  NOT_ELIGIBLE: 'ELIGIBILITY',
  QUIET_HOURS: 'SUPPRESSION',
  COOLING_WINDOW: 'SUPPRESSION',
  DECLINED_RECENTLY: 'SUPPRESSION',
  ACCEPTED_RECENTLY: 'SUPPRESSION',
  POSTPONED: 'SUPPRESSION',
  EXCLUDED_BY_OTHER_OFFER: 'SUPPRESSION',
  CAP_REACHED: 'CAPS',
  CAP_NOT_RECORDABLE: 'RECORDING',
  SIGNAL_MISSING: 'SIGNAL',
  SIGNAL_STALE: 'SIGNAL',
  SIGNAL_TOO_WEAK: 'SIGNAL',
  TRIGGER_IN_BATCH: 'SIGNAL',
  PROPENSITY_TOO_LOW: 'PROPENSITY',
  SHOWN_ELSEWHERE: 'ARBITRATION',
  CATEGORY_LIMIT: 'ARBITRATION',
  OUTRANKED: 'ARBITRATION',
  RESERVATION_LOST: 'RESERVATION',
};

/** Candidates that each reason removed; only reasons that removed any. */
export type Counts = Readonly<Partial<Record<Reason, number>>>;

export type Cause = Reason | 'NO_CANDIDATES';

/** The most frequent reason of the furthest stage that any candidate reached; of equally frequent ones the first of `reasons`. */
export function causeOf(counts: Counts): Cause {
  let cause: Cause = 'NO_CANDIDATES';
  let furthest = -1;
  let most = 0;
  for (const reason of reasons) {
    const count = counts[reason] ?? 0;
    const stage = stages.indexOf(stageOf[reason]);
    // `reasons` is in the order of the stages: a stage never comes back.
    if (count === 0 || (stage === furthest && count <= most)) continue;
    cause = reason;
    furthest = stage;
    most = count;
  }
  return cause;
}
