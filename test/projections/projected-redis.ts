// A small Kairos around one Redis for tests: a log, one who projects or several, and one who reads as a replica does.
import { randomUUID } from 'node:crypto';
import type { Model } from '../../projections/edition.ts';
import type { Projection } from '../../projections/projection.ts';
import { type Projector, type ProjectorOptions, startProjector } from '../../projections/projector.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { createRedisCheckpoint } from '../../projections/redis-checkpoint.ts';
import {
  controlProjectingScripts,
  createRedisControl,
  type RedisControl,
  servingToken,
} from '../../projections/redis-control.ts';
import { createRedisNotes, type RedisNotes } from '../../projections/redis-notes.ts';
import { createRedisProgress, type RedisProgress } from '../../projections/redis-progress.ts';
import {
  createRedisReadModels,
  readModelProjectingScripts,
  readModelServingScripts,
} from '../../projections/redis-read-models.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createGuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/redis-connection.ts';
import { createRedisKeys, type RedisKeys } from '../../src/redis/redis-keys.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createSameSlotReads, sameSlotScripts } from '../../src/redis/same-slot-reads.ts';

export const servingScripts = { ...sameSlotScripts, ...readModelServingScripts };
export const projectingScripts = { ...readModelProjectingScripts, ...controlProjectingScripts };

/** A contact counter, as simple as a read model can be: what it has seen, in order. */
export interface Seen {
  readonly id: string;
  readonly positions: string[];
}

export function seen(name: string, version = 1): Projection<Seen> {
  return {
    name,
    version,
    categories: ['count'],
    entryOf: (event) => (event.data as { id?: string }).id,
    empty: (id) => ({ id, positions: [] }),
    evolve(entry, event) {
      entry.positions.push(event.position);
      return entry;
    },
  };
}

export const models: readonly Projection<unknown>[] = [seen('one'), seen('two')] as readonly Projection<unknown>[];

export interface RedisProcess {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly notes: RedisNotes;
  readonly control: RedisControl;
  /** As a replica reads. */
  readonly readModels: ReadModels;
  readonly progress: RedisProgress;
  readonly errors: unknown[];
  project(options?: Partial<ProjectorOptions<keyof typeof projectingScripts>>): Projector;
  close(): Promise<void>;
}

/** What one process has; `projections` are those of its program. */
export async function openProcess(
  url: string,
  store: EventStore,
  prefix = `test-${randomUUID()}`,
  projections: readonly Projection<unknown>[] = models,
): Promise<RedisProcess> {
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const connection = connectRedis({ settings: readRedisUrl(url), commandTimeout: 1000, onError: () => {} });
  if (connection.client.status !== 'ready') {
    await new Promise((resolve) => connection.client.once('ready', resolve));
  }
  const keys = createRedisKeys(prefix);
  const notes = createRedisNotes({ connection, keys, onError });
  const control = createRedisControl({ connection, keys, models: projections as readonly Model[], notes, everyMs: 50 });
  const serving = createGuardedScripts(connection.client, servingScripts, 'nothing');
  control.onChange((edition) => serving.renew(servingToken(keys, edition)));
  const nobody = createGuardedScripts(connection.client, projectingScripts, 'nobody');
  const common = { connection, keys, serving, reads: createSameSlotReads(serving) };
  const progress = createRedisProgress({
    store,
    control,
    notes,
    checkpoint: ({ name }) => createRedisCheckpoint({ connection, keys, projecting: nobody, name }).read(),
  });
  const projectors: Projector[] = [];
  return {
    connection,
    keys,
    notes,
    control,
    readModels: createRedisReadModels({ ...common, projecting: nobody, buildOf: control.buildOf }),
    progress,
    errors,
    project(options = {}) {
      const projector = startProjector({
        connection,
        keys,
        control,
        notes,
        store,
        projections,
        models: projections,
        serving: servingScripts,
        projecting: projectingScripts,
        consumers: ({ name, buildOf }, projecting) => ({
          readModels: createRedisReadModels({ ...common, projecting, buildOf, checkpointName: name, cached: 3 }),
          first: [],
        }),
        leaseMs: 600,
        graceMs: 100,
        checkEveryMs: 50,
        onError,
        ...options,
      });
      projectors.push(projector);
      return projector;
    },
    async close() {
      await Promise.all(projectors.map((projector) => projector.stop()));
      progress.stop();
      control.stop();
      notes.stop();
      await connection.close();
    },
  };
}
