// How far the read models are, for those who read them: the same question of a runner in this process and of one elsewhere.
import type { EventStore, Position } from '../src/event-store/event-store.ts';
import type { Freshness } from './freshness.ts';

export interface Lag {
  /** Everything up to here has been applied. */
  readonly position: Position;
  /** The end of the log; absent when the store does not answer. */
  readonly head?: Position;
  /** Age of the oldest event that is not yet applied; 0: none is, or the store does not answer. */
  readonly milliseconds: number;
}

export interface Progress {
  /** True as soon as everything up to the position is applied, false when that takes longer than the time or nobody follows any more. */
  waitFor(position: Position, timeoutMs: number): Promise<boolean>;
  lag(): Promise<Lag>;
  /** Wall-clock milliseconds from the recording of an event to its being readable, of the last 10,000 measured. */
  freshness(): Freshness;
}

/** What is behind `position` in the log. */
export async function lagBehind(store: EventStore, position: Position): Promise<Lag> {
  try {
    const head = await store.head();
    return { position, head, milliseconds: head > position ? await ageOfNext(store, position) : 0 };
  } catch {
    return { position, milliseconds: 0 };
  }
}

async function ageOfNext(store: EventStore, position: Position): Promise<number> {
  for await (const event of store.readAll({ after: position })) {
    return Math.max(0, Date.now() - Date.parse(event.recordedAt));
  }
  return 0;
}
