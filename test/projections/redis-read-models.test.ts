import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { beginning, type RecordedEvent } from '../../src/event-store/event-store.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { seededRandom } from './random.ts';
import { describeReadModels } from './read-models-contract.ts';
import { positionAt, recorded } from './recorded-events.ts';
import { modelsIn, openModelRedis } from './redis-models.ts';
import { counted, type Tally, tally } from './tally.ts';

const single = tally('single');
const grouped = tally('grouped', ['count'], 'group');

describe.skipIf(!hasRedis)('in Redis', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  async function open(url: string, onError: (error: unknown) => void) {
    const redis = await openModelRedis(url);
    return { ...modelsIn(redis, { onError }), close: redis.close };
  }

  describeReadModels('a Redis server', (onError) => open(server.url, onError));
  describeReadModels('a Redis cluster', (onError) => open(cluster.url, onError));

  test.each([single, grouped])(
    'what a writer remembers of a $name entry never replaces what another has written',
    async (projection) => {
      const redis = await openModelRedis(server.url);
      const [late, early, reader] = [modelsIn(redis), modelsIn(redis), modelsIn(redis)];
      const events = counted(['a', 'a', 'a', 'a']);
      await late.apply([projection], events.slice(0, 1));
      await early.apply([projection], events.slice(0, 3));
      for (const last of [2, 4]) {
        await late.apply([projection], events.slice(1, last));
        const seen = events.slice(0, Math.max(3, last)).map(({ position }) => position);
        expect(await reader.read(projection, 'a')).toEqual({ entry: { id: 'a', seen }, position: seen.at(-1) });
      }
      expect((await reader.readAll(projection)).size).toBe(1);
      await redis.close();
    },
  );

  test('the checkpoint passes events only when those beside the models have had them, who get them again after a failure', async () => {
    const redis = await openModelRedis(server.url);
    const events = counted(['a', 'b']);
    const seen: string[][] = [];
    const beside = {
      categories: ['count'],
      async onEvents(batch: readonly RecordedEvent[]) {
        seen.push(batch.map(({ position }) => position));
        if (seen.length === 1) throw new Error('not now');
      },
    };
    const models = modelsIn(redis, { beside: [beside, { ...beside, categories: ['nothing'] }] });
    await expect(models.apply([single], events)).rejects.toThrow('not now');
    expect(await models.checkpoint()).toBe(beginning);
    await models.apply([single], events);
    await models.close();
    expect(await models.checkpoint()).toBe(positionAt(2));
    expect(seen).toEqual([1, 2].map(() => events.map(({ position }) => position)));
    expect((await models.readAll(single)).get('a')?.entry.seen).toEqual([positionAt(1)]);
    await redis.close();
  });

  test('another build is another model, with its own checkpoint and its own cursors', async () => {
    const redis = await openModelRedis(server.url);
    const [used, rebuilt] = [modelsIn(redis), modelsIn(redis, { buildOf: () => '1-2', checkpointName: 'rebuild' })];
    await used.apply([single, grouped], counted(['a', 'b']));
    await rebuilt.apply([single, grouped], counted(['a']));
    expect((await rebuilt.read(single, 'b')) ?? (await rebuilt.read(grouped, 'b'))).toBeUndefined();
    expect([await used.checkpoint(), await rebuilt.checkpoint()]).toEqual([positionAt(2), positionAt(1)]);
    const { cursor } = await used.readGroup<[Tally]>([grouped]);
    expect(await rebuilt.changesOf<[Tally]>([grouped], cursor)).toBeUndefined();
    expect(await used.cursorOf([grouped])).toBe(cursor);
    expect(await rebuilt.cursorOf([grouped])).not.toBe(cursor);
    await redis.close();
  });

  test('what is no entry is an error that names the place, for readers and writers', async () => {
    const redis = await openModelRedis(server.url);
    const { keys, connection } = redis;
    const places = { single: keys.entry('single', '1-1', 'a'), grouped: keys.group('group', 'grouped', '1-1') };
    await modelsIn(redis).apply([grouped], counted(['a']));
    await connection.client.set(places.single, 'nonsense');
    await connection.client.hset(places.grouped, 'a', '0000000000000001\n{"cut');
    const asked = [
      [places.single, () => modelsIn(redis).read(single, 'a')],
      [places.single, () => modelsIn(redis).readAll(single)],
      [places.single, () => modelsIn(redis).apply([single], counted(['a']))],
      [places.grouped, () => modelsIn(redis).read(grouped, 'a')],
      [places.grouped, () => modelsIn(redis).readAll(grouped)],
      [places.grouped, () => modelsIn(redis).apply([grouped], counted(['a'], 2))],
    ] as const;
    for (const [place, ask] of asked) {
      const failure = await ask()?.then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).not.toBeInstanceOf(ReadSideUnavailable);
      expect(failure).toMatchObject({ message: expect.stringContaining(place) });
    }
    await redis.close();
  });

  test('everything of one customer and of one group is one round trip, as is what is asked of others at the same time', async () => {
    const redis = await openModelRedis(server.url);
    const models = modelsIn(redis);
    const others = [tally('second'), tally('third'), tally('fourth')];
    await models.apply([single, grouped, ...others], counted(['a', 'b']));
    await models.close();
    await redis.connection.client.config('RESETSTAT');
    const ofA = Promise.all([models.read(single, 'a'), models.readTogether(others, 'a')]);
    const ofGroup = Promise.all(['a', 'b', 'c'].map((id) => models.read(grouped, id)));
    expect((await ofA).flat().map((stored) => stored?.entry.id)).toEqual(['a', 'a', 'a', 'a']);
    expect((await ofGroup).map((stored) => stored?.entry.id)).toEqual(['a', 'b', undefined]);
    const stats = await redis.connection.client.info('commandstats');
    expect(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]).toBe('1');
    await redis.close();
  });

  test.each([single, grouped])(
    'a $name entry that has not changed is the same object, and one that has is another',
    async (projection) => {
      const redis = await openModelRedis(server.url);
      const [writer, reader] = [modelsIn(redis), modelsIn(redis)];
      await writer.apply([projection], counted(['a']));
      const first = await reader.read(projection, 'a');
      expect(await reader.read(projection, 'a')).toBe(first);
      await writer.apply([projection], counted(['a'], 2));
      expect((await reader.read(projection, 'a'))?.entry.seen).toEqual([positionAt(1), positionAt(2)]);
      expect(first?.entry.seen).toEqual([positionAt(1)]);
      await redis.close();
    },
  );
});

