// A process that stands still between a reservation and its record, while Redis loses what was reserved: no cap is exceeded.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recountCaps, recountedCategories } from '../projections/cap-recount.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from './catalogue-of-tests.ts';
import { hasRedis, startRedis, type TestRedis, until } from './redis/redis-server.ts';
import { type Fleet, startFleet } from './replicas/fleet.ts';

const once = {
  name: 'once',
  counts: 'DECISION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 1,
  window: { kind: 'LIFETIME' },
};

/** Behind a process that stands still in the middle of a transaction there is no answer in time. */
function nobody(error: Error): undefined {
  if (error.name !== 'TimeoutError') throw error;
}

describe.skipIf(!hasRedis)('a process that stands still', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let fleet: Fleet;

  beforeAll(async () => {
    redis = await startRedis();
    fleet = await startFleet({
      urlOf: () => redis.url,
      names: ['projector-0', 'api-0', 'api-1'],
      environmentOf: () => ({ KAIROS_SHEDDING: 'off' }),
    });
    const terms = { startAt: '2026-01-01T00:00:00.000Z', endAt: null, tags: [] };
    await publishOffer(fleet, 'rest', { ...terms, propensity: 0.01 });
    await publishOffer(fleet, 'rare', { ...terms, propensity: 0.9, caps: [once] });
    // Longer than it stands still: what is left of the time says nothing.
    await definePlacement(fleet, 'home', { fallbackOfferId: 'rest', timeBudgetMs: 10_000 });
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await redis?.stop();
  });

  /** The offer that was shown; undefined: none was, or nobody answered. */
  async function shown(name: string, customerId: string): Promise<string | undefined> {
    const answer = await fleet.ask(name, askDecision, { placement: 'home', context: { customerId } }).catch(nobody);
    const decision = answer?.data?.nextBestOffer as { offers: { offer: { id: string } }[] } | undefined;
    return decision?.offers[0]?.offer.id;
  }

  // Wherever in some hundreds of decisions it is: some of them have reserved and not recorded.
  it.each([0, 4, 8, 12])('%i ms after its first answer of many', async (afterMs) => {
    const customers = Array.from({ length: 500 }, (_, index) => `c${afterMs}-${index}`);
    const other = `other-${afterMs}`;
    await Promise.all([other, ...customers].map((customerId) => registerCustomer(fleet, customerId)));
    const { child } = fleet.processes.get('api-0') ?? {};
    const asked = customers.map((customerId) => shown('api-0', customerId));
    await Promise.race(asked);
    await delay(afterMs);
    child?.kill('SIGSTOP');
    try {
      await redis.kill();
      await redis.startAgain();
      // It may stand still in the middle of a transaction: then nobody else can write, or reserve, until it goes on.
      await until(async () => (await shown('api-1', other)) === 'rare', 5000).catch(() => {});
      await Promise.all(customers.map((customerId) => shown('api-1', customerId)));
    } finally {
      child?.kill('SIGCONT');
    }
    await Promise.all(asked);
    await until(async () => (await shown('api-1', other)) === 'rest');
    const recount = await recountCaps(fleet.store.readAll({ categories: recountedCategories }), { overlapMs: 0 });
    expect(recount.violations).toEqual([]);
  });
});
