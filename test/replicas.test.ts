// Replicas over one log and one Redis, with something killed, stopped or cut in the middle: caps hold, and nobody waits for ever.
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CuttableLine, createCuttableLine } from './redis/cuttable-line.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from './redis/redis-server.ts';
import { type Load, type LoadOptions, prepareCampaign, preparePlacement, runLoad } from './replicas/campaign.ts';
import { type Fleet, startFleet } from './replicas/fleet.ts';
import { decisionsOf, expectRecorded, expectSound } from './replicas/verdict.ts';

/** When something breaks, after the beginning of a load; and when the load has no more to begin. */
const [brokenAfterMs, loadMs] = [700, 3000];

/** What a load did, and how often each offer was decided about in it. */
type Outcome = Load & { readonly decided: Readonly<Record<string, number>> };

/** Runs campaigns one after another, each judged at its end together with those before it. */
function campaignsOn(fleetNow: () => Fleet, url: () => string) {
  const campaigns: string[] = [];
  return async (name: string, options: Partial<LoadOptions>, meanwhile?: () => Promise<void>): Promise<Outcome> => {
    const fleet = fleetNow();
    await prepareCampaign(fleet, name);
    campaigns.push(name);
    const t = Date.now();
    const [load] = await Promise.all([
      runLoad(fleet, name, { decisions: 1000, overMs: loadMs, seed: campaigns.length, ...options }),
      meanwhile?.(),
    ]);
    const t1 = Date.now();
    await expectRecorded(fleet.store, load.answered);
    const audit = await expectSound(fleet.store, url(), campaigns);
    const decided = await decisionsOf(fleet.store, name);
    if (process.env.SHOW) {
      console.log(
        name,
        {
          ...load,
          ms: t1 - t,
          audit: Date.now() - t1,
          answered: load.answered.length,
          blind: load.answered.filter((a) => a.isBlind).length,
        },
        decided,
        audit.neverRecorded,
      );
      for (const [n, p] of fleet.processes) console.log(n, p.output().slice(-3000));
    }
    return { ...load, decided };
  };
}

const blindOf = ({ answered }: Load) => answered.filter(({ isBlind }) => isBlind);

/** What was decided without the read side says so, and shows nothing but the fallback. */
function expectHonest(load: Load): void {
  for (const { resolution, offerId } of blindOf(load)) {
    expect({ resolution, offerId }).toEqual({ resolution: 'FALLBACK', offerId: 'rest' });
  }
}

/** The caps that are left places are given them: at least this share of each. */
function expectFilled({ decided }: Outcome, share: number): void {
  for (const [name, limit] of [
    ['everybody', 100],
    ['seen-by-everybody', 80],
    ['twice-today', 40],
    ['hourly', 40],
    ['often', 20],
  ] as const) {
    expect({ name, isFilled: (decided[name] ?? 0) >= limit * share }).toEqual({ name, isFilled: true });
  }
}

