// Brings events into the read models in Redis: evolves entries in this process and replaces them where nobody was faster.
import { beginning, type RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { RedisNotReady } from '../src/redis/guarded-scripts.ts';
import { createFirstSights } from './first-sights.ts';
import type { Projection } from './projection.ts';
import type { ReadModelFailure } from './read-model-failure.ts';
import type { StoredEntry } from './read-models.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import { readEntry, writeEntry } from './redis-entries.ts';
import {
  createGroupPlaces,
  createSinglePlaces,
  type EntryPlace,
  type EntryPlaces,
  type EntryPlacesOptions,
  type Replacement,
} from './redis-entry-places.ts';
import { answered, dataLost } from './redis-failures.ts';
import { createRememberedEntries } from './remembered-entries.ts';

export interface RedisModelWriterOptions extends EntryPlacesOptions {
  readonly onError: (error: unknown, failure: ReadModelFailure) => void;
  /** The last changed entries are kept here, so that they need not be read: characters of their texts. */
  readonly remembered: number;
  /** Whether there was nothing before the first `apply`, as far as is known: then what was not written here is not read before it is. */
  readonly beganEmpty: () => boolean;
}

export interface RedisModelWriter {
  /**
   * As `ReadModels.apply`, but for the checkpoint. The next call may begin when this one has returned: what is made of an entry then is
   * sent behind what was made of it before, and refused if that was not taken.
   *
   * When data has been lost, this and every later call fails with ReadSideUnavailable because of a `RedisNotReady`: what a writer knows
   * of the data is not so any more, and the events that come next are not those that are missing.
   *
   * @param before of the call before: it is over; this one fails when that fails
   */
  apply(
    projections: readonly Projection<unknown>[],
    events: readonly RecordedEvent[],
    before: Promise<unknown>,
  ): Promise<void>;
}

/** An entry and the events of a batch that concern it. */
interface Concerned extends EntryPlace {
  readonly events: RecordedEvent[];
  /** As it was when it was last seen here, before this batch. */
  seenAt: string;
}

export function createRedisModelWriter(options: RedisModelWriterOptions): RedisModelWriter {
  const { onError } = options;
  const singlePlaces = createSinglePlaces(options);
  const groupPlaces = createGroupPlaces(options);
  const sights = createFirstSights();
  let remembered = createRememberedEntries(options.remembered);
  /** By place: who waits for what Redis has there, or for somebody who does. Whoever comes next waits for him. */
  const waiting = new Map<string, Promise<unknown>>();
  /** The last call has begun. */
  let begun: Promise<unknown> = Promise.resolve();
  /** Something that was sent was not taken: the next call begins when everything before it is over. */
  let isTroubled = false;
  let lost: unknown;

  function noteTrouble(): void {
    isTroubled = true;
    remembered = createRememberedEntries(options.remembered);
  }

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

  /** Those that are not in: another writer has replaced them. */
  async function bring(places: EntryPlaces, concerned: readonly Concerned[]): Promise<readonly Concerned[]> {
    // The server works on one piece while the next is evolved here.
    const pieces: Promise<readonly Concerned[]>[] = [];
    for (let from = 0; from < concerned.length; from += places.atOnce) {
      pieces.push(bringPiece(places, concerned.slice(from, from + places.atOnce)));
    }
    // Whoever applies them again after a failure does so when none of them is under way any more.
    await Promise.allSettled(pieces);
    return (await Promise.all(pieces)).flat();
  }

  /** Until all events are in all entries: who is slower than another writer reads what that one wrote, and goes on from there. */
  async function bringAll(places: EntryPlaces, concerned: readonly Concerned[]): Promise<void> {
    for (let left = concerned; left.length > 0; ) left = await bring(places, left);
  }

  /** What is known here is on its way when this returns. */
  function bringPiece(places: EntryPlaces, concerned: readonly Concerned[]): Promise<readonly Concerned[]> {
    const missing = concerned.filter(({ name }) => !remembered.get(name) && !isNew(name));
    const before = concerned.flatMap(({ name }) => waiting.get(name) ?? []);
    if (missing.length === 0 && before.length === 0) return send(places, concerned);
    const since = remembered;
    const sent = Promise.allSettled(before).then(async () => {
      const unknown = missing.filter(({ name }) => !since.get(name));
      const read = await readAll(places, unknown);
      // Behind a promise of its own: whoever waits does so until it is sent, not until it is taken.
      return { taken: since === remembered ? send(places, concerned, read) : Promise.resolve(concerned) };
    });
    for (const { name } of concerned) waiting.set(name, sent);
    return sent
      .finally(() => {
        for (const { name } of concerned) if (waiting.get(name) === sent) waiting.delete(name);
      })
      .then(({ taken }) => taken);
  }

  /** Where there was nothing, it is left to the replacing to find out whether another writer has been here. */
  function isNew(name: string): boolean {
    return options.beganEmpty() && sights.isFirst(name);
  }

  async function readAll(places: EntryPlaces, wanted: readonly Concerned[]): Promise<Entries> {
    if (wanted.length === 0) return new Map();
    const texts = await answered(places.read(wanted));
    return new Map(Array.from(texts, ([{ name }, text]) => [name, readEntry(text, name)]));
  }

  /** Those that another writer has replaced. */
  async function send(places: EntryPlaces, concerned: readonly Concerned[], read?: Entries) {
    const own = remembered;
    try {
      const replacements: (Replacement & { readonly place: Concerned })[] = [];
      for (const place of concerned) {
        const known = read?.get(place.name) ?? own.get(place.name);
        const position = known?.position ?? beginning;
        if (position < place.seenAt) throw dataLost(place.name);
        place.seenAt = position;
        const next = evolved(place, known);
        if (!next) continue;
        const text = writeEntry(next);
        replacements.push({ place, expected: position, position: next.position, text });
        own.sent(place.name, next, text);
      }
      if (replacements.length === 0) return [];
      const refused = await answered(places.replace(replacements));
      if (refused.size > 0) noteTrouble();
      for (const { place } of replacements) own.arrived(place.name);
      return concerned.filter((place) => refused.has(place));
    } catch (error) {
      noteTrouble();
      throw error;
    }
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

  /** What is in no group is on its way when this is over. */
  async function begin(
    projections: readonly Projection<unknown>[],
    events: readonly RecordedEvent[],
    before: Promise<unknown>,
  ) {
    if (isTroubled) await before;
    isTroubled = false;
    const groups = concernedBy(projections, events);
    const singles = bring(singlePlaces, groups.get(undefined) ?? []);
    groups.delete(undefined);
    return { singles, groups };
  }

  return {
    async apply(projections, events, before) {
      if (lost) throw lost;
      const ready = begun.then(() => begin(projections, events, before));
      begun = ready.catch(() => {});
      try {
        const { singles, groups } = await ready;
        await Promise.allSettled([singles, before]);
        await before;
        const left = [bringAll(singlePlaces, await singles)];
        for (const concerned of groups.values()) left.push(bringAll(groupPlaces, concerned));
        await Promise.all(left);
      } catch (error) {
        if (error instanceof ReadSideUnavailable && error.cause instanceof RedisNotReady) lost = error;
        throw error;
      }
    },
  };
}

type Entries = ReadonlyMap<string, StoredEntry<unknown>>;

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
