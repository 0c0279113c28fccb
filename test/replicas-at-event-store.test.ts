// Replicas over a log at an event store (its double) and one Redis: the same promises, also while the event store is restarted.
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './event-store/eventstoredb-double.ts';
import { hasRedis, startRedis, type TestRedis } from './redis/redis-server.ts';
import { environmentOf, preparePlacement } from './replicas/campaign.ts';
import { type Fleet, startFleet } from './replicas/fleet.ts';
import {
  brokenAfterMs,
  expectAllAnswered,
  expectFilled,
  expectRecovered,
  expectSighted,
  isSoak,
  judgedCampaigns,
} from './replicas/judged-campaigns.ts';

/** Two processes on one machine that decide for twenty customers, by appends that go one by one. */
const decisions = 400;

describe.skipIf(!hasRedis)('replicas over a log at an event store', { timeout: isSoak ? 300_000 : 60_000 }, () => {
  let redis: TestRedis;
  let double: EventStoreDbDouble;
  let fleet: Fleet;
  const campaign = judgedCampaigns(
    () => fleet,
    () => redis.url,
  );

  beforeAll(async () => {
    redis = await startRedis();
    double = await startEventStoreDbDouble();
    fleet = await startFleet({ urlOf: () => redis.url, eventStore: double.url, environmentOf });
    await preparePlacement(fleet);
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await double?.close();
    await redis?.stop();
  });

  it('hundreds of decisions at once fill every cap and exceed none', async () => {
    const judged = await campaign('plain', { overMs: 0, decisions });
    expectAllAnswered(judged, decisions);
    expectSighted(judged.answered);
    expectFilled(judged, 0.9);
  });

  it('subscriptions that end, and calls that are not answered, are nobody else’s business', async () => {
    const judged = await campaign('faulty', {}, async () => {
      await delay(brokenAfterMs);
      double.dropSubscriptions();
      for (const kind of ['swallow', 'write-then-swallow'] as const) double.faults.next('append', { kind }, 3);
    });
    expectAllAnswered(judged);
    await expectRecovered(fleet, 'faulty');
  });

  it('the event store is away for a while: nothing that was answered is lost, and all goes on by itself', async () => {
    const judged = await campaign('restarted', {}, async () => {
      await delay(brokenAfterMs);
      await double.stop();
      await delay(1000);
      await double.restart();
    });
    expect(judged.answered.length).toBeGreaterThan(500);
    await expectRecovered(fleet, 'restarted');
  });
});