describe.skipIf(!hasRedis)('over one Redis', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let line: CuttableLine;
  let fleet: Fleet;
  const campaign = campaignsOn(
    () => fleet,
    () => redis.url,
  );

  beforeAll(async () => {
    redis = await startRedis();
    line = await createCuttableLine(redis.port);
    fleet = await startFleet((name) => (name === 'api-0' ? `redis://127.0.0.1:${line.port}` : redis.url));
    await preparePlacement(fleet);
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await line?.stop();
    await redis?.stop();
  });

  /** Every replica decides with the read side again. */
  async function expectRecovered(name: string): Promise<void> {
    const end = Date.now() + 15_000;
    const t = Date.now();
    for (;;) {
      const load = await runLoad(fleet, name, { decisions: 40, overMs: 0, seed: 99 });
      if (load.answered.length === 40 && blindOf(load).length === 0) break;
      expect(Date.now()).toBeLessThan(end);
      await delay(100);
    }
    if (process.env.SHOW) console.log('recovered after', Date.now() - t);
  }

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
    const load = await campaign('plain', { overMs: 0 });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(blindOf(load)).toEqual([]);
    expect(load.decided.everybody).toBe(100);
    expectFilled(load, 1);
  });

  it('the one who projects is killed: nobody notices', async () => {
    const load = await campaign('projector-killed', {}, async () => {
      await delay(brokenAfterMs);
      const name = await projecting();
      await fleet.end(name, 'SIGKILL');
      await delay(loadMs);
      await fleet.start(name);
    });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(blindOf(load)).toEqual([]);
    expectFilled(load, 1);
  });

  it('Redis is killed and started again empty', async () => {
    const load = await campaign('redis-killed', {}, async () => {
      await delay(brokenAfterMs);
      await redis.kill();
      await delay(300);
      await redis.startAgain();
    });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(blindOf(load).length).toBeGreaterThan(0);
    expectHonest(load);
    await expectRecovered('redis-killed');
  });

  it('Redis stands still for three seconds', async () => {
    const load = await campaign('redis-paused', { overMs: 5000 }, async () => {
      await delay(brokenAfterMs);
      redis.pause();
      await delay(3000);
      redis.resume();
    });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(blindOf(load).length).toBeGreaterThan(0);
    expectHonest(load);
    expectFilled(load, 0.9);
    await expectRecovered('redis-paused');
  });

  it.each(['refuse', 'silence'] as const)('one replica is cut off from Redis (%s)', async (cut) => {
    let [cutAt, healedAt] = [0, 0];
    const load = await campaign(`cut-${cut}`, { overMs: 4000 }, async () => {
      await delay(brokenAfterMs);
      line[cut]();
      cutAt = Date.now();
      await delay(2500);
      healedAt = Date.now();
      line.heal();
    });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expectHonest(load);
    expect([...new Set(blindOf(load).map(({ api }) => api))]).toEqual(['api-0']);
    const whileCut = answered.filter(({ api, at }) => api === 'api-0' && at > cutAt + 1000 && at < healedAt);
    expect(whileCut.length).toBeGreaterThan(10);
    expect(whileCut.filter(({ isBlind }) => !isBlind)).toEqual([]);
    expectFilled(load, 0.9);
    await expectRecovered(`cut-${cut}`);
  });

  it('a replica is killed', async () => {
    const load = await campaign('replica-killed', {}, async () => {
      await delay(brokenAfterMs);
      await fleet.end('api-1', 'SIGKILL');
      await delay(loadMs);
      await fleet.start('api-1');
    });
    expect(load.errors).toEqual({});
    expect(blindOf(load)).toEqual([]);
    expectFilled(load, 0.9);
    await expectRecovered('replica-killed');
  });

  it('nobody projects for ten seconds', async () => {
    const load = await campaign('nobody-projects', { overMs: 10_000 }, async () => {
      await delay(brokenAfterMs);
      await Promise.all(['projector-0', 'projector-1'].map((name) => fleet.end(name, 'SIGKILL')));
      await delay(10_000);
      await Promise.all(['projector-0', 'projector-1'].map(fleet.start));
    });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(blindOf(load)).toEqual([]);
    expectFilled(load, 0.9);
    expect(load.slowestMs).toBeLessThan(4000);
  });
});

describe.skipIf(!hasRedis)('over a cluster of three masters', { timeout: 60_000 }, () => {
  let cluster: TestCluster;
  let fleet: Fleet;
  const campaign = campaignsOn(
    () => fleet,
    () => cluster.url,
  );

  beforeAll(async () => {
    cluster = await startRedisCluster();
    fleet = await startFleet(() => cluster.url);
    await preparePlacement(fleet);
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await cluster?.stop();
  });

  it('a thousand decisions at once fill every cap and exceed none', async () => {
    const load = await campaign('plain', { overMs: 0 });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(blindOf(load)).toEqual([]);
    expectFilled(load, 1);
  });

  it('a master is killed and started again empty', async () => {
    const load = await campaign('master-killed', { overMs: 4000 }, async () => {
      await delay(brokenAfterMs);
      await cluster.nodes[1]?.kill();
      await delay(300);
      await cluster.nodes[1]?.startAgain();
    });
    const { errors, lost, answered } = load;
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expectHonest(load);
  });
});
