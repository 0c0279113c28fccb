// How far the read models in Redis are, as every process hears it from the one that projects.
import { beginning, type EventStore, type Position } from '../src/event-store/event-store.ts';
import { createAwaitedPositions } from './awaited-positions.ts';
import type { Edition } from './edition.ts';
import { createFreshness } from './freshness.ts';
import { lagBehind, type Progress } from './progress.ts';
import type { RedisControl } from './redis-control.ts';
import type { RedisNotes } from './redis-notes.ts';

export interface RedisProgressOptions {
  readonly store: EventStore;
  readonly control: Pick<RedisControl, 'edition'>;
  readonly notes: Pick<RedisNotes, 'onNote'>;
  /** Asks the servers how far an edition is. */
  readonly checkpoint: (edition: Edition) => Promise<Position>;
  /** Milliseconds between two questions while somebody waits; 50 when absent. */
  readonly askEveryMs?: number;
}

export interface RedisProgress extends Progress {
  /** Everything up to here has been applied, as far as is known without asking. */
  position(): Position;
  /** Answers those who wait that it was in vain. */
  stop(): void;
}

/** Freshness is measured by the clocks of the store and of this process, of the oldest event of each batch that it heard of. */
export function createRedisProgress(options: RedisProgressOptions): RedisProgress {
  const { store, control, notes, checkpoint, askEveryMs = 50 } = options;
  const awaited = createAwaitedPositions();
  const freshness = createFreshness();
  /** What is known of one edition says nothing of the next. */
  let known: { readonly edition: string; position: Position } = { edition: '', position: beginning };
  let asking: NodeJS.Timeout | undefined;
  let isStopped = false;

  function knownOf({ name }: Edition): { position: Position } {
    if (known.edition !== name) known = { edition: name, position: beginning };
    return known;
  }

  function editionInUse(): Edition | undefined {
    try {
      return control.edition();
    } catch {
      // Nobody can read now, so nothing is readable.
      return undefined;
    }
  }

  function hasReached(edition: Edition, position: Position): void {
    const now = knownOf(edition);
    if (position > now.position) now.position = position;
    awaited.reached(now.position);
  }

  async function ask(): Promise<void> {
    const edition = editionInUse();
    // Redis may be back before the time of those who wait is up.
    const position = edition && (await checkpoint(edition).catch(() => undefined));
    if (edition && position !== undefined && editionInUse()?.name === edition.name) hasReached(edition, position);
    asking = undefined;
    askAgain();
  }

  function askAgain(): void {
    if (asking || awaited.isEmpty || isStopped) return;
    asking = setTimeout(() => void ask(), askEveryMs);
  }

  const endNotes = notes.onNote((note) => {
    const edition = editionInUse();
    if (note.kind !== 'APPLIED' || note.edition !== edition?.name) return;
    hasReached(edition, note.position);
    if (note.recordedAt !== undefined) freshness.record([{ recordedAt: note.recordedAt }], Date.now());
  });

  return {
    waitFor(position, timeoutMs) {
      const edition = editionInUse();
      if (edition && position <= knownOf(edition).position) return Promise.resolve(true);
      if (isStopped || timeoutMs <= 0) return Promise.resolve(false);
      const waiting = awaited.wait(position, timeoutMs);
      askAgain();
      return waiting;
    },
    position() {
      const edition = editionInUse();
      return edition ? knownOf(edition).position : beginning;
    },
    async lag() {
      const edition = editionInUse();
      const position = edition && (await checkpoint(edition).catch(() => undefined));
      return lagBehind(store, position ?? (edition ? knownOf(edition).position : beginning));
    },
    freshness: () => freshness.figures(),
    stop() {
      isStopped = true;
      clearTimeout(asking);
      endNotes();
      awaited.giveUp();
    },
  };
}
