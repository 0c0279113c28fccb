// Callers as Kairos has them: whatever happens they give the same append again, with the same ids and the same revision, until it is
// acknowledged.
import { setTimeout as delay } from 'node:timers/promises';
import { type Append, type EventStore, type NewEvent, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { seededRandom } from '../projections/random.ts';

/** In their order: that of each stream, and the same one for the same seed. */
export interface Happening {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

/** The appends with the revisions that they expect in a log that has nothing else. */
export function appendsOf(happenings: readonly Happening[]): readonly Append[] {
  const revisions = new Map<string, number>();
  return happenings.map(({ stream, events }) => {
    const expectedRevision = revisions.get(stream) ?? -1;
    revisions.set(stream, expectedRevision + events.length);
    return { stream, expectedRevision, events };
  });
}

/** So many events of 200 counters, 1 to 9 at once. */
export function countings(seed: number, count: number): readonly Happening[] {
  const random = seededRandom(seed);
  const metadata = { at: '2026-11-22T06:00:00.000Z', v: 1, correlationId: 'c', causationId: 'c', actor: 'a' };
  const happenings: Happening[] = [];
  for (let told = 0; told < count; ) {
    const id = `c${random.below(200)}`;
    const events = Array.from({ length: Math.min(1 + random.below(9), count - told) }, (_, index) => ({
      id: `${String(seed).padStart(8, '0')}-0000-4000-8000-${String(told + index).padStart(12, '0')}`,
      type: 'Counted',
      data: { id },
      metadata,
    }));
    happenings.push({ stream: `count-${id}`, events });
    told += events.length;
  }
  return happenings;
}

export interface Giving {
  readonly store: EventStore;
  readonly appends: readonly Append[];
  /** How many are under way at once, each of other streams. */
  readonly callers: number;
  /** By the index in `appends`. */
  readonly isAcknowledged?: (index: number) => boolean;
  readonly onAcknowledged: (index: number) => void;
}

/** Resolves when everything is acknowledged, with the number of times that a caller was told to try again. */
export async function giveAll({ store, appends, callers, isAcknowledged, onAcknowledged }: Giving): Promise<number> {
  const queues: number[][] = Array.from({ length: callers }, () => []);
  const queueOf = new Map<string, number>();
  for (const [index, { stream }] of appends.entries()) {
    const number = queueOf.get(stream) ?? queueOf.size % callers;
    queueOf.set(stream, number);
    queues[number]?.push(index);
  }
  let refusals = 0;
  const give = async (index: number): Promise<void> => {
    const append = appends[index];
    if (!append || isAcknowledged?.(index)) return;
    const { stream, expectedRevision, events } = append;
    for (;;) {
      try {
        await store.append(stream, expectedRevision, events);
        return onAcknowledged(index);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) throw error;
        refusals += 1;
        await delay(5);
      }
    }
  };
  await Promise.all(
    queues.map(async (queue) => {
      for (const index of queue) await give(index);
    }),
  );
  return refusals;
}
