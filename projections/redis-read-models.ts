// The read models in Redis: what any number of replicas read, and what projectors bring events into.
import { beginning, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { type GuardedScripts, readLua } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import type { SameSlotReads } from '../src/redis/same-slot-reads.ts';
import { createFollowersInTurn } from './followers-in-turn.ts';
import type { Projection } from './projection.ts';
import { printFailure, type ReadModelFailure } from './read-model-failure.ts';
import type { GroupCursor, ReadModels, StoredEntry } from './read-models.ts';
import { createRedisCheckpoint } from './redis-checkpoint.ts';
import { type BuildOf, createEntryReader, groupModelOf, type ModelName, readEntry } from './redis-entries.ts';
import { answered } from './redis-failures.ts';
import { createRedisGroupReads } from './redis-group-reads.ts';
import { createRedisModelWriter } from './redis-model-writer.ts';
import type { Follower } from './runner.ts';

const lua = (name: string) => readLua(new URL(`./lua/${name}.lua`, import.meta.url));

/** What reads call, besides `sameSlotScripts`. */
export const readModelServingScripts = {
  readGroupChanges: lua('read-group-changes'),
  readGroupNewest: lua('read-group-newest'),
};

/** What a projector calls. */
export const readModelProjectingScripts = {
  replaceEntries: lua('replace-entries'),
  replaceGroupEntries: lua('replace-group-entries'),
  moveMarker: lua('move-marker'),
};

/** Calls of `apply`: enough for Redis to have something to do while the next is made ready, few enough that none waits for long. */
const callsAtOnce = 8;

export interface RedisReadModelsOptions {
  /** Not closed with the models. */
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  /** Of scripts that are `answering`. */
  readonly reads: SameSlotReads;
  readonly serving: GuardedScripts<keyof typeof readModelServingScripts>;
  readonly projecting: GuardedScripts<keyof typeof readModelProjectingScripts>;
  /** Asked at every read and write. Absent: the first build of each version. */
  readonly buildOf?: BuildOf;
  /** Whoever fills models of their own goes by a checkpoint of their own. */
  readonly checkpointName?: string;
  /** So many of the last entries are kept in this process by reads; 5,000 when absent. */
  readonly cached?: number;
  /** Of the last changed entries `apply` keeps those whose texts are so many characters together; 24,000,000 when absent. */
  readonly remembered?: number;
  /** Get the events of each `apply` meanwhile: the checkpoint passes what all have. They may get them again. */
  readonly beside?: readonly Follower[];
  /** Told of each event that a projection failed on (a bug in it). The default prints it. */
  readonly onError?: (error: unknown, failure: ReadModelFailure) => void;
}

export interface RedisReadModels extends ReadModels {
  apply(...events: Parameters<ReadModels['apply']>): Promise<void>;
  /** The cursor of now, in one short round trip: whether it is worth asking for changes. */
  cursorOf(projections: readonly ModelName[]): Promise<GroupCursor>;
}

/**
 * Reads give ReadSideUnavailable as long as Redis does not answer or is not known to be whole. What is read in the same turn of one id,
 * or of one group, is one round trip.
 *
 * `apply` is for one session of a projector: what it has written last it does not read again, and when the checkpoint that it asked for
 * first was before all events, it does not look for what cannot be there yet. Other writers of the same models do no
 * harm, it then takes longer. When data has been lost (ReadSideUnavailable because of a `RedisNotReady`), it refuses all further events,
 * and the next session needs models of its own, and the events behind their checkpoint. Positions are compared byte by byte.
 */
export function createRedisReadModels(options: RedisReadModelsOptions): RedisReadModels {
  const { connection, keys, reads, serving, projecting } = options;
  const buildOf = options.buildOf ?? (({ version }) => `${version}-1`);
  const group = createRedisGroupReads({ keys, serving, buildOf });
  const checkpoint = createRedisCheckpoint({
    connection,
    keys,
    projecting,
    name: options.checkpointName ?? 'models',
  });
  const writer = createRedisModelWriter({
    connection,
    keys,
    projecting,
    buildOf,
    onError: options.onError ?? printFailure,
    remembered: options.remembered ?? 24_000_000,
    beganEmpty: () => beganAt === beginning,
  });
  const known = createEntryReader(options.cached ?? 5000);
  /** The checkpoint before the first event; undefined: nobody has asked. */
  let beganAt: Position | undefined;
  const beside = createFollowersInTurn(options.beside ?? []);
  /** Of the last call of `apply`: it is over. */
  let over: Promise<void> = Promise.resolve();
  let underWay = 0;
  /** The marker of the last batch is on its way. */
  let moving: Promise<void> = Promise.resolve();

  async function bring(
    projections: readonly Projection<unknown>[],
    events: readonly RecordedEvent[],
    before: Promise<void>,
  ): Promise<void> {
    const last = events.at(-1);
    if (!last) return before;
    const bringing = [writer.apply(projections, events, before), beside.serve(events), before];
    // Whoever applies them again after a failure does so when neither is under way any more.
    await Promise.allSettled(bringing);
    await Promise.all(bringing);
    const moved = moving;
    moving = checkpoint.moveTo(last.position);
    // The events are readable: whoever waits for them need not wait for the marker. The next batch says when it could not be moved.
    moving.catch(() => {});
    await moved;
  }

  /** After a failure the next events are those that failed. */
  function end(): void {
    underWay -= 1;
    if (underWay > 0) return;
    over = Promise.resolve();
    beside.beginAnew();
  }

  async function read(projection: Projection<unknown>, entryId: string): Promise<StoredEntry<unknown> | undefined> {
    if (projection.group === undefined) {
      const place = keys.entry(projection.name, buildOf(projection), entryId);
      const [text] = await reads.strings(entryId, [place]);
      return known.read(text, place);
    }
    const { entries } = groupModelOf(keys, buildOf, projection);
    return known.read(await reads.field(projection.group, entries, entryId), `${entries} ${entryId}`);
  }

  async function readAtOnce(projections: readonly Projection<unknown>[], entryId: string) {
    if (projections.some(({ group }) => group !== undefined)) {
      return Promise.all(projections.map((projection) => read(projection, entryId)));
    }
    const places = projections.map((projection) => keys.entry(projection.name, buildOf(projection), entryId));
    const texts = await reads.strings(entryId, places);
    return places.map((place, index) => known.read(texts[index], place));
  }

  async function scan(projection: Projection<unknown>): Promise<Map<string, StoredEntry<unknown>>> {
    const pattern = keys.entries(projection.name, buildOf(projection));
    const found = new Map<string, StoredEntry<unknown>>();
    for (const server of connection.masters()) {
      for (let cursor = '0'; ; ) {
        const [next, places] = await answered(server.scan(cursor, 'MATCH', pattern, 'COUNT', 1000));
        const texts = await answered(Promise.all(places.map((place) => server.get(place))));
        for (const [index, place] of places.entries()) {
          const text = texts[index];
          if (text) found.set(place.slice(place.indexOf('{') + 1, -1), readEntry(text, place));
        }
        if (next === '0') break;
        cursor = next;
      }
    }
    return found;
  }

  // A model holds what its own projection made: the types of the entries are those of the projections.
  return {
    read: (projection, entryId) => read(projection as Projection<unknown>, entryId) as Promise<never>,
    readTogether: (projections: readonly Projection<unknown>[], entryId: string) =>
      readAtOnce(projections, entryId) as Promise<never>,
    async readAll<Entry>(projection: Projection<Entry>) {
      const asked = projection as Projection<unknown>;
      const entries = asked.group === undefined ? await scan(asked) : (await group.readGroup([asked])).entries[0];
      return entries as ReadonlyMap<string, StoredEntry<Entry>>;
    },
    readGroup: (projections) => group.readGroup(projections as never) as never,
    changesOf: (projections, since) => group.changesOf(projections as never, since) as never,
    cursorOf: group.cursorOf,
    callsAtOnce,
    apply(projections, events) {
      underWay += 1;
      const bringing = bring(projections, events, over).finally(end);
      over = bringing;
      return bringing;
    },
    async checkpoint() {
      const position = await checkpoint.read();
      beganAt ??= position;
      return position;
    },
    async close() {
      await moving.catch(() => {});
    },
  };
}
