// The catalogue of a process that does not follow the log.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCatalogueView, type PublishedCatalogue } from '../../projections/catalogue-view.ts';
import { type CatalogueWatch, watchCatalogue } from '../../projections/catalogue-watch.ts';
import { offers } from '../../projections/offers.ts';
import { placements } from '../../projections/placements.ts';
import type { Projection } from '../../projections/projection.ts';
import type { RedisReadModels } from '../../projections/redis-read-models.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { recorded } from './recorded-events.ts';
import { type ModelRedis, modelsIn, openModelRedis } from './redis-models.ts';
import { someOffer } from './terms.ts';

const projections = [offers, placements] as unknown as readonly Projection<unknown>[];

describe.skipIf(!hasRedis)('a catalogue that is read from Redis', () => {
  let server: TestRedis;
  let redis: ModelRedis;
  let projector: RedisReadModels;
  let readModels: RedisReadModels;
  let view: ReturnType<typeof createCatalogueView<string>>;
  let watch: CatalogueWatch;
  let errors: unknown[];
  let compilations: number;
  let position: number;

  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  beforeEach(async () => {
    redis = await openModelRedis(server.url);
    projector = modelsIn(redis);
    readModels = modelsIn(redis);
    [errors, compilations, position] = [[], 0, 0];
    const shown = ({ offers: all }: PublishedCatalogue) =>
      all.map(({ offerId, state }) => `${offerId} ${state}`).join(', ');
    view = createCatalogueView({
      readModels,
      compile(catalogue) {
        compilations += 1;
        return shown(catalogue);
      },
      change: (before, news) => `${before} > ${shown(news)}`,
    });
  });
  afterEach(async () => {
    await watch.stop();
    await redis.close();
  });

  function watched(intervalMs?: number): void {
    const onError = (error: unknown) => errors.push(error);
    watch = watchCatalogue({ readModels, view, onError, ...(intervalMs !== undefined && { intervalMs }) });
  }

  async function offer(...types: string[]): Promise<void> {
    const data = { offerId: 'o1', revision: 1, author: 'ann', by: 'ann', reason: 'so', terms: someOffer('n') };
    const events = recorded(
      types.map((type) => ({ stream: 'offer-o1', type, data })),
      position + 1,
    );
    position += types.length;
    await projector.apply(projections, events);
  }

  test('is that of now within a second although nobody has told', async () => {
    watched();
    await offer('OfferDrafted', 'OfferPublished');
    await until(async () => (await view.current()) === 'o1 LIVE', 1000);
    await offer('OfferPaused');
    await until(async () => (await view.current()) === 'o1 LIVE > o1 PAUSED', 1000);
    await offer('OfferResumed');
    await until(async () => (await view.current()) === 'o1 LIVE > o1 PAUSED > o1 LIVE', 1000);
    expect([compilations, errors]).toEqual([1, []]);
  });

  test('is that of now as soon as a check has ended that was asked for after the change', async () => {
    watched(60_000);
    await offer('OfferDrafted', 'OfferPublished');
    const first = watch.check();
    await offer('OfferPaused');
    const second = Promise.all([watch.check(), watch.check()]);
    await first;
    await second;
    expect(await view.current()).toMatch(/PAUSED$/);
  });

  test('is the same object as long as nothing has changed', async () => {
    watched(60_000);
    await offer('OfferDrafted', 'OfferPublished');
    await watch.check();
    await view.current();
    await watch.check();
    expect(view.current()).toBe('o1 LIVE');
  });

  test('stays as it is while Redis cannot be asked, which is reported once for each time', async () => {
    watched(60_000);
    await offer('OfferDrafted', 'OfferPublished');
    await watch.check();
    expect(await view.current()).toBe('o1 LIVE');
    for (const outage of [1, 2]) {
      for (const master of redis.connection.masters()) await redis.scripts.close(master);
      for (let look = 0; look < 3; look++) await watch.check();
      expect(errors).toHaveLength(outage);
      expect(await view.current()).toContain('o1 LIVE');
      for (const master of redis.connection.masters()) await redis.scripts.open(master);
      await offer(outage === 1 ? 'OfferPaused' : 'OfferResumed');
      await watch.check();
      expect(await view.current()).toMatch(outage === 1 ? /PAUSED$/ : /LIVE$/);
    }
  });

  test('is not looked after any more once the watch has stopped', async () => {
    watched(1);
    await offer('OfferDrafted', 'OfferPublished');
    await watch.stop();
    const now = await view.current();
    await offer('OfferPaused');
    await watch.check();
    expect(await view.current()).toBe(now);
  });
});
