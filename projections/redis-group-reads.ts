// All or the changed entries of a group's models in Redis as of one instant.
import type { Position } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import type { Projection } from './projection.ts';
import type { GroupCursor, GroupEntries, StoredEntry } from './read-models.ts';
import { type BuildOf, type GroupModel, groupModelOf, type ModelName, readEntry } from './redis-entries.ts';
import { answered } from './redis-failures.ts';

export interface RedisGroupReadsOptions {
  readonly keys: RedisKeys;
  readonly serving: GuardedScripts<'readGroupChanges' | 'readGroupNewest'>;
  readonly buildOf: BuildOf;
}

type Projections = readonly Projection<unknown>[];

/** Types are those of any projection: whoever calls knows better. */
export interface RedisGroupReads {
  readGroup(projections: Projections): Promise<GroupEntries<unknown[]>>;
  changesOf(projections: Projections, since: GroupCursor): Promise<GroupEntries<unknown[]> | undefined>;
  /** The cursor of now. */
  cursorOf(projections: readonly ModelName[]): Promise<GroupCursor>;
}

/** Entries of one model in one answer: enough to be worth the round trip, few enough to keep nobody waiting. */
const pageSize = 200;

/** A cursor is `<builds>@<position of the last change>`. */
export function createRedisGroupReads({ keys, serving, buildOf }: RedisGroupReadsOptions): RedisGroupReads {
  const modelsOf = (projections: readonly ModelName[]) =>
    projections.map((projection) => groupModelOf(keys, buildOf, projection));
  const buildsOf = (models: readonly GroupModel[]) => models.map(({ build }) => build).join();

  /**
   * Pages in order of position. An entry that changes meanwhile comes again in a later page: the last page is of the same instant
   * for all models, and what has not come since then had come before as it is.
   */
  async function changesSince(models: readonly GroupModel[], since: Position): Promise<GroupEntries<unknown[]>> {
    const entries = models.map(() => new Map<string, StoredEntry<unknown>>());
    const places = models.flatMap(({ entries, changes }) => [entries, changes]);
    for (let after = since; ; ) {
      const call = serving.call('readGroupChanges', places, [beginningAfter(after), pageSize]);
      const pages = (await answered(call)) as string[][];
      const ends = pages.map((page, index) => addPage(entries[index], page, models[index]?.entries ?? ''));
      const cut = ends.filter((_, index) => pages[index]?.length === 2 * pageSize);
      if (cut.length === 0) return { entries, cursor: `${buildsOf(models)}@${[after, ...ends].sort().at(-1)}` };
      after = cut.sort()[0] ?? after;
    }
  }

  return {
    readGroup: (projections) => changesSince(modelsOf(projections), ''),
    async changesOf(projections, since) {
      const models = modelsOf(projections);
      const builds = `${buildsOf(models)}@`;
      return since.startsWith(builds) ? changesSince(models, since.slice(builds.length)) : undefined;
    },
    async cursorOf(projections) {
      const models = modelsOf(projections);
      const changes = models.map((model) => model.changes);
      const newest = (await answered(serving.call('readGroupNewest', changes, []))) as string[];
      const positions = newest.map((change) => change.slice(0, Math.max(0, change.indexOf('\n'))));
      return `${buildsOf(models)}@${positions.sort().at(-1)}`;
    },
  };
}

/** Changes are `<position>\n<id>`: those at the position itself are before the character after the newline. */
function beginningAfter(position: Position): string {
  return position === '' ? '-' : `[${position}\v`;
}

/** The position of the last entry of the page; empty when there is none. */
function addPage(
  entries: Map<string, StoredEntry<unknown>> | undefined,
  page: readonly (string | null)[],
  place: string,
): Position {
  let last = '';
  for (let index = 0; index < page.length; index += 2) {
    const [entryId, text] = [page[index] ?? '', page[index + 1] ?? ''];
    const stored = readEntry(text, `${place} ${entryId}`);
    entries?.set(entryId, stored);
    last = stored.position;
  }
  return last;
}
