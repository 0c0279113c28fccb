// A small Kairos around one Redis for tests: a log, one who projects or several, and one who reads as a replica does.
import { randomUUID } from 'node:crypto';
import type { Projection } from '../../projections/projection.ts';
import type { Projector } from '../../projections/projector.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createRedisReadSide, type RedisReadSide } from '../../src/redis-read-side.ts';

/** What the simplest of read models has seen, in order. */
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

/** What one process has of Redis; `close` stops its projectors. */
export interface RedisProcess extends RedisReadSide {
  readonly errors: unknown[];
}

/** `projections` are those of its program. What takes seconds elsewhere takes milliseconds here. */
export async function openProcess(
  url: string,
  store: EventStore,
  prefix = `test-${randomUUID()}`,
  projections: readonly Projection<unknown>[] = models,
): Promise<RedisProcess> {
  const errors: unknown[] = [];
  const readSide = createRedisReadSide({
    settings: readRedisUrl(url),
    prefix,
    store,
    projections,
    commandTimeout: 1000,
    cached: 3,
    remembered: 500,
    onError(error) {
      // The client tells of each connection that it could not make.
      if (!/ECONN|Connection is closed|None of startup nodes/.test(String(error))) errors.push(error);
    },
  });
  await readSide.connection.connected();
  const projectors: Projector[] = [];
  return {
    ...readSide,
    errors,
    project(timing) {
      const projector = readSide.project({ leaseMs: 600, graceMs: 100, checkEveryMs: 50, ...timing });
      projectors.push(projector);
      return projector;
    },
    async close() {
      await Promise.all(projectors.map((projector) => projector.stop()));
      await readSide.close();
    },
  };
}
