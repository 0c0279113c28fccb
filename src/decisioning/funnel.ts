// The funnel: the one list that gives the order in which stages look at candidates, one by one or all at once.
import type { CompiledCandidate } from './compiled-placement.ts';
import type { Moment } from './moment.ts';
import type { Check, Pool } from './pool.ts';
import type { Reason, Stage } from './reasons.ts';
import { checkCaps, narrowByCaps } from './stages/caps.ts';
import { checkConsent, narrowByConsent } from './stages/consent.ts';
import { checkEligibility, narrowByEligibility } from './stages/eligibility.ts';
import { checkLifecycle, narrowByLifecycle } from './stages/lifecycle.ts';
import { checkPlacement, narrowByPlacement } from './stages/placement.ts';
import { checkPropensity, narrowByPropensity } from './stages/propensity.ts';
import { checkRecording, narrowByRecording } from './stages/recording.ts';
import { checkSignal, narrowBySignal } from './stages/signal.ts';
import { checkSuppression, narrowBySuppression } from './stages/suppression.ts';

interface FunnelStage {
  readonly stage: Stage;
  readonly check: Check;
  /** The same for all candidates at once. */
  readonly narrow: (pool: Pool, moment: Moment) => void;
  /** Whether a fallback has to pass it too. */
  readonly bindsFallback: boolean;
  /** Whether an answer that was given before has to pass it again before it is repeated. */
  readonly bindsRepeat: boolean;
}

/** Arbitration and reservation, the last two stages, look at all survivors together: `selection.ts`. */
export const funnel: readonly FunnelStage[] = [
  { stage: 'PLACEMENT', check: checkPlacement, narrow: narrowByPlacement, bindsFallback: true, bindsRepeat: true },
  { stage: 'LIFECYCLE', check: checkLifecycle, narrow: narrowByLifecycle, bindsFallback: true, bindsRepeat: true },
  { stage: 'CONSENT', check: checkConsent, narrow: narrowByConsent, bindsFallback: true, bindsRepeat: true },
  {
    stage: 'ELIGIBILITY',
    check: checkEligibility,
    narrow: narrowByEligibility,
    bindsFallback: true,
    bindsRepeat: false,
  },
  {
    stage: 'SUPPRESSION',
    check: checkSuppression,
    narrow: narrowBySuppression,
    bindsFallback: true,
    bindsRepeat: false,
  },
  { stage: 'CAPS', check: checkCaps, narrow: narrowByCaps, bindsFallback: true, bindsRepeat: false },
  { stage: 'RECORDING', check: checkRecording, narrow: narrowByRecording, bindsFallback: true, bindsRepeat: false },
  { stage: 'SIGNAL', check: checkSignal, narrow: narrowBySignal, bindsFallback: false, bindsRepeat: false },
  { stage: 'PROPENSITY', check: checkPropensity, narrow: narrowByPropensity, bindsFallback: false, bindsRepeat: false },
];

const stagesOfOthers = funnel.filter(({ bindsFallback }) => !bindsFallback);
const stagesOfFallback = funnel.filter(({ bindsFallback }) => bindsFallback);
const stagesOfRepeat = funnel.filter(({ bindsRepeat }) => bindsRepeat);

const stagesBeforeScores = funnel.filter(({ stage }) => stage !== 'PROPENSITY');

/** Leaves those in the pool whom no stage rejects. */
export function narrow(pool: Pool, moment: Moment): void {
  narrowBy(funnel, pool, moment);
}

/** Leaves those whom no stage rejects that does not ask how likely they are to be accepted. */
export function narrowBeforeScores(pool: Pool, moment: Moment): void {
  narrowBy(stagesBeforeScores, pool, moment);
}

function narrowBy(list: readonly FunnelStage[], pool: Pool, moment: Moment): void {
  for (const stage of list) {
    if (pool.isEmpty()) return;
    stage.narrow(pool, moment);
  }
}

/** The reason of the first stage that rejects a candidate; undefined: it survives. */
export function reasonAgainst(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstReason(funnel, candidate, moment);
}

/** The reason against showing an offer although nobody is eligible for anything. */
export function reasonAgainstFallback(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstReason(stagesOfFallback, candidate, moment);
}

/** The reason against an offer that could be shown as a fallback, but for the stages that a fallback does not have to pass. */
export function reasonAgainstOthers(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  return firstReason(stagesOfOthers, candidate, moment);
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
