// Several batches are on their way to Redis at once, and calls fail in the midst of it: every event is in every entry exactly once.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import type { Follower } from '../../projections/runner.ts';
import { readModelProjections as projections } from '../../src/application/kairos.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { type Random, seededRandom } from './random.ts';
import { randomLog } from './random-log.ts';
import { recorded } from './recorded-events.ts';
import { type ModelRedis, modelsIn, openModelRedis } from './redis-models.ts';

const log: readonly RecordedEvent[] = recorded(
  randomLog(8, 30_000).flatMap(({ stream, events }) =>
    events.map(({ type, data, metadata }) => ({ stream, type, data, at: metadata.at })),
  ),
);
const folded = createInProcessReadModels();

/** Some calls fail, and of those some are carried out all the same. */
function failing(scripts: ModelRedis['scripts'], random: Random): ModelRedis['scripts'] {
  return {
    ...scripts,
    async call(name, keys, args) {
      if (random.share() < 0.98) return scripts.call(name, keys, args);
      if (random.share() < 0.5) await scripts.call(name, keys, args);
      throw new Error('no answer');
    },
  };
}

/** Up to five batches at once; after a failure again from the first that failed. Answers how often it was so. */
async function bring(models: ReadModels, random: Random): Promise<number> {
  let failures = 0;
  let underWay: { readonly end: number; readonly call: Promise<unknown> }[] = [];
  for (let [next, from] = [0, 0]; next < log.length; ) {
    for (; underWay.length < 5 && from < log.length; from = underWay.at(-1)?.end ?? from) {
      const batch = log.slice(from, from + 1 + random.below(200));
      const call = Promise.resolve(models.apply(projections, batch));
      call.catch(() => {});
      underWay.push({ end: from + batch.length, call });
    }
    try {
      await underWay[0]?.call;
      next = underWay.shift()?.end ?? next;
    } catch {
      failures += 1;
      const outcomes = await Promise.allSettled(underWay.map(({ call }) => call));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
      [underWay, from] = [[], next];
    }
  }
  return failures;
}

async function everything(models: ReadModels) {
  const all = await Promise.all(projections.map((projection) => models.readAll(projection)));
  return { models: all, checkpoint: await models.checkpoint() };
}

/** A follower that fails now and then, and what it has heard. */
function listening(random: Random) {
  const heard: string[] = [];
  let isAtWork = false;
  const follower: Follower = {
    categories: ['decision', 'signal'],
    async onEvents(events) {
      expect(isAtWork).toBe(false);
      isAtWork = true;
      for (let turn = random.below(20); turn > 0; turn -= 1) await nextTurn();
      isAtWork = false;
      if (random.share() < 0.05) throw new Error('not now');
      heard.push(...events.map(({ position }) => position));
    },
  };
  return { heard, follower };
}

describe.skipIf(!hasRedis)('batches that are under way at once', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
    folded.apply(projections, log);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  test.each([
    ['a server', 10_000_000],
    ['a server', 5000],
    ['a cluster', 10_000_000],
  ])('are in %s what a fold is, whatever fails, with %i characters remembered', async (where, remembered) => {
    const redis = await openModelRedis(where === 'a server' ? server.url : cluster.url);
    const random = seededRandom(remembered);
    const { heard, follower } = listening(random);
    const models = modelsIn({ ...redis, scripts: failing(redis.scripts, random) }, { remembered, beside: [follower] });
    const failures = await bring(models, random);
    expect(failures).toBeGreaterThan(5);
    expect(await everything(modelsIn(redis))).toEqual(await everything(folded));
    // In order, but for what was told again from further back.
    const wanted = log.filter(({ stream }) => /^(decision|signal)-/.test(stream)).map(({ position }) => position);
    const first = new Set(heard);
    expect([...first]).toEqual(wanted);
    await redis.close();
  });

  test('are what a fold is when another projector brings the same at the same time, and some of it fails', async () => {
    const redis = await openModelRedis(server.url);
    const [random, other] = [seededRandom(11), seededRandom(12)];
    await Promise.all([
      bring(modelsIn({ ...redis, scripts: failing(redis.scripts, random) }), random),
      bring(modelsIn({ ...redis, scripts: failing(redis.scripts, other) }, { remembered: 20_000 }), other),
    ]);
    expect(await everything(modelsIn(redis))).toEqual(await everything(folded));
    await redis.close();
  });

  test('end in the order in which they began, also the one that has nothing to bring', async () => {
    const redis = await openModelRedis(server.url);
    const models = modelsIn(redis);
    const ended: string[] = [];
    const many = models.apply(projections, log.slice(0, 2000)).then(() => ended.push('many'));
    const none = models.apply(projections, []).then(() => ended.push('none'));
    const one = models.apply(projections, log.slice(2000, 2001)).then(() => ended.push('one'));
    await Promise.all([many, none, one]);
    expect(ended).toEqual(['many', 'none', 'one']);
    await redis.close();
  });
});
