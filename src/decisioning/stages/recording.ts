// Recording: what is answered before it is recorded must not be under a cap that is counted before the answer.
import type { BoundCap } from '../caps.ts';
import type { CompiledCandidate } from '../compiled-placement.ts';
import type { UnrecordableCaps } from '../decision-request.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkRecording({ caps }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { unrecordable } = moment;
  if (unrecordable === undefined) return undefined;
  const cap = firstUnrecordable(
    caps.map(({ bound }) => bound),
    unrecordable,
  );
  return cap && reject(moment, 'CAP_NOT_RECORDABLE', cap.rule.name);
}

export function narrowByRecording(pool: Pool, moment: Moment): void {
  if (moment.unrecordable !== undefined) pool.check(checkRecording);
}

/** The first of some caps that must be counted before the answer. */
export function firstUnrecordable(caps: readonly BoundCap[], unrecordable: UnrecordableCaps): BoundCap | undefined {
  return caps.find(({ rule }) => unrecordable === 'ALL' || rule.strict !== false);
}
