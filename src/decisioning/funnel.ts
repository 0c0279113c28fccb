// The funnel: the one list that gives the order in which stages look at a candidate.
import type { CompiledCandidate } from './compiled-catalogue.ts';
import type { Moment } from './moment.ts';
import type { Reason, Stage } from './reasons.ts';
import { checkCaps } from './stages/caps.ts';
import { checkConsent } from './stages/consent.ts';
import { checkEligibility } from './stages/eligibility.ts';
import { checkLifecycle } from './stages/lifecycle.ts';
import { checkPlacement } from './stages/placement.ts';
import { checkPropensity } from './stages/propensity.ts';
import { checkSignal } from './stages/signal.ts';
import { checkSuppression } from './stages/suppression.ts';

interface FunnelStage {
  readonly stage: Stage;
  /** The reason against a candidate; undefined: it passes. */
  readonly check: (candidate: CompiledCandidate, moment: Moment) => Reason | undefined;
  /** Whether a fallback has to pass it too. */
  readonly bindsFallback: boolean;
  /** Whether an answer that was given before has to pass it again before it is repeated. */
  readonly bindsRepeat: boolean;
}

/** Arbitration and reservation, the last two stages, look at all survivors together: `selection.ts`. */
export const funnel: readonly FunnelStage[] = [
  { stage: 'PLACEMENT', check: checkPlacement, bindsFallback: true, bindsRepeat: true },
  { stage: 'LIFECYCLE', check: checkLifecycle, bindsFallback: true, bindsRepeat: true },
  { stage: 'CONSENT', check: checkConsent, bindsFallback: true, bindsRepeat: true },
  { stage: 'ELIGIBILITY', check: checkEligibility, bindsFallback: true, bindsRepeat: false },
  { stage: 'SUPPRESSION', check: checkSuppression, bindsFallback: true, bindsRepeat: false },
  { stage: 'CAPS', check: checkCaps, bindsFallback: true, bindsRepeat: false },
  { stage: 'SIGNAL', check: checkSignal, bindsFallback: false, bindsRepeat: false },
  { stage: 'PROPENSITY', check: checkPropensity, bindsFallback: false, bindsRepeat: false },
];

const stagesOfFallback = funnel.filter(({ bindsFallback }) => bindsFallback);
const stagesOfRepeat = funnel.filter(({ bindsRepeat }) => bindsRepeat);

/** The reason of the first stage that rejects a candidate; undefined: it survives. */
export function reasonAgainst(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstReason(funnel, candidate, moment);
}

/** The reason against showing an offer although nobody is eligible for anything. */
export function reasonAgainstFallback(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstReason(stagesOfFallback, candidate, moment);
}

/** The reason against giving an offer once more as the answer that it already was. */
export function reasonAgainstRepeat(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstReason(stagesOfRepeat, candidate, moment);
}

function firstReason(list: readonly FunnelStage[], candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  for (const { check } of list) {
    const reason = check(candidate, moment);
    if (reason) return reason;
  }
  return undefined;
}
