// Entries of read models as Redis keeps them: the position of the last event, a newline, JSON.
import type { Position } from '../src/event-store/event-store.ts';
import { createLastUsed } from '../src/last-used.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import type { Projection } from './projection.ts';
import type { StoredEntry } from './read-models.ts';

/** What says where a projection's model is. */
export type ModelName = Pick<Projection<unknown>, 'name' | 'version' | 'group'>;

/** Which build of a model is in use. */
export type BuildOf = (projection: ModelName) => Build;

export function writeEntry({ entry, position }: StoredEntry<unknown>): string {
  return `${position}\n${JSON.stringify(entry)}`;
}

/**
 * `place` is the key, and the field if there is one; for the message only.
 * @throws Error that names the place when something else is there.
 */
export function readEntry<Entry>(text: string, place: string): StoredEntry<Entry> {
  try {
    const entry: Entry = JSON.parse(text.slice(text.indexOf('\n') + 1));
    return { entry, position: positionOf(text) };
  } catch (error) {
    throw new Error(`what is in Redis at ${place} is no entry`, { cause: error });
  }
}

export interface EntryReader {
  /** As `readEntry`; undefined of what is not there. */
  read(text: string | null | undefined, place: string): StoredEntry<unknown> | undefined;
}

/**
 * Parses nothing twice that is still the same: at one position an entry is always the same.
 * @param most so many entries are kept
 */
export function createEntryReader(most: number): EntryReader {
  const known = createLastUsed<StoredEntry<unknown>>(most);
  return {
    read(text, place) {
      if (text === null || text === undefined) return undefined;
      const last = known.get(place);
      if (last && text.startsWith(last.position) && text[last.position.length] === '\n') return last;
      const stored = readEntry(text, place);
      known.set(place, stored);
      return stored;
    },
  };
}

function positionOf(text: string): Position {
  const end = text.indexOf('\n');
  if (end <= 0) throw new Error('it has no position');
  // A part of a text keeps all of it in memory, for as long as the entry is kept.
  return Buffer.from(text.slice(0, end)).toString();
}

/** Where the model of a projection in a group is: the hash of its entries, the sorted set of its changes. */
export interface GroupModel {
  readonly entries: string;
  readonly changes: string;
  readonly build: Build;
}

/** @throws Error when the projection is in no group. */
export function groupModelOf(keys: RedisKeys, buildOf: BuildOf, projection: ModelName): GroupModel {
  const { group, name } = projection;
  if (group === undefined) throw new Error(`the projection ${name} is in no group`);
  const build = buildOf(projection);
  return { entries: keys.group(group, name, build), changes: keys.groupChanges(group, name, build), build };
}
