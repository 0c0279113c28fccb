// A projection that writes down what it was given, and the events for it.
import type { Projection } from '../../projections/projection.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { recorded } from './recorded-events.ts';

export interface Tally {
  id: string;
  seen: string[];
}

/** Writes down the positions of the events of an entry. */
export function tally(name: string, categories: readonly string[] = ['count'], group?: string): Projection<Tally> {
  return {
    name,
    version: 1,
    categories,
    ...(group !== undefined && { group }),
    entryOf: (event) => (event.data as { id?: string }).id,
    empty: (id) => ({ id, seen: [] }),
    evolve(entry, event) {
      if (event.type === 'Broken') throw new Error('a bug');
      entry.seen.push(event.position);
      return entry;
    },
  };
}

/** One event for each of the ids, the first at position `first`. */
export function counted(ids: readonly (string | undefined)[], first = 1): RecordedEvent[] {
  return recorded(
    ids.map((id) => ({ stream: `count-${id}`, type: 'Counted', data: { id } })),
    first,
  );
}
