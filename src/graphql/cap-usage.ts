// How full each cap is that applies to a customer in a placement.
import type { BoundCap } from '../decisioning/caps.ts';
import { capsBetween, placementOf } from '../decisioning/compiled-catalogue.ts';
import type { Context } from './context.ts';
import { fail } from './errors.ts';
import type { CapUsage } from './generated.ts';

/** Caps of live offers and of the placement itself; one that counts across offers is listed once. */
export async function capUsage(
  customerId: string,
  placementId: string,
  { kairos, at, customers }: Context,
): Promise<CapUsage[]> {
  const catalogue = await kairos.catalogue.current();
  const placement = placementOf(catalogue, placementId);
  if (!placement) throw fail('NOT_FOUND', `There is no placement ${placementId}.`, { field: 'placement' });
  const caps = new Map<string, { cap: BoundCap; offerId: string | null }>();
  for (const offer of catalogue.offers.values()) {
    for (const cap of capsBetween(offer, placement)) {
      // Series that name the offer are its own.
      const offerId = cap.series.every((name) => name.startsWith('offer:')) ? offer.offerId : null;
      caps.set(`${cap.rule.name}|${cap.key}`, { cap, offerId });
    }
  }
  const timeZone = (await customers.load(customerId))[0]?.entry.timeZone ?? 'UTC';
  const usage = await kairos.gate.usage(customerId, timeZone, Date.parse(at));
  return [...caps.values()].map(({ cap, offerId }) => {
    const { used, pausedUntil } = usage.usageOf(cap);
    const { name, counts, subject, limit } = cap.rule;
    const shut = pausedUntil === undefined ? null : new Date(pausedUntil).toISOString();
    return { cap: name, offerId, counts, subject, used, limit, pausedUntil: shut };
  });
}
