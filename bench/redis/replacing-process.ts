// Brings to Redis, by the script that replaces an entry and nothing else, what the read models hold after each event of a log.
import type { Projection } from '../../projections/projection.ts';
import { writeEntry } from '../../projections/redis-entries.ts';
import { readModelProjections } from '../../src/application/kairos.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { categoryOf } from '../../src/event-store/stream-names.ts';
import { createGuardedScripts, readLua } from '../../src/redis/guarded-scripts.ts';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { settingsOf, tell } from '../processes.ts';
import { keepOn } from './cores.ts';

export interface ReplacingSettings {
  readonly url: string;
  /** The file. */
  readonly log: string;
}

export interface Replaced {
  readonly seconds: number;
  /** How many were written. */
  readonly entries: number;
  /** Of an entry, the mean. */
  readonly bytes: number;
}

interface Replacement {
  readonly key: string;
  /** Of the entry that is there; empty: none. */
  readonly expected: string;
  readonly text: string;
}

/** As many as a projector gets of the log at once. */
const callsTogether = 500;
const replaceEntry = readLua(new URL('./replace-entry.lua', import.meta.url));

const { url, log } = settingsOf<ReplacingSettings>();
keepOn('MEASURED', process.pid);
const replacements = await replacementsOf(log);
const connection = connectRedis({ settings: readRedisUrl(url), commandTimeout: 60_000, onError: console.error });
await connection.connected();
const scripts = createGuardedScripts(connection.client, { replaceEntry }, 'raw');
for (const server of connection.masters()) await scripts.open(server);

const begun = performance.now();
let before: readonly Promise<unknown>[] = [];
for (let from = 0; from < replacements.length; from += callsTogether) {
  const piece = replacements.slice(from, from + callsTogether);
  const calls = connection.together(() =>
    piece.map(({ key, expected, text }) => scripts.call('replaceEntry', [key], [expected, text])),
  );
  // The server always has a piece to work on.
  await Promise.all(before);
  before = calls;
}
await Promise.all(before);
const seconds = (performance.now() - begun) / 1000;
const size = replacements.reduce((sum, { text }) => sum + text.length, 0);
await tell({ seconds, entries: replacements.length, bytes: Math.round(size / replacements.length) } satisfies Replaced);
await connection.close();

/** One for each entry that an event changes; an event of the caps, which are no read model, is an entry itself. */
async function replacementsOf(path: string): Promise<Replacement[]> {
  const store = createSqliteEventStore({ path });
  const entries = new Map<string, { entry: unknown; position: string }>();
  const made: Replacement[] = [];
  const replace = (key: string, entry: unknown, { position }: RecordedEvent) => {
    const next = { entry, position };
    made.push({ key, expected: entries.get(key)?.position ?? '', text: writeEntry(next) });
    entries.set(key, next);
  };
  for await (const event of store.readAll()) {
    const category = categoryOf(event.stream);
    if (category === 'cap') replace(`raw:cap:{${event.stream}}`, event.data, event);
    for (const projection of readModelProjections as readonly Projection<unknown>[]) {
      const entryId = projection.categories.includes(category) ? projection.entryOf(event) : undefined;
      if (entryId === undefined) continue;
      const key = `raw:${projection.name}:{${entryId}}`;
      replace(key, projection.evolve(entries.get(key)?.entry ?? projection.empty(entryId), event), event);
    }
  }
  await store.close();
  return made;
}
