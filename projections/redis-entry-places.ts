// Where entries are kept in Redis, and how they are replaced there: each alone, or those of a group all at once.
import type { Position } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import type { Projection } from './projection.ts';
import { type BuildOf, groupModelOf } from './redis-entries.ts';

export interface EntryPlace {
  readonly projection: Projection<unknown>;
  readonly entryId: string;
  /** Names the place among all. */
  readonly name: string;
}

export interface Replacement {
  readonly place: EntryPlace;
  /** Position of the entry that the new one was made of. */
  readonly expected: Position;
  /** Of the new one. */
  readonly position: Position;
  readonly text: string;
}

/** Places that are read and written together. */
export interface EntryPlaces {
  /** So many are best replaced by one call. */
  readonly atOnce: number;
  /** Names the place of an entry. */
  nameOf(projection: Projection<unknown>, entryId: string): string;
  /** As Redis keeps them, where there are any. */
  read(places: readonly EntryPlace[]): Promise<ReadonlyMap<EntryPlace, string>>;
  /** Answers the places where another entry is than the new one was made of, which stays. */
  replace(replacements: readonly Replacement[]): Promise<ReadonlySet<EntryPlace>>;
}

export interface EntryPlacesOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly projecting: GuardedScripts<'replaceEntries' | 'replaceGroupEntries'>;
  readonly buildOf: BuildOf;
}

/** Entries of models that are in no group. */
export function createSinglePlaces({ connection, keys, projecting, buildOf }: EntryPlacesOptions): EntryPlaces {
  /** Asks once for what can be in one command. */
  async function askBySlot<Item>(
    items: readonly Item[],
    tagOf: (item: Item) => string,
    ask: (items: readonly Item[]) => Promise<void>,
  ): Promise<void> {
    await Promise.all(connection.together(() => connection.bySlot(items, tagOf).map(ask)));
  }

  return {
    atOnce: 64,
    nameOf: (projection, entryId) => keys.entry(projection.name, buildOf(projection), entryId),
    async read(places) {
      const found = new Map<EntryPlace, string>();
      const tagOf = ({ entryId }: EntryPlace) => entryId;
      await askBySlot(places, tagOf, async (own) => {
        addFound(found, own, await connection.client.mget(own.map(({ name }) => name)));
      });
      return found;
    },
    async replace(replacements) {
      const refused = new Set<EntryPlace>();
      const tagOf = ({ place }: Replacement) => place.entryId;
      await askBySlot(replacements, tagOf, async (own) => {
        const [names, args]: [string[], string[]] = [[], []];
        for (const { place, expected, text } of own) {
          names.push(place.name);
          args.push(expected, text);
        }
        for (const number of (await projecting.call('replaceEntries', names, args)) as number[]) {
          const replacement = own[number - 1];
          if (replacement) refused.add(replacement.place);
        }
      });
      return refused;
    },
  };
}

/** Entries of the models of one group, which change all at once: nobody ever sees a later event of the log without an earlier one. */
export function createGroupPlaces({ connection, keys, projecting, buildOf }: EntryPlacesOptions): EntryPlaces {
  const modelOf = (projection: Projection<unknown>) => groupModelOf(keys, buildOf, projection);
  return {
    atOnce: Number.POSITIVE_INFINITY,
    nameOf: (projection, entryId) => `${modelOf(projection).entries} ${entryId}`,
    async read(places) {
      const found = new Map<EntryPlace, string>();
      const ofModels = [...Map.groupBy(places, ({ projection }) => projection)];
      const asked = ofModels.map(async ([projection, own]) => {
        const ids = own.map(({ entryId }) => entryId);
        addFound(found, own, await connection.client.hmget(modelOf(projection).entries, ...ids));
      });
      await Promise.all(asked);
      return found;
    },
    async replace(replacements) {
      const projections = [...new Set(replacements.map(({ place }) => place.projection))];
      const models = projections.map(modelOf);
      const reply = await projecting.call(
        'replaceGroupEntries',
        models.flatMap(({ entries, changes }) => [entries, changes]),
        replacements.flatMap(({ place, expected, position, text }) => [
          projections.indexOf(place.projection) + 1,
          place.entryId,
          expected,
          position,
          text,
        ]),
      );
      return new Set(reply === 1 ? [] : replacements.map(({ place }) => place));
    },
  };
}

function addFound(found: Map<EntryPlace, string>, places: readonly EntryPlace[], texts: readonly (string | null)[]) {
  for (const [index, place] of places.entries()) {
    const text = texts[index];
    if (text) found.set(place, text);
  }
}
