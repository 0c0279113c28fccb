// Builds a read model anew beside the one in use until it has caught up; then the one who projects puts it in use.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '../src/event-store/event-store.ts';
import { createGuardedScripts, type GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { type Edition, fieldOf, type Model } from './edition.ts';
import { takeLease } from './lease.ts';
import type { Projection } from './projection.ts';
import { readSessionReport } from './projector.ts';
import { isOfReadSide, rebuildCheckpoint, type SessionConsumers } from './projector-session.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import type { RedisControl } from './redis-control.ts';
import { deleteKeys, isWhole, mastersOf } from './redis-servers.ts';
import { createProjectionRunner } from './runner.ts';

/** What can be built anew: a read model, or the caps. */
export interface Rebuildable<Projecting extends string> {
  readonly model: Model;
  /** None for the caps: a follower makes them. */
  readonly projections: readonly Projection<unknown>[];
  /** Writes the build that `model` has in the edition, and says by a checkpoint of that name how far it is. */
  readonly consumers: (
    edition: Edition,
    scripts: GuardedScripts<Projecting>,
    checkpointName: string,
  ) => SessionConsumers;
  /** Glob patterns of all keys of a build. */
  readonly patterns: (build: Build) => readonly string[];
}

export interface RebuildOptions<Projecting extends string> {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly control: RedisControl;
  readonly store: EventStore;
  /** By `programName`: it waits for the projector of this one. */
  readonly program: string;
  readonly projecting: Readonly<Record<Projecting, string>>;
  readonly what: Rebuildable<Projecting>;
  /** Told what is being done, and which share of it is done, from 0 to 1. */
  readonly onProgress?: (share: number, doing: string) => void;
  /** Told of what is tried again. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds within which a projector puts the new build in use; 15,000 when absent. */
  readonly switchMs?: number;
  /**
   * Milliseconds that readers have to notice it before the old build is deleted: more than `trustedMs` of their control. 5,000 when
   * absent.
   */
  readonly deleteAfterMs?: number;
}

export interface Rebuilt {
  readonly build: Build;
  readonly events: number;
}

/** The share of the work that building is. */
const built = 0.89;

/**
 * Resolves when the new build is in use and the old one is deleted. No reader misses an entry: until the switch the old build is
 * complete, and at the switch, while nothing moves, the new one has everything that the old one has. The caps are closed at the switch
 * until everything is in the log and in the new build that was reserved in the old one: about as long as `graceMs` of the projector.
 *
 * It may be interrupted at any time and started again: a build that is not in use is deleted first. Programs with other versions of
 * the models than this one read nothing after the switch until their own projector has gone through the log: not during a rollout.
 * @throws ReadSideUnavailable when Redis cannot be reached, has lost something, or was never filled; Error when another process
 * rebuilds the model, or no projector puts it in use.
 */
export async function rebuild<Projecting extends string>(options: RebuildOptions<Projecting>): Promise<Rebuilt> {
  const { connection, keys, what } = options;
  const key = keys.lease(`rebuild:${fieldOf(what.model)}`);
  const lease = await takeLease({ connection, key, owner: randomUUID(), durationMs: 3000 });
  if (!lease) throw new Error(`${what.model.name} is being rebuilt by another process`);
  const failed = Promise.withResolvers<never>();
  failed.promise.catch(() => {});
  void lease.lost.then(() => failed.reject(new ReadSideUnavailable('Redis was out of reach for too long')));
  try {
    return await rebuildAlone(options, failed);
  } finally {
    await lease.giveBack();
  }
}

async function rebuildAlone<Projecting extends string>(
  options: RebuildOptions<Projecting>,
  failed: PromiseWithResolvers<never>,
): Promise<Rebuilt> {
  const { connection, keys, control, store, what, onError, onProgress = () => {}, deleteAfterMs = 5000 } = options;
  const { model } = what;
  // What was interrupted may have left it: nobody is to put in use what is deleted here.
  await control.withdraw(model);
  const before = await control.refresh();
  const after = before.with(model, before.numberOf(model) + 1);
  const build = after.buildOf(model);
  const checkpointName = rebuildCheckpoint(after);
  const projecting = createGuardedScripts(connection.client, options.projecting, `rebuild ${randomUUID()}`);

  async function deleteEverywhere(patterns: readonly string[]): Promise<void> {
    for (const server of mastersOf(connection)) for (const pattern of patterns) await deleteKeys(server, pattern);
  }
  const markersOf = (name: string) => keys.marker(name, '*');

  await deleteEverywhere([markersOf(checkpointName), markersOf(after.name), ...what.patterns(build)]);
  for (const server of mastersOf(connection)) {
    if (!(await isWhole(connection, keys, server))) throw new ReadSideUnavailable('no projector has filled Redis yet');
    await projecting.open(server);
  }
  const total = await countEvents(store);
  let events = 0;
  const { readModels } = what.consumers(after, projecting, checkpointName);
  const runner = createProjectionRunner({
    store,
    projections: what.projections,
    readModels: {
      ...readModels,
      async apply(projections, batch) {
        await readModels.apply(projections, batch);
        events += batch.length;
        if (events <= total) onProgress((built * events) / total, `building ${model.name} ${build}`);
      },
    },
    onError: (error) => (isOfReadSide(error) ? void failUnlessInUse(error) : onError(error)),
  });
  /** At the switch of the caps this process loses its scripts, too; by then it has done its part. */
  async function failUnlessInUse(error: unknown): Promise<void> {
    const { name } = await control.refresh().catch(() => before);
    if (name !== after.name) failed.reject(error);
  }
  const orFailed = <Result>(step: Promise<Result>): Promise<Result> => Promise.race([step, failed.promise]);
  try {
    await orFailed(runner.start());
    onProgress(built, `waiting for the projector to put ${model.name} ${build} in use`);
    await orFailed(switched(options, before, after));
    await runner.stop();
    onProgress(0.9, `${model.name} ${build} is in use; readers leave the one before, then it is deleted`);
    await orFailed(delay(deleteAfterMs));
    // A marker without its entries would be a promise that nobody keeps.
    await deleteEverywhere([markersOf(before.name), markersOf(checkpointName)]);
    for (let number = 1; number < after.numberOf(model); number++) {
      await deleteEverywhere(what.patterns(after.with(model, number).buildOf(model)));
    }
    return { build, events };
  } finally {
    await runner.stop();
    await readModels.close();
  }
}

/** Until the one who projects has put the next edition in use, and keeps it up to date. */
async function switched<Projecting extends string>(
  { connection, keys, control, program, what, switchMs = 15_000 }: RebuildOptions<Projecting>,
  before: Edition,
  after: Edition,
): Promise<void> {
  const end = performance.now() + switchMs;
  for (let isInUse = false; ; await delay(20)) {
    const { name } = await control.refresh();
    isInUse ||= name === after.name;
    if (isInUse) {
      const report = await readSessionReport(connection, keys, program);
      if (report?.edition === after.name && report.phase === 'LIVE') return;
    } else if (name !== before.name) {
      throw new Error('another build was put in use meanwhile; start again');
    } else if (!(await control.announced())) {
      await control.announce(what.model, after.numberOf(what.model));
    }
    if (performance.now() < end) continue;
    // In use without a projector that goes on with it: as all others, it waits for the next one.
    if (isInUse) return;
    await control.withdraw(what.model);
    throw new Error('no projector has put it in use: start one (KAIROS_ROLE=projector), then start again');
  }
}

async function countEvents(store: EventStore): Promise<number> {
  let events = 0;
  for await (const _ of store.readAll()) events++;
  return events;
}
