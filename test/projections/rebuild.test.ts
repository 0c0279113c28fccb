import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { consents } from '../../projections/consents.ts';
import { contacts } from '../../projections/contacts.ts';
import { features } from '../../projections/features.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { interactions } from '../../projections/interactions.ts';
import { offers } from '../../projections/offers.ts';
import { placements } from '../../projections/placements.ts';
import { profiles } from '../../projections/profiles.ts';
import type { Projection } from '../../projections/projection.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { createProjectionRunner } from '../../projections/runner.ts';
import { type EventStore, noStream, type RecordedEvent } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { seededRandom } from './random.ts';
import { randomLog } from './random-log.ts';

const projections: readonly Projection<unknown>[] = [
  offers,
  placements,
  profiles,
  consents,
  features,
  contacts,
  interactions,
];
const count = 20_000;

let folder: string;
let store: EventStore;
let log: RecordedEvent[];
const live = createInProcessReadModels();

/** Appends everything while the read models follow, up to 64 streams at once. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kairos-rebuild-'));
  store = createSqliteEventStore({ path: join(folder, 'log.sqlite') });
  const runner = createProjectionRunner({ store, readModels: live, projections });
  await runner.start();
  const byStream = Map.groupBy(randomLog(1, count), ({ stream }) => stream);
  const streams = byStream.entries();
  const writer = async () => {
    for (const [stream, happenings] of streams) {
      let revision = noStream;
      for (const { events } of happenings) revision = (await store.append(stream, revision, events)).revision;
    }
  };
  await Promise.all(Array.from({ length: 64 }, writer));
  await runner.stop();
  log = await Array.fromAsync(store.readAll());
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

async function everything(readModels: ReadModels) {
  const models = await Promise.all(
    projections.map(async (projection) => [projection.name, await readModels.readAll(projection)] as const),
  );
  return { models: Object.fromEntries(models), checkpoint: await readModels.checkpoint() };
}

describe(`read models of ${count} random events`, () => {
  test('a rebuild from the log equals what was built live, compared whole', async () => {
    const rebuilt = createInProcessReadModels();
    const runner = createProjectionRunner({ store, readModels: rebuilt, projections });
    await runner.start();
    await runner.stop();
    const found = await everything(rebuilt);
    expect(log).toHaveLength(count);
    for (const model of Object.values(found.models)) expect(model.size).toBeGreaterThan(0);
    expect(found).toEqual(await everything(live));
  });

  test('batches that are delivered twice, and again from an older checkpoint, change nothing', async () => {
    const random = seededRandom(2);
    const repeated = createInProcessReadModels();
    let next = 0;
    while (next < log.length) {
      const from = random.share() < 0.3 ? Math.max(0, next - random.below(3000)) : next;
      const batch = log.slice(from, next + 1 + random.below(1000));
      repeated.apply(projections, batch);
      if (random.share() < 0.5) repeated.apply(projections, batch);
      next = Math.max(next, from + batch.length);
    }
    expect(await everything(repeated)).toEqual(await everything(live));
  });

  test('a runner that goes on from an older checkpoint ends in the same place', async () => {
    const resumed = createInProcessReadModels();
    resumed.apply(projections, log.slice(0, 12_345));
    const behind = { ...resumed, checkpoint: async () => log[4_000]?.position ?? '' };
    const runner = createProjectionRunner({ store, readModels: behind, projections });
    await runner.start();
    await runner.stop();
    expect(await everything(resumed)).toEqual(await everything(live));
  });

  test('an event that is left out shows', async () => {
    const lacking = createInProcessReadModels();
    lacking.apply(projections, log.toSpliced(10_000, 1));
    expect(await everything(lacking)).not.toEqual(await everything(live));
  });

  test('every entry is plain JSON', async () => {
    for (const model of Object.values((await everything(live)).models)) {
      for (const { entry } of model.values()) expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
    }
  });
});
