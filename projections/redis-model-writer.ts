// Brings events into the read models in Redis: evolves entries in this process and replaces them where nobody was faster.
import { beginning, type RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { createLastUsed } from '../src/last-used.ts';
import { RedisNotReady } from '../src/redis/guarded-scripts.ts';
import type { Projection } from './projection.ts';
import type { ReadModelFailure } from './read-model-failure.ts';
import type { StoredEntry } from './read-models.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import { readEntry } from './redis-entries.ts';
import {
  createGroupPlaces,
  createSinglePlaces,
  type EntryPlace,
  type EntryPlaces,
  type EntryPlacesOptions,
} from './redis-entry-places.ts';
import { answered, dataLost } from './redis-failures.ts';

export interface RedisModelWriterOptions extends EntryPlacesOptions {
  readonly onError: (error: unknown, failure: ReadModelFailure) => void;
  /** So many of the last changed entries are kept here, so that they need not be read. */
  readonly cached: number;
}

export interface RedisModelWriter {
  /**
   * As `ReadModels.apply`, but for the checkpoint.
   *
   * When data has been lost, this and every later call fails with ReadSideUnavailable because of a `RedisNotReady`: what a writer knows
   * of the data is not so any more, and the events that come next are not those that are missing.
   */
  apply(projections: readonly Projection<unknown>[], events: readonly RecordedEvent[]): Promise<void>;
}

/** An entry and the events of a batch that concern it. */
interface Concerned extends EntryPlace {
  readonly events: RecordedEvent[];
  /** As it was when it was last seen here, before this batch. */
  seenAt: string;
}

export function createRedisModelWriter(options: RedisModelWriterOptions): RedisModelWriter {
  const { onError } = options;
  /** By name of the place; what is being changed is not in it. */
  const cache = createLastUsed<StoredEntry<unknown>>(options.cached);
  const singlePlaces = createSinglePlaces(options);
  const groupPlaces = createGroupPlaces(options);
  let lost: unknown;

  /** By group; those that are in none under undefined. */
  function concernedBy(projections: readonly Projection<unknown>[], events: readonly RecordedEvent[]) {
    const readers = readersOf(projections);
    const groups = new Map<string | undefined, Concerned[]>();
    for (const event of events) {
      for (const { projection, concerned } of readers.get(categoryOf(event.stream)) ?? []) {
        const entryId = idIn(projection, event);
        if (entryId === undefined) continue;
        const { group } = projection;
        const place = entryOr(concerned, entryId, () => {
          const name = placesOf(group).nameOf(projection, entryId);
          const made: Concerned = { projection, entryId, name, events: [], seenAt: beginning };
          entryOr(groups, group, (): Concerned[] => []).push(made);
          return made;
        });
        place.events.push(event);
      }
    }
    return groups;
  }

  function placesOf(group: string | undefined): EntryPlaces {
    return group === undefined ? singlePlaces : groupPlaces;
  }

  function idIn(projection: Projection<unknown>, event: RecordedEvent): string | undefined {
    try {
      return projection.entryOf(event);
    } catch (error) {
      onError(error, { projection: projection.name, position: event.position });
      return undefined;
    }
  }

  /** Until all events are in all entries: who is slower than another writer reads what that one wrote, and goes on from there. */
  async function bring(places: EntryPlaces, concerned: readonly Concerned[]): Promise<void> {
    for (let left = concerned; left.length > 0; ) {
      // The server works on one piece while the next is evolved here.
      const pieces: Promise<readonly Concerned[]>[] = [];
      for (let from = 0; from < left.length; from += places.atOnce) {
        pieces.push(bringPiece(places, left.slice(from, from + places.atOnce)));
      }
      // Whoever applies them again after a failure does so when none of them is under way any more.
      await Promise.allSettled(pieces);
      left = (await Promise.all(pieces)).flat();
    }
  }

  /** Those that another writer has replaced. */
  async function bringPiece(places: EntryPlaces, concerned: readonly Concerned[]): Promise<readonly Concerned[]> {
    const before = await entriesBefore(places, concerned);
    const replacements = concerned.flatMap((place, index) => {
      const known = before[index];
      const next = evolved(place, known);
      if (next) return [{ place, position: known?.position ?? beginning, next }];
      if (known) cache.set(place.name, known);
      return [];
    });
    if (replacements.length === 0) return [];
    const replaced = await answered(places.replace(replacements));
    return replacements.flatMap(({ place, next }, index) => {
      if (!replaced[index]) return [place];
      cache.set(place.name, next);
      return [];
    });
  }

  /** Takes entries out of the cache, or reads them. */
  async function entriesBefore(places: EntryPlaces, wanted: readonly Concerned[]) {
    const entries = wanted.map(({ name }) => cache.get(name));
    for (const { name } of wanted) cache.delete(name);
    const missing = wanted.filter((_, index) => !entries[index]);
    if (missing.length > 0) {
      const texts = (await answered(places.read(missing))).values();
      for (const [index, { name }] of wanted.entries()) {
        if (entries[index]) continue;
        const text = texts.next().value;
        if (text) entries[index] = readEntry(text, name);
      }
    }
    for (const [index, place] of wanted.entries()) {
      const position = entries[index]?.position ?? beginning;
      if (position < place.seenAt) throw dataLost(place.name);
      place.seenAt = position;
    }
    return entries;
  }

  /** The entry after the events that it has not seen; undefined when there are none. */
  function evolved({ projection, entryId, events }: Concerned, known: StoredEntry<unknown> | undefined) {
    let last = known;
    for (const event of events) {
      if (last && event.position <= last.position) continue;
      try {
        const entry = projection.evolve(last ? last.entry : projection.empty(entryId), event);
        last = { entry, position: event.position };
      } catch (error) {
        onError(error, { projection: projection.name, position: event.position });
      }
    }
    return last === known ? undefined : last;
  }

  return {
    async apply(projections, events) {
      if (lost) throw lost;
      try {
        const groups = [...concernedBy(projections, events)];
        await Promise.all(groups.map(([group, concerned]) => bring(placesOf(group), concerned)));
      } catch (error) {
        if (error instanceof ReadSideUnavailable && error.cause instanceof RedisNotReady) lost = error;
        throw error;
      }
    },
  };
}

/** A projection, and by entry id what a batch has for it. */
interface Reader {
  readonly projection: Projection<unknown>;
  readonly concerned: Map<string, Concerned>;
}

/** By category. */
function readersOf(projections: readonly Projection<unknown>[]): Map<string, Reader[]> {
  const readers = new Map<string, Reader[]>();
  for (const projection of projections) {
    const reader = { projection, concerned: new Map<string, Concerned>() };
    for (const category of projection.categories) entryOr(readers, category, () => []).push(reader);
  }
  return readers;
}

function entryOr<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
