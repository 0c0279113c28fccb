// Replicas over one log and one Redis, with something killed, stopped or cut in the middle: caps hold, and nobody waits for ever.
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askDecision } from './catalogue-of-tests.ts';
import { type CuttableLine, createCuttableLine } from './redis/cuttable-line.ts';
import { hasRedis, startRedis, type TestRedis } from './redis/redis-server.ts';
import { environmentOf, prepareCampaign, preparePlacement } from './replicas/campaign.ts';
import { type Fleet, startFleet } from './replicas/fleet.ts';
import {
  blindOf,
  brokenAfterMs,
  expectAllAnswered,
  expectFilled,
  expectRecovered,
  expectSighted,
  isSoak,
  judgedCampaigns,
  loadMs,
} from './replicas/judged-campaigns.ts';

const projectors = ['projector-0', 'projector-1'];

describe.skipIf(!hasRedis)('replicas over one Redis', { timeout: isSoak ? 300_000 : 60_000 }, () => {
  let redis: TestRedis;
  let line: CuttableLine;
  let fleet: Fleet;
  const campaign = judgedCampaigns(
    () => fleet,
    () => redis.url,
  );

  beforeAll(async () => {
    redis = await startRedis();
    line = await createCuttableLine(redis.port);
    fleet = await startFleet({
      urlOf: (name) => (name === 'api-0' ? `redis://127.0.0.1:${line.port}` : redis.url),
      environmentOf,
    });
    await preparePlacement(fleet);
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await line?.stop();
    await redis?.stop();
  });

  /** The name of the one who projects. */
  async function projecting(): Promise<string> {
    const client = new Redis(redis.url);
    const [lease = ''] = await client.keys('*:lease:*');
    const processId = Number((await client.get(lease))?.split(':')[1]);
    client.disconnect();
    const found = [...fleet.processes].find(([, { child }]) => child.pid === processId);
    if (!found) throw new Error('nobody projects');
    return found[0];
  }

  it('a thousand decisions at once fill every cap and exceed none', async () => {
    const judged = await campaign('plain', { overMs: 0 });
    expectAllAnswered(judged);
    expectSighted(judged.answered);
    expectFilled(judged, 1);
    expect(judged.decided.everybody).toBe(100);
  });

  it('a request that both get at once is decided once', async () => {
    await prepareCampaign(fleet, 'twice');
    const both = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const context = { customerId: `twice-c${index % 20}`, requestId: `r${index}`, attributes: { page: 'twice' } };
        const ask = (api: string) => fleet.ask(api, askDecision, { placement: 'home', context });
        const answers = await Promise.all([ask('api-0'), ask('api-1')]);
        return answers.map((answer) => (answer?.data?.nextBestOffer as { id: string } | undefined)?.id);
      }),
    );
    expect(both.filter(([one, other]) => one === undefined || one !== other)).toEqual([]);
    expect(new Set(both.flat()).size).toBe(100);
  });

  it('the one who projects is killed: nobody notices', async () => {
    const judged = await campaign('projector-killed', {}, async () => {
      await delay(brokenAfterMs);
      const name = await projecting();
      await fleet.end(name, 'SIGKILL');
      await delay(loadMs);
      await fleet.start(name);
    });
    expectAllAnswered(judged);
    expectSighted(judged.answered);
    expectFilled(judged, 0.8);
  });

  it('Redis is killed and started again empty: the fallback meanwhile, and the caps as they were', async () => {
    const judged = await campaign('redis-killed', {}, async () => {
      await delay(brokenAfterMs);
      await redis.kill();
      await delay(300);
      await redis.startAgain();
    });
    expectAllAnswered(judged);
    expect(blindOf(judged).length).toBeGreaterThan(20);
    await expectRecovered(fleet, 'redis-killed');
  });

  it('Redis stands still for three seconds', async () => {
    const judged = await campaign('redis-paused', { overMs: loadMs + 2000 }, async () => {
      await delay(brokenAfterMs);
      redis.pause();
      await delay(3000);
      redis.resume();
    });
    expectAllAnswered(judged);
    expect(blindOf(judged).length).toBeGreaterThan(20);
    await expectRecovered(fleet, 'redis-paused');
  });

  it.each(['refuse', 'silence'] as const)(
    'one is cut off from Redis (%s): it alone is blind, says so, and recovers',
    async (cut) => {
      let [cutAt, healedAt] = [0, 0];
      const judged = await campaign(`cut-${cut}`, { overMs: loadMs + 1000 }, async () => {
        await delay(brokenAfterMs);
        line[cut]();
        cutAt = Date.now();
        await delay(2000);
        healedAt = Date.now();
        line.heal();
      });
      const { answered } = judged;
      expectAllAnswered(judged);
      expectSighted(answered.filter(({ api }) => api === 'api-1'));
      const whileCut = answered.filter(({ api, at }) => api === 'api-0' && at > cutAt + 1000 && at < healedAt);
      expect(whileCut.length).toBeGreaterThan(10);
      expect(blindOf({ answered: whileCut })).toEqual(whileCut);
      expectFilled(judged, 0.8);
      await expectRecovered(fleet, `cut-${cut}`);
    },
  );

  it('one is killed: the other goes on, and the places of the dead come back', async () => {
    const judged = await campaign('replica-killed', {}, async () => {
      await delay(brokenAfterMs);
      await fleet.end('api-1', 'SIGKILL');
      await delay(loadMs);
      await fleet.start('api-1');
    });
    expect(judged.errors).toEqual({});
    expectSighted(judged.answered);
    expectFilled(judged, 0.8);
    await expectRecovered(fleet, 'replica-killed');
  });

  it('nobody projects for ten seconds: decisions go on, and nobody waits for it', async () => {
    const judged = await campaign('nobody-projects', { overMs: 10_000 }, async () => {
      await delay(brokenAfterMs);
      await Promise.all(projectors.map((name) => fleet.end(name, 'SIGKILL')));
      await delay(10_000 - brokenAfterMs);
      await Promise.all(projectors.map(fleet.start));
    });
    expectAllAnswered(judged);
    expectSighted(judged.answered);
    expectFilled(judged, 0.8);
  });

  it.runIf(isSoak)('nobody projects for so long that the caps are not known any more', async () => {
    const judged = await campaign('nobody-for-long', { decisions: 2000, overMs: 60_000 }, async () => {
      await Promise.all(projectors.map((name) => fleet.end(name, 'SIGKILL')));
      await delay(60_000);
      await Promise.all(projectors.map(fleet.start));
    });
    expectAllAnswered(judged, 2000);
    const [first = 0] = judged.answered.map(({ at }) => at);
    expectSighted(judged.answered.filter(({ at }) => at < first + 25_000));
    const late = judged.answered.filter(({ at }) => at > first + 35_000 && at < first + 55_000);
    expect(blindOf({ answered: late })).toEqual(late);
    await expectRecovered(fleet, 'nobody-for-long');
  });
});
