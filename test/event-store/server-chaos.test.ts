// Everything that goes wrong with a server at once, for a long time: nothing is lost, nothing is twice, nothing is in another order, and
// no checkpoint is ahead of what was made of the events. With
// `KAIROS_SOAK=on` each of them has 50,000 events.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { status } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { createProjectionRunner } from '../../projections/runner.ts';
import { readModelProjections as projections } from '../../src/application/kairos.ts';
import { beginning, type Position, type RecordedEvent } from '../../src/event-store/event-store.ts';
import { models, openProcess, type Seen } from '../projections/projected-redis.ts';
import { seededRandom } from '../projections/random.ts';
import { randomLog } from '../projections/random-log.ts';
import { hasRedis, startRedis } from '../redis/redis-server.ts';
import { appendsOf, countings, giveAll } from './chaos-callers.ts';
import { allOf } from './event-samples.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';
import { playBadDay } from './eventstoredb-double-faults.ts';
import { openAt } from './store-at-double.ts';
import { temporaryPath } from './temporary-log.ts';

const isSoak = process.env.KAIROS_SOAK === 'on';

/** What a bad day does to one call, for a hundredth of them each, and what only a very bad one does. */
function playEverything(double: EventStoreDbDouble): void {
  playBadDay(double.faults, 0.01);
  double.faults.share('append', { kind: 'access-denied' }, 0.01);
  double.faults.share('append', { kind: 'fail', code: status.INTERNAL }, 0.01);
  double.faults.share('features', { kind: 'fail', code: status.INTERNAL }, 0.01);
  double.faults.share('read', { kind: 'access-denied' }, 0.01);
}

/** The whole server, and not only a call: from time to time, until it is told to end. */
function disturb(double: EventStoreDbDouble, seed: number): { end(): Promise<void> } {
  const random = seededRandom(seed);
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const disturbances = [
    async () => {
      await double.stop();
      await pause(20);
      await double.restart();
    },
    async () => {
      double.freeze();
      await pause(30);
      double.thaw();
    },
    () => double.dropSubscriptions(),
    () => double.endSubscriptions(),
    () => double.stallSubscriptions(),
  ];
  let isOver = false;
  const disturbing = (async () => {
    while (!isOver) {
      await pause(200 + random.below(400));
      await random.oneOf(disturbances)();
    }
  })();
  return {
    async end() {
      isOver = true;
      await disturbing;
      double.faults.clear();
    },
  };
}

const countOfOne = isSoak ? 50_000 : 10_000;

test(`${countOfOne} events, and every fault for a hundredth of the calls: the log and the read models are as if nothing had been`, {
  timeout: 120_000,
}, async () => {
  const double = await startEventStoreDbDouble({ seed: 5, systemEventEvery: 100 });
  onTestFinished(() => double.close());
  const store = await openAt(double, { timeoutMs: 200 });
  playEverything(double);
  const disturbance = disturb(double, 6);

  const readModels = createInProcessReadModels();
  const given: RecordedEvent[] = [];
  const runner = createProjectionRunner({
    store,
    readModels: {
      ...readModels,
      // Not at once, so that the store could run ahead.
      async apply(list, events) {
        await new Promise(setImmediate);
        readModels.apply(list, events);
        given.push(...events);
      },
    },
    projections,
    onError: () => {},
  });
  let started = false;
  while (!started) {
    started = await runner.start().then(
      () => true,
      () => true,
    );
  }
  const appends = appendsOf(randomLog(7, countOfOne));
  let acknowledged = 0;
  const began = performance.now();
  const refusals = await giveAll({
    store,
    appends,
    callers: 64,
    onAcknowledged: () => {
      acknowledged += 1;
    },
  });
  const took = performance.now() - began;
  await disturbance.end();
  expect(await runner.waitFor(await store.head(), 20_000)).toBe(true);
  if (isSoak)
    console.log({
      took,
      refusals,
      played: double.faults.played,
      counts: double.counts,
      all: performance.now() - began,
    });
  await runner.stop();

  expect(acknowledged).toBe(appends.length);
  const log = await allOf(store.readAll());
  expect(log.length).toBe(countOfOne);
  // Each once, in order of position, and nothing before what was before it.
  expect(given.map(({ id }) => id)).toEqual(log.map(({ id }) => id));
  const byStream = Map.groupBy(log, ({ stream }) => stream);
  for (const [stream, wanted] of Map.groupBy(appends, (append) => append.stream)) {
    expect(byStream.get(stream)?.map(({ id }) => id)).toEqual(
      wanted.flatMap(({ events }) => events.map(({ id }) => id)),
    );
  }
  const fresh = createInProcessReadModels();
  fresh.apply(projections, log);
  expect(readModels.checkpoint()).toEqual(fresh.checkpoint());
  for (const projection of projections) expect(readModels.readAll(projection)).toEqual(fresh.readAll(projection));
});

