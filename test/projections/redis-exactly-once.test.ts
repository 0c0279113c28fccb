// Every event is in every entry exactly once, however many projectors bring it, however often, and wherever they begin.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { readModelProjections as projections } from '../../src/application/kairos.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { type Random, seededRandom } from './random.ts';
import { randomLog } from './random-log.ts';
import { positionAt } from './recorded-events.ts';
import { modelsIn, openModelRedis } from './redis-models.ts';

const count = 100_000;

const revisions = new Map<string, number>();
const log: readonly RecordedEvent[] = randomLog(3, count)
  .flatMap(({ stream, events }) => events.map((event) => ({ ...event, stream })))
  .map((event, index) => {
    const revision = (revisions.get(event.stream) ?? -1) + 1;
    revisions.set(event.stream, revision);
    return { ...event, revision, position: positionAt(index + 1), recordedAt: event.metadata.at };
  });
const folded = createInProcessReadModels();

/** Batches of any size from an event on, some twice, some from further back, some while others are under way. */
async function bring(models: ReadModels, first: number, random: Random, onBatch = async (_: number) => {}) {
  let underWay: (void | Promise<void>)[] = [];
  for (let next = first; next < count; ) {
    const from = random.share() < 0.2 ? Math.max(first, next - random.below(2000)) : next;
    const batch = log.slice(from, next + 1 + random.below(1500));
    underWay.push(models.apply(projections, batch));
    if (random.share() < 0.2) underWay.push(models.apply(projections, batch));
    next = Math.max(next, from + batch.length);
    if (random.share() < 0.6) continue;
    await Promise.all(underWay);
    underWay = [];
    await onBatch(next);
  }
  await Promise.all(underWay);
}

async function everything(models: ReadModels) {
  const all = await Promise.all(projections.map((projection) => models.readAll(projection)));
  return { models: all, checkpoint: await models.checkpoint() };
}

describe.skipIf(!hasRedis)(`read models of ${count} random events in Redis`, () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
    folded.apply(projections, log);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  test.each(['a server', 'a cluster'])(
    'that three projectors bring at once are those of a fold, in %s',
    async (where) => {
      const redis = await openModelRedis(where === 'a server' ? server.url : cluster.url);
      // One forgets almost everything and reads it again.
      const [one, other, third] = [modelsIn(redis), modelsIn(redis, { remembered: 10_000 }), modelsIn(redis)];
      // Both know that there was nothing, which is soon true of neither.
      await Promise.all([one.checkpoint(), other.checkpoint()]);
      let checkpoint: string | undefined;
      let resumed: Promise<void> | undefined;
      await Promise.all([
        bring(one, 0, seededRandom(4), async (next) => {
          if (next > count * 0.3) checkpoint ??= await third.checkpoint();
          if (next > count * 0.5 && checkpoint !== undefined) {
            resumed ??= bring(
              third,
              log.findIndex(({ position }) => position > (checkpoint ?? '')),
              seededRandom(6),
            );
          }
        }),
        bring(other, 0, seededRandom(5)),
      ]);
      await resumed;
      expect(resumed).toBeDefined();
      const found = await everything(modelsIn(redis));
      for (const model of found.models) expect(model.size).toBeGreaterThan(0);
      expect(found).toEqual(await everything(folded));
      await redis.close();
    },
  );
});
