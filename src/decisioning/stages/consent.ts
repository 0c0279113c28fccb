// Consent and purpose: every purpose of the offer is granted on the channel of the placement.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkConsent({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  return problemOf(offer.published.terms.purposes, moment);
}

export function narrowByConsent(pool: Pool, moment: Moment): void {
  for (const { purposes, offers } of pool.index.purposes) {
    const problem = problemOf(purposes, moment);
    if (problem) pool.drop(offers, problem);
  }
}

function problemOf(purposes: readonly string[], moment: Moment): Reason | undefined {
  for (const purpose of purposes) {
    const problem = moment.consentProblem(purpose);
    if (problem) return reject(moment, problem, purpose);
  }
  return undefined;
}
