// Replicas over one log and a Redis Cluster: the same promises.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, startRedisCluster, type TestCluster } from './redis/redis-server.ts';
import { environmentOf, preparePlacement } from './replicas/campaign.ts';
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
} from './replicas/judged-campaigns.ts';

describe.skipIf(!hasRedis)('replicas over three masters', { timeout: isSoak ? 300_000 : 60_000 }, () => {
  let cluster: TestCluster;
  let fleet: Fleet;
  const campaign = judgedCampaigns(
    () => fleet,
    () => cluster.url,
  );

  beforeAll(async () => {
    cluster = await startRedisCluster();
    fleet = await startFleet({ urlOf: () => cluster.url, environmentOf });
    await preparePlacement(fleet);
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await cluster?.stop();
  });

  it('a thousand decisions at once fill every cap and exceed none', async () => {
    const judged = await campaign('plain', { overMs: 0 });
    expectAllAnswered(judged);
    expectSighted(judged.answered);
    expectFilled(judged, 1);
  });

  it('a master is killed and started again empty: the fallback meanwhile, and the caps as they were', async () => {
    const judged = await campaign('master-killed', {}, async () => {
      await delay(brokenAfterMs);
      await cluster.nodes[1]?.kill();
      await delay(300);
      await cluster.nodes[1]?.startAgain();
    });
    expectAllAnswered(judged);
    expect(blindOf(judged).length).toBeGreaterThan(20);
    await expectRecovered(fleet, 'master-killed');
  });
});
