// Tells the catalogue view of a process that does not follow the log when the read models have changed.
import { beginning, type Position } from '../src/event-store/event-store.ts';
import { type CatalogueView, catalogueModels } from './catalogue-view.ts';
import { createFirstFailure } from './first-failure.ts';
import type { GroupCursor } from './read-models.ts';
import type { RedisReadModels } from './redis-read-models.ts';
import { createSharedLook } from './shared-look.ts';

export interface CatalogueWatchOptions {
  readonly readModels: Pick<RedisReadModels, 'cursorOf'>;
  readonly view: Pick<CatalogueView<unknown>, 'noticed' | 'unchanged'>;
  /** Up to where the log is in the read models, at least; absent: nobody knows. */
  readonly position?: () => Position;
  /** Milliseconds between two looks that nobody asked for; 500 when absent. So much later is a change seen of which the note was lost. */
  readonly intervalMs?: number;
  /** Told once of each time in which it cannot look. */
  readonly onError: (error: unknown) => void;
}

export interface CatalogueWatch {
  /** Something may have changed: when it resolves, the view knows everything that had changed at the time of the call, or it failed. */
  check(): Promise<void>;
  /** Resolves when it does not look any more. */
  stop(): Promise<void>;
}

/** Begins to look at once. As long as it cannot, the view goes on with what it has. */
export function watchCatalogue(options: CatalogueWatchOptions): CatalogueWatch {
  const { readModels, view, intervalMs = 500, position = () => beginning, onError } = options;
  let seen: GroupCursor | undefined;
  const telling = createFirstFailure(onError);
  let stopped = false;
  let last: Promise<void> | undefined;
  const lookTogether = createSharedLook(async () => {
    if (!stopped) await telling(look);
  });

  async function look(): Promise<void> {
    const upTo = position();
    const now = await readModels.cursorOf(catalogueModels);
    if (now === seen) view.unchanged(upTo);
    else view.noticed();
    seen = now;
  }

  function check(): Promise<void> {
    last = lookTogether();
    return last;
  }

  void check();
  const timer = setInterval(() => void check(), intervalMs);
  return {
    check,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await last;
    },
  };
}
