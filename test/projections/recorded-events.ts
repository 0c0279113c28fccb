// Recorded events for tests of projections: in order of position, as a store would give them.
import { randomUUID } from 'node:crypto';
import type { Projection } from '../../projections/projection.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';

/** A position as stores give them: opaque, fixed width, sortable. */
export function positionAt(index: number): string {
  return String(index).padStart(16, '0');
}

/** What a test says of an event. `at` is the instant the command gave it. */
export interface Told {
  readonly stream: string;
  readonly type: string;
  readonly data: object;
  readonly at?: string;
  readonly actor?: string;
}

/** The events at the positions from `first` on. */
export function recorded(told: readonly Told[], first = 1): RecordedEvent[] {
  return told.map(({ stream, type, data, at = '2026-11-21T12:00:00.000Z', actor = 'test' }, index) => ({
    id: randomUUID(),
    type,
    data,
    metadata: { at, v: 1, correlationId: 'c1', causationId: 'c1', actor },
    stream,
    revision: index,
    position: positionAt(first + index),
    recordedAt: at,
  }));
}

/** The entry that events of one entry make. */
export function folded<Entry>(projection: Projection<Entry>, entryId: string, events: readonly RecordedEvent[]): Entry {
  return events
    .filter((event) => projection.entryOf(event) === entryId)
    .reduce((entry, event) => projection.evolve(entry, event), projection.empty(entryId));
}
