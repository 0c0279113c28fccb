// A log of the simplest events for tests of what projects them, and what a fresh fold of it gives.
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Projection } from '../../projections/projection.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { type EventStore, noStream, type Position } from '../../src/event-store/event-store.ts';
import { until } from '../redis/redis-server.ts';
import { models, type Seen, seen } from './projected-redis.ts';

/** One append of so many events of an entry. */
export async function count(store: EventStore, id: string, events = 1): Promise<Position> {
  const metadata = { at: '2026-11-21T12:00:00.000Z', v: 1, correlationId: 'c', causationId: 'c', actor: 'test' };
  const news = Array.from({ length: events }, () => ({ id: randomUUID(), type: 'Counted', data: { id }, metadata }));
  return (await store.append(`count-${id}_${randomUUID()}`, noStream, news)).position;
}

/** Each projection has for each entry what the log has for it. */
export async function expectWhole(
  store: EventStore,
  readModels: ReadModels,
  projections: readonly Projection<unknown>[] = models,
): Promise<void> {
  const expected = new Map<string, string[]>();
  for await (const { position, data } of store.readAll({ categories: ['count'] })) {
    const { id } = data as { id: string };
    expected.set(id, [...(expected.get(id) ?? []), position]);
  }
  for (const projection of projections) {
    const entries = await readModels.readAll(projection as Projection<Seen>);
    expect(new Map([...entries].map(([id, { entry }]) => [id, entry.positions]))).toEqual(expected);
  }
}

/** Resolves when reads are answered. */
export function serves(readModels: ReadModels, id = 'nobody', projection = seen('one')): Promise<void> {
  return until(() =>
    readModels.read(projection, id).then(
      () => true,
      () => false,
    ),
  );
}
