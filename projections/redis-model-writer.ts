// Brings events into the read models in Redis: evolves entries in this process and replaces them where nobody was faster.
import { beginning, type RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { createLastUsed } from '../src/last-used.ts';
import { RedisNotReady } from '../src/redis/guarded-scripts.ts';
import { createFirstSights } from './first-sights.ts';
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
  type Replacement,
} from './redis-entry-places.ts';
import { answered, dataLost } from './redis-failures.ts';

export interface RedisModelWriterOptions extends EntryPlacesOptions {
  readonly onError: (error: unknown, failure: ReadModelFailure) => void;
  /** So many of the last changed entries are kept here, so that they need not be read. */
  readonly cached: number;
  /** Whether there was nothing before the first `apply`, as far as is known: then what was not written here is not read before it is. */
  readonly beganEmpty: () => boolean;
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
  const sights = createFirstSights();
  let lost: unknown;

  /** By group; those that are in none under undefined. */
  function concernedBy(projections: readonly Projection<unknown>[], events: readonly RecordedEvent[]) {
    const groups = new Map<string | undefined, Concerned[]>();
    const readers = readersOf(projections);
    for (const event of events) {
      for (const { projection, concerned } of readers.get(categoryOf(event.stream)) ?? []) {
        const entryId = idIn(projection, event);
        if (entryId === undefined) continue;
        const known = concerned.get(entryId);
        if (known) {
          known.events.push(event);
          continue;
        }
        const { group } = projection;
        const name = placesOf(group).nameOf(projection, entryId);
        const place: Concerned = { projection, entryId, name, events: [event], seenAt: beginning };
        concerned.set(entryId, place);
        entryOr(groups, group, (): Concerned[] => []).push(place);
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
    const replacements: (Replacement & { readonly place: Concerned })[] = [];
    for (const [index, place] of concerned.entries()) {
      const known = before[index];
      const next = evolved(place, known);
      if (next) replacements.push({ place, position: known?.position ?? beginning, next });
      else if (known) cache.set(place.name, known);
    }
    if (replacements.length === 0) return [];
    const refused = await answered(places.replace(replacements));
    for (const { place, next } of replacements) if (!refused.has(place)) cache.set(place.name, next);
    return concerned.filter((place) => refused.has(place));
  }

  /**
   * Takes entries out of the cache, or reads them. Where there was nothing, it is left to the replacing to find out whether another
   * writer has been here.
   */
  async function entriesBefore(places: EntryPlaces, wanted: readonly Concerned[]) {
    const entries = wanted.map(({ name }) => cache.get(name));
    for (const { name } of wanted) cache.delete(name);
    const isNew = (name: string) => options.beganEmpty() && sights.isFirst(name);
    const missing = wanted.filter(({ name }, index) => !entries[index] && !isNew(name));
    if (missing.length > 0) {
      const texts = await answered(places.read(missing));
      for (const [index, place] of wanted.entries()) {
        const text = texts.get(place);
        if (text !== undefined) entries[index] = readEntry(text, place.name);
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
