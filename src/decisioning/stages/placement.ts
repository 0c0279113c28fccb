// Placement and channel: the place must be in use, and the offer must have something to show there.
import type { CompiledCandidate } from '../compiled-catalogue.ts';
import { type Moment, reject } from '../moment.ts';
import type { Reason } from '../reasons.ts';

export function checkPlacement(candidate: CompiledCandidate, moment: Moment): Reason | undefined {
  const { published } = moment.placement;
  if (published.retired) return reject(moment, 'PLACEMENT_RETIRED', published.placementId);
  if (!candidate.treatment) return reject(moment, 'CHANNEL_WITHOUT_TREATMENT', published.terms.channel);
  return undefined;
}