describe.skipIf(!hasRedis)('a group in Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  const group = [tally('even', ['even'], 'group'), tally('odd', ['odd'], 'group')] as const;
  const count = 3000;
  /** More entries than are read by one call; those of one model are changed now and then, those of the other all the time. */
  const random = seededRandom(1);
  const log = recorded(
    Array.from({ length: count }, () => {
      const id = String(random.below(700));
      return { stream: `${random.share() < 0.1 ? 'even' : 'odd'}-${id}`, type: 'Counted', data: { id } };
    }),
  );

  test('is read as it was at one point of the log, whole or by its changes, while two bring events', async () => {
    const redis = await openModelRedis(server.url);
    const reader = modelsIn(redis);
    const write = async (models: ReadModels, chance: ReturnType<typeof seededRandom>) => {
      for (let next = 0; next < count; ) {
        const batch = log.slice(Math.max(0, next - chance.below(10)), next + 1 + chance.below(20));
        await models.apply(group, batch);
        next = log.findIndex(({ position }) => position === batch.at(-1)?.position) + 1;
      }
    };
    let over = false;
    const writing = Promise.all([write(modelsIn(redis), seededRandom(2)), write(modelsIn(redis), seededRandom(3))]);
    const ended = writing.finally(() => {
      over = true;
    });
    let points = 0;
    let followed = await reader.readGroup<[Tally, Tally]>(group);
    while (!over) {
      const whole = await reader.readGroup<[Tally, Tally]>(group);
      const changes = await reader.changesOf<[Tally, Tally]>(group, followed.cursor);
      if (!changes) throw new Error('the models are those of before');
      const [even, odd] = followed.entries.map(
        (entries, model) => new Map([...entries, ...(changes.entries[model] ?? [])]),
      );
      if (!even || !odd) throw new Error('there are two models');
      followed = { entries: [even, odd], cursor: changes.cursor };
      for (const { entries } of [whole, followed]) {
        const seen = entries.flatMap((each) => [...each.values()].flatMap(({ entry }) => entry.seen)).sort();
        expect(seen).toEqual(log.slice(0, seen.length).map(({ position }) => position));
      }
      points += 1;
    }
    await ended;
    const last = await reader.readGroup<[Tally, Tally]>(group);
    expect(last.entries.map(({ size }) => size > 200)).toEqual([true, true]);
    const { length } = last.entries.flatMap((each) => [...each.values()].flatMap(({ entry }) => entry.seen));
    expect([length, points > 10]).toEqual([count, true]);
    await redis.close();
  });
});
