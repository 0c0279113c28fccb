// Placement and channel: the place must be in use, and the offer must have something to show there.
import type { CompiledCandidate } from '../compiled-placement.ts';
import { type Moment, reject } from '../moment.ts';
import type { Pool } from '../pool.ts';
import type { Reason } from '../reasons.ts';

export function checkPlacement({ treatment }: CompiledCandidate, moment: Moment): Reason | undefined {
  const { published } = moment.placement;
  if (published.retired) return reject(moment, 'PLACEMENT_RETIRED', published.placementId);
  if (!treatment) return reject(moment, 'CHANNEL_WITHOUT_TREATMENT', published.terms.channel);
  return undefined;
}

export function narrowByPlacement(pool: Pool, { placement: { published } }: Moment): void {
  if (published.retired) pool.rejectAll('PLACEMENT_RETIRED');
  pool.keep(pool.index.byChannel.get(published.terms.channel), 'CHANNEL_WITHOUT_TREATMENT');
}
