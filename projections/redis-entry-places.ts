// Where entries are kept in Redis, and how they are replaced there: each alone, or those of a group all at once.
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import type { Projection } from './projection.ts';
import type { StoredEntry } from './read-models.ts';
import { type BuildOf, groupModelOf, writeEntry } from './redis-entries.ts';

export interface EntryPlace {
  readonly projection: Projection<unknown>;
  readonly entryId: string;
  /** Names the place among all. */
  readonly name: string;
}

export interface Replacement {
  readonly place: EntryPlace;
  /** What the new entry was made of. */
  readonly position: string;
  readonly next: StoredEntry<unknown>;
}

/** Places that are read and written together. */
export interface EntryPlaces {
  /** So many are best replaced by one call. */
  readonly atOnce: number;
  /** Names the place of an entry. */
  nameOf(projection: Projection<unknown>, entryId: string): string;
  /** As Redis keeps them, null where there is none; in the order of the places. */
  read(places: readonly EntryPlace[]): Promise<readonly (string | null)[]>;
  /** In the order of the replacements: false where another entry is there than the new one was made of, which stays. */
  replace(replacements: readonly Replacement[]): Promise<readonly boolean[]>;
}

export interface EntryPlacesOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly projecting: GuardedScripts<'replaceEntries' | 'replaceGroupEntries'>;
  readonly buildOf: BuildOf;
}

/** Entries of models that are in no group. */
export function createSinglePlaces({ connection, keys, projecting, buildOf }: EntryPlacesOptions): EntryPlaces {
  /** Asks once for what can be in one command; the answers are in the order of the items. */
  async function askBySlot<Item, Answer>(
    items: readonly Item[],
    tagOf: (item: Item) => string,
    ask: (items: readonly Item[]) => Promise<readonly Answer[]>,
  ): Promise<readonly Answer[]> {
    const ofSlots = connection.bySlot(items, tagOf);
    const asked = await Promise.all(connection.together(() => ofSlots.map(ask)));
    if (asked.length === 1) return asked[0] ?? [];
    const answers = new Map<Item, Answer>();
    for (const [number, own] of ofSlots.entries()) {
      for (const [index, answer] of (asked[number] ?? []).entries()) answers.set(own[index] as Item, answer);
    }
    return items.map((item) => answers.get(item) as Answer);
  }

  return {
    atOnce: 64,
    nameOf: (projection, entryId) => keys.entry(projection.name, buildOf(projection), entryId),
    read: (places) =>
      askBySlot(
        places,
        ({ entryId }) => entryId,
        (own) => connection.client.mget(own.map(({ name }) => name)),
      ),
    replace: (replacements) =>
      askBySlot(
        replacements,
        ({ place }) => place.entryId,
        async (own) => {
          const replies = await projecting.call(
            'replaceEntries',
            own.map(({ place }) => place.name),
            own.flatMap(({ position, next }) => [position, writeEntry(next)]),
          );
          return (replies as readonly number[]).map((reply) => reply === 1);
        },
      ),
  };
}

/** Entries of the models of one group, which change all at once: nobody ever sees a later event of the log without an earlier one. */
export function createGroupPlaces({ connection, keys, projecting, buildOf }: EntryPlacesOptions): EntryPlaces {
  const modelOf = (projection: Projection<unknown>) => groupModelOf(keys, buildOf, projection);
  return {
    atOnce: Number.POSITIVE_INFINITY,
    nameOf: (projection, entryId) => `${modelOf(projection).entries} ${entryId}`,
    read: (places) =>
      Promise.all(
        connection.together(() =>
          places.map(({ projection, entryId }) => connection.client.hget(modelOf(projection).entries, entryId)),
        ),
      ),
    async replace(replacements) {
      const projections = [...new Set(replacements.map(({ place }) => place.projection))];
      const models = projections.map(modelOf);
      const reply = await projecting.call(
        'replaceGroupEntries',
        models.flatMap(({ entries, changes }) => [entries, changes]),
        replacements.flatMap(({ place, position, next }) => [
          projections.indexOf(place.projection) + 1,
          place.entryId,
          position,
          next.position,
          writeEntry(next),
        ]),
      );
      return replacements.map(() => reply === 1);
    },
  };
}
