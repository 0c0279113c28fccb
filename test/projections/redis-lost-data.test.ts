// Redis that has lost what it had: nothing is read and nothing written before somebody has looked, and then it is whole again.
import { afterEach, describe, expect, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';
import { hasRedis, startRedis, startRedisCluster, type TestRedis, until } from '../redis/redis-server.ts';
import { positionAt } from './recorded-events.ts';
import { type ModelRedis, modelsIn, openModelRedis } from './redis-models.ts';
import { counted, tally } from './tally.ts';

const models = [tally('single'), tally('grouped', ['count'], 'group')];
const [single = tally(''), grouped = tally('')] = models;
const log = counted(Array.from({ length: 300 }, (_, index) => `c${(index * index) % 97}`));

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function opened(url: string): Promise<ModelRedis> {
  const redis = await openModelRedis(url);
  closing.push(redis.close);
  return redis;
}

async function everything(readModels: ReadModels) {
  return Promise.all(models.map((projection) => readModels.readAll(projection)));
}

async function failureOf(asked: unknown): Promise<unknown> {
  try {
    await asked;
    return undefined;
  } catch (error) {
    return error;
  }
}

const unchecked = { cause: expect.any(RedisNotReady) };

async function restartedEmpty(server: TestRedis, redis: ModelRedis): Promise<void> {
  await server.kill();
  await server.startAgain();
  await until(async () => (await failureOf(modelsIn(redis).checkpoint())) === undefined);
}

describe.skipIf(!hasRedis)('read models in a Redis that was restarted empty', () => {
  test.each(['the only server', 'one of three masters'])('%s', async (which) => {
    const cluster = which === 'the only server' ? undefined : await startRedisCluster();
    const server = cluster?.nodes[1] ?? (await startRedis());
    closing.push(() => (cluster ?? server).stop());
    const redis = await opened((cluster ?? server).url);
    const before = modelsIn(redis);
    await before.apply(models, log.slice(0, 200));
    expect(await before.checkpoint()).toBe(positionAt(200));
    await restartedEmpty(server, redis);

    // Some of the ids are on each of the servers, and the group is on one of them.
    const ids = [...new Set(log.map((event) => models[0]?.entryOf(event) ?? ''))];
    const reads = await Promise.all(ids.map((id) => failureOf(before.read(single, id))));
    const failed = reads.filter((failure) => failure !== undefined);
    expect(failed.length).toBeGreaterThan(0);
    for (const failure of failed) {
      expect(failure).toBeInstanceOf(ReadSideUnavailable);
      expect(failure).toMatchObject(unchecked);
    }
    expect(await failureOf(before.apply(models, log.slice(200)))).toMatchObject(unchecked);
    for (const master of redis.connection.masters()) await redis.scripts.open(master);
    expect(await failureOf(before.apply(models, log.slice(200)))).toMatchObject(unchecked);

    const after = modelsIn(redis);
    expect(await after.checkpoint()).toBe('');
    for (let next = 0; next < log.length; next += 50) await after.apply(models, log.slice(next, next + 50));
    const folded = createInProcessReadModels();
    folded.apply(models, log);
    expect(await everything(after)).toEqual(await everything(folded));
    expect(await after.checkpoint()).toBe(positionAt(log.length));
  });
});

describe.skipIf(!hasRedis)('read models in a Redis that somebody has emptied', () => {
  test.each(['entries that it wrote', 'other entries'])(
    'are refused to a writer that goes on with %s',
    async (which) => {
      const server = await startRedis();
      closing.push(() => server.stop());
      const redis = await opened(server.url);
      const writer = modelsIn(redis);
      await writer.apply(models, log.slice(0, 10));
      await redis.connection.client.flushall();
      const event = which === 'other entries' ? counted(['else'], 11) : counted(['c0'], 11);
      // What was lost shows in an entry at once, else in the marker, of which the next batch hears.
      const failures = [await failureOf(writer.apply(models, event)), await failureOf(writer.apply(models, event))];
      expect(failures.at(-1)).toBeInstanceOf(ReadSideUnavailable);
      expect(failures.at(-1)).toMatchObject(unchecked);
      expect(await modelsIn(redis).checkpoint()).toBe('');
    },
  );
});

describe.skipIf(!hasRedis)('read models in a Redis that does not answer', () => {
  test('are unavailable, and there again by themselves with what was brought again', async () => {
    const server = await startRedis();
    closing.push(() => server.stop());
    const redis = await opened(server.url);
    Object.assign(redis.connection.client.options, { commandTimeout: 100 });
    const readModels = modelsIn(redis);
    await readModels.apply(models, log.slice(0, 100));
    server.pause();
    const asked = [readModels.read(single, 'c0'), readModels.readAll(grouped), readModels.apply(models, log)];
    for (const failure of await Promise.all(asked.map(failureOf))) {
      expect(failure).toBeInstanceOf(ReadSideUnavailable);
      expect(failure).not.toMatchObject(unchecked);
    }
    server.resume();
    await until(async () => (await failureOf(readModels.apply(models, log))) === undefined);
    const folded = createInProcessReadModels();
    folded.apply(models, log);
    expect(await everything(readModels)).toEqual(await everything(folded));
    expect(await readModels.checkpoint()).toBe(positionAt(log.length));
  });
});
