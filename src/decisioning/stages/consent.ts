// Consent and purpose: every purpose of the offer is granted on the channel of the placement.
import type { CompiledCandidate } from '../compiled-catalogue.ts';
import { type Moment, reject } from '../moment.ts';
import type { Reason } from '../reasons.ts';

export function checkConsent({ offer }: CompiledCandidate, moment: Moment): Reason | undefined {
  for (const purpose of offer.purposes) {
    const problem = moment.consentProblem(purpose);
    if (problem) return reject(moment, problem, moment.purposeName(purpose));
  }
  return undefined;
}
