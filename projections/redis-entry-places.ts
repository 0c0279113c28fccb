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
  readonly projecting: GuardedScripts<'replaceEntry' | 'replaceGroupEntries'>;
  readonly buildOf: BuildOf;
}

/** Entries of models that are in no group. */
export function createSinglePlaces({ connection, keys, projecting, buildOf }: EntryPlacesOptions): EntryPlaces {
  return {
    atOnce: 32,
    nameOf: (projection, entryId) => keys.entry(projection.name, buildOf(projection), entryId),
    read: (places) => Promise.all(connection.together(() => places.map(({ name }) => connection.client.get(name)))),
    async replace(replacements) {
      const replies = connection.together(() =>
        replacements.map(({ place, position, next }) =>
          projecting.call('replaceEntry', [place.name], [position, writeEntry(next)]),
        ),
      );
      return (await Promise.all(replies)).map((reply) => reply === 1);
    },
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
