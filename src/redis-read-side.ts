// The read side in Redis put together over one connection: the same for those who answer, who project, and who look after it.
import type { CapAudit } from '../projections/cap-audit.ts';
import type { CapGate } from '../projections/cap-gate.ts';
import type { CapTotals } from '../projections/cap-totals.ts';
import { type Edition, type Model, programName } from '../projections/edition.ts';
import type { Projection } from '../projections/projection.ts';
import { type Projector, type ProjectorOptions, startProjector } from '../projections/projector.ts';
import type { SessionConsumers } from '../projections/projector-session.ts';
import { tellFailure } from '../projections/read-model-failure.ts';
import { auditRedisCaps } from '../projections/redis-cap-audit.ts';
import { createRedisCapGate } from '../projections/redis-cap-gate.ts';
import { capProjectingScripts, capServingScripts } from '../projections/redis-cap-scripts.ts';
import { createRedisCheckpoint } from '../projections/redis-checkpoint.ts';
import { controlProjectingScripts, createRedisControl, type RedisControl } from '../projections/redis-control.ts';
import { answering } from '../projections/redis-failures.ts';
import { demandSameLog, ForeignLog } from '../projections/redis-log-identity.ts';
import { createRedisNotes, type RedisNotes } from '../projections/redis-notes.ts';
import { createRedisProgress, type RedisProgress } from '../projections/redis-progress.ts';
import {
  createRedisReadModels,
  type RedisReadModels,
  readModelProjectingScripts,
  readModelServingScripts,
} from '../projections/redis-read-models.ts';
import { type Rebuildable, type Rebuilt, rebuild } from '../projections/redis-rebuild.ts';
import { createRedisTotals } from '../projections/redis-totals.ts';
import { totalsProjectingScripts } from '../projections/redis-totals-book.ts';
import { totalsServingScripts } from '../projections/redis-totals-questions.ts';
import type { Follower } from '../projections/runner.ts';
import { publishScreenPops } from '../projections/screen-pops.ts';
import type { EventStore } from './event-store/event-store.ts';
import { createGuardedScripts, type GuardedScripts } from './redis/guarded-scripts.ts';
import { connectRedis, type RedisConnection } from './redis/redis-connection.ts';
import { type Build, createRedisKeys, type RedisKeys } from './redis/redis-keys.ts';
import type { RedisSettings } from './redis/redis-settings.ts';
import { createSameSlotReads, sameSlotScripts } from './redis/same-slot-reads.ts';
import { createRedisScreenPopFeed, screenPopProjectingScripts } from './screen-pop/redis-screen-pop-feed.ts';
import type { ScreenPopFeed } from './screen-pop/screen-pop-feed.ts';

/** What is called to answer. */
export const servingScripts = {
  ...sameSlotScripts,
  ...readModelServingScripts,
  ...capServingScripts,
  ...totalsServingScripts,
};
/** What is called to bring the log to Redis. */
export const projectingScripts = {
  ...readModelProjectingScripts,
  ...capProjectingScripts,
  ...totalsProjectingScripts,
  ...screenPopProjectingScripts,
  ...controlProjectingScripts,
};

export type ServingScript = keyof typeof servingScripts;
export type ProjectingScript = keyof typeof projectingScripts;
/** The caps are built from the log as read models are. */
const caps: Model = { name: 'caps', version: 1, isReservedIn: true };

type Timing = 'leaseMs' | 'graceMs' | 'checkEveryMs' | 'retryDelay' | 'onApplied';

/** Gives back what works as what it is given. */
export interface ObservedReadSide {
  observeScripts(scripts: GuardedScripts<ServingScript>): GuardedScripts<ServingScript>;
  observeScreenPops(feed: ScreenPopFeed): ScreenPopFeed;
}

export interface RedisReadSideOptions {
  readonly settings: RedisSettings;
  /** What all keys begin with. */
  readonly prefix: string;
  readonly store: EventStore;
  readonly projections: readonly Projection<unknown>[];
  /** Told of whatever goes wrong and is tried again. */
  readonly onError: (error: unknown) => void;
  /** Who sees what is asked for answers, and what is published; absent: nobody. */
  readonly observed?: ObservedReadSide;
  /** Milliseconds a command may take; 500 when absent. */
  readonly commandTimeout?: number;
  /** As `RedisTotalsOptions`. */
  readonly recordWithinMs?: number;
  /** As `RedisReadModelsOptions`. */
  readonly cached?: number;
  readonly remembered?: number;
}

export interface RedisReadSide {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly notes: RedisNotes;
  readonly control: RedisControl;
  readonly progress: RedisProgress;
  readonly readModels: RedisReadModels;
  readonly gate: CapGate;
  readonly screenPops: ScreenPopFeed;
  /** Everything that has builds. */
  readonly models: readonly Model[];
  /** Names what this program reads, and how. */
  readonly program: string;
  /** Renewed with each edition and each term. */
  readonly serving: GuardedScripts<ServingScript>;
  /** Fails with `ForeignLog` only: what else is wrong is found out by those who use Redis. */
  demandSameLog(): Promise<void>;
  /** Stopped by whoever starts it, before `close`. */
  project(timing?: Partial<Pick<ProjectorOptions<ProjectingScript>, Timing>>): Projector;
  /** What can be built anew, by name. */
  readonly rebuildables: ReadonlyMap<string, Rebuildable<ProjectingScript>>;
  rebuild(
    what: Rebuildable<ProjectingScript>,
    options?: { onProgress?: (share: number, doing: string) => void; deleteAfterMs?: number; switchMs?: number },
  ): Promise<Rebuilt>;
  /** Asks every server a read as those of decisions; resolves when one of them answers. */
  probe(): Promise<unknown>;
  /** As `auditRedisCaps`, now. */
  auditCaps(): Promise<CapAudit>;
  close(): Promise<void>;
}

