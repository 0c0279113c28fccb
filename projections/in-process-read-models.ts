// The read models in the memory of this process: rebuilt from the log at every start.
import { beginning, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import type { Projection } from './projection.ts';
import { printFailure, type ReadModelFailure } from './read-model-failure.ts';
import type { GroupEntries, ReadModels, StoredEntry } from './read-models.ts';

export interface InProcessReadModelOptions {
  /** Told of each event that a projection failed on (a bug in it). The default prints it. */
  readonly onError?: (error: unknown, failure: ReadModelFailure) => void;
}

/** Models of which `apply` is synchronous. */
export interface InProcessReadModels extends ReadModels {
  apply(projections: readonly Projection<unknown>[], events: readonly RecordedEvent[]): void;
}

/**
 * Readers get the live entries, and the live map of all entries: together they are consistent until the reader awaits something else.
 * What is to be kept longer must be copied.
 *
 * An event on which a projection fails is reported and does not stop the other entries. The failing entry keeps its position and what
 * it was before the event, as far as the failing `evolve` had not yet changed it in place.
 */
export function createInProcessReadModels(options: InProcessReadModelOptions = {}): InProcessReadModels {
  const onError = options.onError ?? printFailure;
  const models = new Map<string, Map<string, LiveEntry>>();
  /** Per list of projections: those that read a category. The runner always gives the same list. */
  const readers = new WeakMap<readonly Projection<unknown>[], Map<string, Reader[]>>();
  let applied: Position = beginning;

  function modelOf(projection: Projection<unknown>): Map<string, LiveEntry> {
    const name = `${projection.name}:${projection.version}`;
    let model = models.get(name);
    if (!model) {
      model = new Map();
      models.set(name, model);
    }
    return model;
  }

  function readersOf(projections: readonly Projection<unknown>[]): Map<string, Reader[]> {
    let byCategory = readers.get(projections);
    if (!byCategory) {
      byCategory = new Map<string, Reader[]>();
      for (const projection of projections) {
        const reader = { projection, model: modelOf(projection) };
        for (const category of projection.categories) {
          const others = byCategory.get(category);
          if (others) others.push(reader);
          else byCategory.set(category, [reader]);
        }
      }
      readers.set(projections, byCategory);
    }
    return byCategory;
  }

  function applyOne({ projection, model }: Reader, event: RecordedEvent): void {
    try {
      const entryId = projection.entryOf(event);
      if (entryId === undefined) return;
      const known = model.get(entryId);
      if (!known) {
        model.set(entryId, { entry: projection.evolve(projection.empty(entryId), event), position: event.position });
      } else if (event.position > known.position) {
        known.entry = projection.evolve(known.entry, event);
        known.position = event.position;
      }
    } catch (error) {
      onError(error, { projection: projection.name, position: event.position });
    }
  }

  function stored<Entry>(projection: Projection<Entry>, entryId: string): StoredEntry<Entry> | undefined {
    // A model holds what its own projection made: the type of its entries.
    return modelOf(projection as Projection<unknown>).get(entryId) as StoredEntry<Entry> | undefined;
  }

  return {
    async read(projection, entryId) {
      return stored(projection, entryId);
    },
    async readTogether<Entries extends readonly unknown[]>(
      projections: { readonly [Index in keyof Entries]: Projection<Entries[Index]> },
      entryId: string,
    ) {
      const entries = projections.map((projection: Projection<unknown>) => stored(projection, entryId));
      return entries as unknown as { readonly [Index in keyof Entries]: StoredEntry<Entries[Index]> | undefined };
    },
    async readAll<Entry>(projection: Projection<Entry>) {
      return modelOf(projection as Projection<unknown>) as ReadonlyMap<string, StoredEntry<Entry>>;
    },
    async readGroup<Entries extends readonly unknown[]>(
      projections: { readonly [Index in keyof Entries]: Projection<Entries[Index]> },
    ) {
      const entries = projections.map((projection: Projection<unknown>) => modelOf(projection));
      return { entries, cursor: applied } as unknown as GroupEntries<Entries>;
    },
    async changesOf<Entries extends readonly unknown[]>(
      projections: { readonly [Index in keyof Entries]: Projection<Entries[Index]> },
      since: string,
    ) {
      if (since > applied) return undefined;
      const entries = projections.map((projection: Projection<unknown>) => {
        const changed = new Map<string, LiveEntry>();
        for (const [entryId, live] of modelOf(projection)) if (live.position > since) changed.set(entryId, live);
        return changed;
      });
      return { entries, cursor: applied } as unknown as GroupEntries<Entries>;
    },
    apply(projections, events) {
      const byCategory = readersOf(projections);
      for (const event of events) {
        for (const reader of byCategory.get(categoryOf(event.stream)) ?? []) applyOne(reader, event);
        if (event.position > applied) applied = event.position;
      }
    },
    async checkpoint() {
      return applied;
    },
    async close() {
      models.clear();
    },
  };
}

interface LiveEntry {
  entry: unknown;
  position: Position;
}

interface Reader {
  readonly projection: Projection<unknown>;
  readonly model: Map<string, LiveEntry>;
}
