// The caps of a customer in a placement as the schema tells them.
import { capUsageOf } from '../application/cap-usage.ts';
import { placementOf } from '../decisioning/compiled-catalogue.ts';
import type { Context } from './context.ts';
import { fail } from './errors.ts';
import type { CapScope, CapUsage } from './generated.ts';

/** @throws fail('NOT_FOUND') for a placement that does not exist. */
export async function capUsage(
  customerId: string,
  placementId: string,
  { kairos, at, loaders }: Context,
): Promise<CapUsage[]> {
  const catalogue = await kairos.catalogue.current();
  const placement = placementOf(catalogue, placementId);
  if (!placement) throw fail('NOT_FOUND', `There is no placement ${placementId}.`, { field: 'placement' });
  const timeZone = (await loaders.customers.load(customerId))[0]?.entry.timeZone ?? 'UTC';
  const question = { customerId, timeZone, placement, at: Date.parse(at) };
  return (await capUsageOf(catalogue, kairos.gate, question)).map(({ rule, offerId, used, pausedUntil }) => ({
    cap: rule.name,
    offerId: offerId ?? null,
    scope: rule.scope as CapScope,
    counts: rule.counts,
    subject: rule.subject,
    used,
    limit: rule.limit,
    pausedUntil: pausedUntil === undefined ? null : new Date(pausedUntil).toISOString(),
  }));
}
