// Replicas over one log and one Redis, with something killed, stopped or cut in the middle: caps hold, and nobody waits for ever.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCuttableLine, type CuttableLine } from './redis/cuttable-line.ts';
import { hasRedis, startRedis, type TestRedis } from './redis/redis-server.ts';
import { type LoadOptions, prepareCampaign, preparePlacement, runLoad } from './replicas/campaign.ts';
import { type Fleet, startFleet } from './replicas/fleet.ts';
import { decisionsOf, expectRecorded, expectSound } from './replicas/verdict.ts';

const campaigns: string[] = [];

describe.skipIf(!hasRedis)('over one Redis', { timeout: 60_000 }, () => {
  let redis: TestRedis;
  let line: CuttableLine;
  let fleet: Fleet;

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

  async function campaign(name: string, options: Partial<LoadOptions>, meanwhile?: () => Promise<void>) {
    await prepareCampaign(fleet, name);
    campaigns.push(name);
    const [load] = await Promise.all([
      runLoad(fleet, name, { decisions: 1000, overMs: 4000, seed: campaigns.length, ...options }),
      meanwhile?.(),
    ]);
    await expectRecorded(fleet.store, load.answered);
    const decided = await decisionsOf(fleet.store, name);
    const audit = await expectSound(fleet.store, redis.url, campaigns);
    console.log(name, { ...load, answered: load.answered.length, blind: load.answered.filter((a) => a.isBlind).length }, decided, {...audit, recount: undefined});
    for (const [n, p] of fleet.processes) console.log(n, p.output().slice(-3000));
    return { ...load, decided };
  }

  it('a thousand decisions at once fill every cap and exceed none', async () => {
    const { errors, lost, answered, decided } = await campaign('plain', { overMs: 0 });
    expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: 1000 });
    expect(answered.filter(({ isBlind }) => isBlind)).toEqual([]);
    expect(decided).toMatchObject({ everybody: 100 });
  });
});
