// What a writer of entries knows of them: those that are on their way, all of them, and those that were changed last.
import { createLastUsed } from '../src/last-used.ts';
import type { StoredEntry } from './read-models.ts';

export interface RememberedEntries {
  /** The entry as it is when everything that is on its way has arrived; undefined: it is not known here. */
  get(place: string): StoredEntry<unknown> | undefined;
  /** The entry is on its way as a text; each call is followed by one of `arrived`, or whoever remembers begins anew. */
  sent(place: string, stored: StoredEntry<unknown>, text: string): void;
  arrived(place: string): void;
}

interface Remembered {
  stored: StoredEntry<unknown>;
  /** Characters of its text: as an object it takes some three bytes for each. */
  size: number;
  /** How often it is on its way. */
  times: number;
}

/** @param most characters of the texts of those that are kept besides those on their way */
export function createRememberedEntries(most: number): RememberedEntries {
  const kept = createLastUsed<Remembered>(most, ({ size }) => size);
  const onTheWay = new Map<string, Remembered>();
  return {
    get: (place) => (onTheWay.get(place) ?? kept.get(place))?.stored,
    sent(place, stored, { length }) {
      const known = onTheWay.get(place);
      if (known) {
        known.stored = stored;
        known.size = length;
        known.times += 1;
      } else {
        onTheWay.set(place, { stored, size: length, times: 1 });
      }
    },
    arrived(place) {
      const known = onTheWay.get(place);
      if (!known) return;
      known.times -= 1;
      if (known.times > 0) return;
      onTheWay.delete(place);
      kept.set(place, known);
    },
  };
}