const countOfKilled = isSoak ? 50_000 : 5_000;
const kills = 10;

describe.skipIf(!hasRedis)('a process that appends and projects', () => {
  test(`and is killed ${kills} times in the midst of ${countOfKilled} events and of every fault loses none that it was told of`, {
    timeout: 180_000,
  }, async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const double = await startEventStoreDbDouble({ seed: 8, systemEventEvery: 100 });
    onTestFinished(() => double.close());
    const store = await openAt(double, { timeoutMs: 200 });
    const reader = await openProcess(redis.url, store);
    onTestFinished(() => reader.close());
    const appends = appendsOf(countings(9, countOfKilled));
    const acknowledged = new Set<number>();
    const path = temporaryPath();
    const checkpoints: Position[] = [];

    /** Every event up to the checkpoint is in every model, once and in order. */
    async function expectCheckpointNotAhead(): Promise<void> {
      const { position: checkpoint } = await reader.progress.lag();
      checkpoints.push(checkpoint);
      if (checkpoint === beginning) return;
      const expected = new Map<string, string[]>();
      for (const { stream, position } of double.events()) {
        if (!stream.startsWith('count-')) continue;
        const id = stream.slice('count-'.length);
        expected.set(id, [...(expected.get(id) ?? []), String(position).padStart(16, '0').repeat(2)]);
      }
      for (const model of models) {
        const entries = (await reader.readModels.readAll(model)) as ReadonlyMap<string, { readonly entry: Seen }>;
        for (const [id, positions] of expected) {
          const seen = entries.get(id)?.entry.positions ?? [];
          expect(seen).toEqual(positions.slice(0, seen.length));
          expect(positions.filter((position) => position <= checkpoint).length).toBeLessThanOrEqual(seen.length);
        }
      }
    }

    /** Until it has acknowledged so many in all, or all. */
    async function run(until: number): Promise<void> {
      writeFileSync(path, [...acknowledged].map((index) => `${index}\n`).join(''));
      const script = join(import.meta.dirname, 'chaos-process.ts');
      const call = [script, double.url, redis.url, reader.keys.prefix, '9', String(countOfKilled), path];
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...call], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const exited = once(child, 'exit');
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.add(Number(line));
        if (acknowledged.size >= until) child.kill('SIGKILL');
      }
      const [, signal] = await exited;
      expect(signal).toBe('SIGKILL');
    }

    playEverything(double);
    const disturbance = disturb(double, 10);
    const began = performance.now();
    for (let kill = 1; kill <= kills; kill += 1) {
      await run(Math.floor((appends.length * kill) / kills));
      await expectCheckpointNotAhead();
    }
    await disturbance.end();
    const figures = {
      took: performance.now() - began,
      played: double.faults.played,
      acknowledged: acknowledged.size,
      checkpoints,
    };
    if (isSoak) console.log(figures);

    expect(acknowledged.size).toBe(appends.length);
    const log = await allOf(store.readAll());
    expect(log.map(({ id }) => id).toSorted()).toEqual(
      appends.flatMap(({ events }) => events.map(({ id }) => id)).toSorted(),
    );
    reader.project({ graceMs: 10 });
    expect(await reader.progress.waitFor(await store.head(), 10_000)).toBe(true);
    await expectCheckpointNotAhead();
  });
});
