// The customer of probes, who is nobody: he can be decided for, and whatever is else is refused, as this is no id of a customer.
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { DecisionRecord, OfferDecided } from './decision-records.ts';

/** The rule of ids refuses it everywhere else: nobody can register, consent or send signals under this name, and no events are of it. */
export const probeCustomerId = '_probe';

export function isProbe({ customerId }: { readonly customerId: string }): boolean {
  return customerId === probeCustomerId;
}

/** What is answered to a probe: it took no place under any cap, and is in no log. */
export function probeAnswer(data: OfferDecided, { at }: CommandContext): DecisionRecord {
  return { data, at, position: '', outcomes: [] };
}

/** Where probes ask when nobody said where: the first by its id; undefined while there is none. */
export function firstPlacementOf({ placements }: Catalogue): string | undefined {
  const inUse = [...placements.values()].filter(({ retired }) => !retired);
  return inUse.map(({ placementId }) => placementId).sort()[0];
}
