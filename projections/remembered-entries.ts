// What a writer of entries knows of them: those that are on their way, all of them, and those that were changed last.
import { createLastUsed } from '../src/last-used.ts';
import type { StoredEntry } from './read-models.ts';

export interface RememberedEntries {
  /** The entry as it is when everything that is on its way has arrived; undefined: it is not known here. */
  get(place: string): StoredEntry<unknown> | undefined;
  /** The entry is on its way; each call is followed by one of `arrived`, or whoever remembers begins anew. */
  sent(place: string, stored: StoredEntry<unknown>): void;
  arrived(place: string): void;
  /** The entry as it was read. */
  learned(place: string, stored: StoredEntry<unknown>): void;
}

/** @param most so many are kept besides those on their way */
export function createRememberedEntries(most: number): RememberedEntries {
  const kept = createLastUsed<StoredEntry<unknown>>(most);
  const onTheWay = new Map<string, { stored: StoredEntry<unknown>; times: number }>();
  return {
    get: (place) => onTheWay.get(place)?.stored ?? kept.get(place),
    sent(place, stored) {
      const known = onTheWay.get(place);
      if (known) {
        known.stored = stored;
        known.times += 1;
      } else {
        onTheWay.set(place, { stored, times: 1 });
      }
    },
    arrived(place) {
      const known = onTheWay.get(place);
      if (!known) return;
      known.times -= 1;
      if (known.times > 0) return;
      onTheWay.delete(place);
      kept.set(place, known.stored);
    },
    learned: (place, stored) => kept.set(place, stored),
  };
}