/** Connects; whether Redis is there is found out by those who use it. */
export function createRedisReadSide(options: RedisReadSideOptions): RedisReadSide {
  const { settings, prefix, store, projections, onError, observed } = options;
  const connection = connectRedis({
    settings,
    onError,
    ...(options.commandTimeout !== undefined && { commandTimeout: options.commandTimeout }),
  });
  const keys = createRedisKeys(prefix);
  const notes = createRedisNotes({ connection, keys, onError });
  const models: readonly Model[] = [...projections, caps];
  const program = programName(models, servingScripts);
  const control = createRedisControl({ connection, keys, models, program, notes });
  // Under this token nothing is ever opened.
  const scripts = createGuardedScripts(connection.client, servingScripts, 'none');
  const serving = observed?.observeScripts(scripts) ?? scripts;
  const nobody = createGuardedScripts(connection.client, projectingScripts, 'none');
  control.onChange((edition) => serving.renew(control.servingToken(edition)));
  const reads = createSameSlotReads(answering(serving), connection);
  const common = {
    ...{ connection, keys, serving, reads },
    ...(options.cached !== undefined && { cached: options.cached }),
    ...(options.remembered !== undefined && { remembered: options.remembered }),
  };
  const checkpoint = ({ name }: Edition) =>
    createRedisCheckpoint({ connection, keys, projecting: nobody, name }).read();
  const progress = createRedisProgress({ store, control, notes, checkpoint });

  function consumersOf(
    buildOf: RedisControl['buildOf'],
    projecting: GuardedScripts<ProjectingScript>,
    checkpointName: string,
    beside: readonly Follower[] = [],
  ): SessionConsumers {
    const told = { onError: tellFailure(onError) };
    return { readModels: createRedisReadModels({ ...common, ...told, projecting, buildOf, checkpointName, beside }) };
  }

  const gateOf = (build: () => Build, projecting: GuardedScripts<ProjectingScript>, totals: CapTotals) =>
    createRedisCapGate({ ...common, build, projecting, totals });
  const totalsOf = (build: () => Build, projecting: GuardedScripts<ProjectingScript>, giveBackEveryMs?: number) =>
    createRedisTotals({
      ...{ keys, build, serving, projecting, onError },
      ...(giveBackEveryMs !== undefined && { giveBackEveryMs }),
      ...(options.recordWithinMs !== undefined && { recordWithinMs: options.recordWithinMs }),
    });
  /** Brings the log to a build of the caps. */
  function countingOf(build: () => Build, projecting: GuardedScripts<ProjectingScript>) {
    // It never takes a place.
    const book = totalsOf(build, projecting, 0);
    return { counting: gateOf(build, projecting, book).counting, book };
  }
  const capsInUse = () => control.buildOf(caps);
  const totals = totalsOf(capsInUse, nobody);
  const feedOf = (scripts: GuardedScripts<ProjectingScript>) => {
    const feed = createRedisScreenPopFeed({ connection, keys, scripts, onError });
    return observed?.observeScreenPops(feed) ?? feed;
  };

  const rebuildableOf = (projection: Projection<unknown>): Rebuildable<ProjectingScript> => ({
    model: projection,
    projections: [projection],
    consumers: ({ buildOf }, projecting, checkpointName) => consumersOf(buildOf, projecting, checkpointName),
    patterns: (build) => [`${keys.entries(projection.name, build)}*`],
  });
  const capsAnew: Rebuildable<ProjectingScript> = {
    model: caps,
    projections: [],
    consumers: ({ buildOf }, projecting, checkpointName) =>
      consumersOf(buildOf, projecting, checkpointName, countingOf(() => buildOf(caps), projecting).counting),
    patterns: (build) => ['caps', 'totals'].map((part) => `${keys.entries(part, build)}*`),
  };
  const whole = { connection, keys, control, notes, store, program, projecting: projectingScripts, onError };

  return {
    connection,
    keys,
    notes,
    control,
    progress,
    models,
    program,
    serving,
    readModels: createRedisReadModels({ ...common, projecting: nobody, buildOf: control.buildOf }),
    gate: gateOf(capsInUse, nobody, totals),
    screenPops: feedOf(nobody),
    async demandSameLog() {
      try {
        await demandSameLog(whole, await checkpoint(await control.refresh()));
      } catch (error) {
        if (error instanceof ForeignLog) throw error;
      }
    },
    project: (timing) =>
      startProjector({
        ...whole,
        ...timing,
        projections,
        serving: servingScripts,
        consumers({ name, buildOf }, projecting) {
          const { counting, book } = countingOf(() => buildOf(caps), projecting);
          const beside = [...counting, publishScreenPops(feedOf(projecting))];
          return { ...consumersOf(buildOf, projecting, name, beside), caughtUp: book.caughtUp };
        },
      }),
    rebuildables: new Map([...projections.map(rebuildableOf), capsAnew].map((each) => [each.model.name, each])),
    rebuild: (what, rebuildOptions) => rebuild({ ...whole, ...rebuildOptions, what }),
    probe: async () => Promise.any(connection.tags().map((tag) => reads.strings(tag, [keys.entry('probe', '0', tag)]))),
    auditCaps: () => auditRedisCaps({ connection, keys, control, store, caps, serving, checkpoint, at: Date.now() }),
    async close() {
      // Places that cannot be given back are free when their time is over.
      await totals.close().catch(() => {});
      progress.stop();
      control.stop();
      notes.stop();
      await connection.close();
    },
  };
}
