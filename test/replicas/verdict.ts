// What must be so at the end of a campaign, whatever was broken in between: by the log, and by Redis compared with it.
import { expect } from 'vitest';
import { auditCaps, type CapAudit } from '../../projections/cap-audit.ts';
import { recountedCategories } from '../../projections/cap-recount.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { storedCustomers } from '../../projections/redis-stored-customers.ts';
import type { CapEvent } from '../../src/aggregates/cap/events.ts';
import { readModelProjections } from '../../src/application/kairos.ts';
import { bindOfferCap } from '../../src/decisioning/caps.ts';
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createRedisReadSide } from '../../src/redis-read-side.ts';
import { until } from '../redis/redis-server.ts';
import { type Answered, capOf, cappedOffers } from './campaign.ts';

/** After it no reservation of a campaign is held any more, and no window has passed. */
const lapsedMs = 3 * 60_000;

/** Every decision that was answered is in the log once, as it was answered. */
export async function expectRecorded(store: EventStore, answered: readonly Answered[]): Promise<void> {
  const recorded = new Map<string, unknown[]>();
  for await (const { data } of eventsOf(store, ['decision'], 'OfferDecided')) {
    const { decisionId, offers } = data as { decisionId: string; offers: { offerId: string }[] };
    recorded.set(decisionId, [...(recorded.get(decisionId) ?? []), offers[0]?.offerId]);
  }
  const wrong = answered.filter(({ decisionId, offerId }) => {
    const found = recorded.get(decisionId);
    return found?.length !== 1 || found[0] !== offerId;
  });
  expect(wrong).toEqual([]);
  expect(new Set(answered.map(({ decisionId }) => decisionId)).size).toBe(answered.length);
}

/** How often each offer of a campaign was decided about, by the log. */
export async function decisionsOf(store: EventStore, campaign: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for await (const { data } of eventsOf(store, ['cap'], 'CapReserved')) {
    const { customerId, offers } = data as Extract<CapEvent, { type: 'CapReserved' }>['data'];
    if (!customerId.startsWith(`${campaign}-`)) continue;
    for (const { offerId } of offers) {
      const name = offerId.replace(`${campaign}-`, '');
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return counts;
}

/** No cap was exceeded by a recount of the whole log, and Redis has of every customer and of everybody what the log has. */
export async function expectSound(store: EventStore, url: string, campaigns: readonly string[]): Promise<CapAudit> {
  const readSide = createRedisReadSide({
    settings: readRedisUrl(url),
    prefix: 'kairos',
    store,
    projections: readModelProjections,
    commandTimeout: 5000,
    onError: (error) => expect.unreachable(String(error)),
  });
  try {
    await readSide.connection.connected();
    const { control, connection, keys, progress } = readSide;
    await until(async () => progress.waitFor(await store.head(), 1000));
    const caps = readSide.models.find(({ name }) => name === 'caps');
    if (!caps) throw new Error('there are no caps');
    await until(() => control.refresh().then(() => true));
    const at = Date.now() + lapsedMs;
    const stored = storedCustomers({ connection, keys, build: control.buildOf(caps) });
    const audit = await auditCaps({ events: store.readAll({ categories: recountedCategories }), stored, at });
    expect(audit.recount.violations).toEqual([]);
    expect(audit).toMatchObject({ customersElsewhere: 0, seriesThatDiffer: 0 });

    const gate = createInProcessCapGate();
    for await (const event of eventsOf(store, ['cap'])) await gate.apply([event]);
    const totals = campaigns.flatMap((campaign) =>
      cappedOffers.flatMap(({ name, caps }) =>
        caps
          .filter(({ subject }) => subject === 'TOTAL')
          .map((cap) => bindOfferCap(capOf(campaign, cap), `${campaign}-${name}`, 'home')),
      ),
    );
    // Places of replicas that are no more come back when the book knows that nothing of theirs is under way.
    await until(async () => {
      const [found, wanted] = await Promise.all(
        [readSide.gate, gate].map(async (each) => {
          const { usageOf } = (await each.look('nobody', at, () => totals))('UTC');
          return JSON.stringify(totals.map((cap) => [cap.series, usageOf(cap).used]));
        }),
      );
      return found === wanted;
    }, 20_000);
    return audit;
  } finally {
    await readSide.close();
  }
}

async function* eventsOf(store: EventStore, categories: string[], type?: string): AsyncGenerator<RecordedEvent> {
  for await (const event of store.readAll({ categories })) if (type === undefined || event.type === type) yield event;
}
