// The caps of customers are counted again while Kairos runs, and what the gate has lost is found: with the gate in process, and in Redis.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { BoundCap } from '../../src/decisioning/caps.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { scrape } from '../observability/scrape.ts';
import { hasRedis, startRedis, type TestRedis } from '../redis/redis-server.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';

const weekly = { name: 'weekly', counts: 'IMPRESSION', limit: 9, window: { kind: 'ROLLING', seconds: 604_800 } };

const adapters = [
  { where: 'in process', withRedis: false },
  { where: 'in Redis', withRedis: true },
] as const;

describe.each(adapters)('the gate $where', ({ withRedis }) => {
  describe.skipIf(withRedis && !hasRedis)('counted again', () => {
    const failures: unknown[] = [];
    let redis: TestRedis | undefined;
    let kairos: RunningKairos;

    beforeAll(async () => {
      redis = withRedis ? await startRedis() : undefined;
      const own = redis && {
        redis: { settings: readRedisUrl(redis.url), prefix: 'kairos', commandTimeout: 5000 },
      };
      kairos = await startKairos(failures, { capRecountMs: 20, ...own });
      await publishOffer(kairos, 'fuel', { caps: [{ ...weekly, scope: { kind: 'OFFER' } }] });
      await definePlacement(kairos, 'home');
      for (const customerId of ['anna', 'ben', 'carl']) await registerCustomer(kairos, customerId);
    });
    afterAll(async () => {
      await kairos.stop();
      await redis?.stop();
    });

    async function decide(customerId: string): Promise<void> {
      const { nextBestOffer } = await kairos.data(askDecision, { placement: 'home', context: { customerId } });
      expect(nextBestOffer.offers).toHaveLength(1);
    }

    const recounts = async (outcome: string) =>
      (await scrape(kairos.url)).value(`kairos_cap_recounts_total{outcome="${outcome}"}`) ?? 0;

    /** Customers are counted when they have been contacted: until one of them was found so. */
    async function found(outcome: string, customerId: string): Promise<void> {
      const before = await recounts(outcome);
      await vi.waitFor(
        async () => {
          await decide(customerId);
          expect(await recounts(outcome)).toBeGreaterThan(before);
        },
        { timeout: 10_000, interval: 100 },
      );
    }

    it('counts what the log says', async () => {
      await found('SAME', 'anna');
      expect(await recounts('TOO_FEW')).toBe(0);
      expect(failures).toEqual([]);
    });

    it('a place that is held and never recorded is one too many, and no danger', async () => {
      const catalogue = await kairos.app.kairos.catalogue.current();
      const rule = catalogue.offers.get('fuel')?.terms.caps[0];
      const cap = { key: 'CUSTOMER|IMPRESSION|604800s|offer:fuel', rule, series: ['offer:fuel'] } as BoundCap;
      const at = Date.parse(kairos.at);
      const reservation = await kairos.app.kairos.gate.reserve({
        ...{ customerId: 'ben', decisionId: 'ben_202611_d0', callId: 'c0', placementId: 'home', channel: 'WEB' },
        ...{ timeZone: 'UTC', at, heldUntil: at + 3_600_000 },
        offers: [{ offerId: 'fuel', tags: ['fuel'], caps: [cap] }],
      });
      expect(reservation).toEqual({ reserved: true });
      await found('TOO_MANY', 'ben');
      expect(await recounts('TOO_FEW')).toBe(0);
      expect(failures).toEqual([]);
    });

    it('a contact that the gate has lost is reported, by its cap and without the customer', async () => {
      await decide('carl');
      await lose('carl');
      await found('TOO_FEW', 'carl');
      const counts = expect.stringMatching(
        /^the gate counts less under caps of a customer than the log has: weekly: \d of \d in CUSTOMER\|IMPRESSION\|604800s\|offer:fuel$/,
      );
      expect(failures[0]).toMatchObject({ message: counts });
      const levels = kairos.app.kairos.serviceLevels?.levels() ?? [];
      const drift = levels.find(({ objective }) => objective.id === 'no-cap-drift');
      expect(drift?.bad).toBeGreaterThan(0);
      expect(drift?.events).toBeGreaterThan(drift?.bad ?? 0);
    });

    /** Of a customer with one decision, and what it holds. */
    async function lose(customerId: string): Promise<void> {
      if (redis) {
        const client = new Redis(redis.url);
        try {
          const keys = await client.keys(`*{${customerId}}*`);
          expect(await client.del(keys.filter((key) => key.includes('caps')))).toBeGreaterThan(0);
        } finally {
          client.disconnect();
        }
        return;
      }
      const events = await Array.fromAsync(kairos.app.kairos.store.readAll({ categories: ['cap'] }));
      const reserved = events.find(({ data }) => (data as { customerId: string }).customerId === customerId);
      if (!reserved) throw new Error('nothing was reserved');
      const { decisionId } = reserved.data as { decisionId: string };
      const released = { type: 'CapReleased', data: { customerId, decisionId, offerId: 'fuel' } };
      await kairos.app.kairos.gate.apply([{ ...reserved, ...released }]);
    }
  });
});
