// The states of streams as far as this process has folded them, and the turns of those who work on them.
import type { Decider, DomainEvent } from '../aggregates/decider.ts';
import { createLastUsed } from '../last-used.ts';
import { beginning, type EventStore, noStream, type Position, type WrittenEvent } from './event-store.ts';

/** A stream as far as this process has folded it. */
export interface Folded<State> {
  readonly decider: object;
  state: State;
  revision: number;
  position: Position;
  /** The revisions of all its events by their ids; only kept for streams whose callers give command ids. */
  readonly revisions: Map<string, number> | undefined;
}

type AnyDecider<State, Event extends DomainEvent> = Pick<
  Decider<State, never, Event, never>,
  'initialState' | 'evolve'
>;

export interface StreamStates {
  /** Only one at a time works on a stream: the state is changed in place. After a failure the next begins from what is stored. */
  inTurn<Result>(stream: string, work: () => Promise<Result>): Promise<Result>;
  /** What is kept of a stream, or a beginning; only the stream's turn may ask. */
  of<State, Event extends DomainEvent>(
    decider: AnyDecider<State, Event>,
    stream: string,
    withRevisions?: boolean,
  ): { readonly folded: Folded<State>; readonly isCached: boolean };
  /** Brings in what others have appended; says whether there was anything. */
  catchUp<State, Event extends DomainEvent>(
    decider: AnyDecider<State, Event>,
    stream: string,
    folded: Folded<State>,
  ): Promise<boolean>;
  /** Brings in events that follow, the last of them at a position, and keeps the stream. */
  fold<State, Event extends DomainEvent>(
    decider: AnyDecider<State, Event>,
    stream: string,
    folded: Folded<State>,
    following: { readonly events: readonly WrittenEvent[]; readonly position: Position },
  ): void;
  keep(stream: string, folded: Folded<unknown>): void;
  forget(stream: string): void;
}

/** @param most how many streams are kept at most, the last used ones */
export function createStreamStates(store: EventStore, most: number): StreamStates {
  const cache = createLastUsed<Folded<unknown>>(most);
  const lastTurns = new Map<string, Promise<unknown>>();

  function inTurn<Result>(stream: string, work: () => Promise<Result>): Promise<Result> {
    const take = async () => {
      try {
        return await work();
      } catch (error) {
        // The state may be folded in part, or behind an append that was written after all: the next turn starts from what is stored.
        cache.delete(stream);
        throw error;
      } finally {
        if (lastTurns.get(stream) === turn) lastTurns.delete(stream);
      }
    };
    const before = lastTurns.get(stream);
    const turn: Promise<Result> = before === undefined ? take() : before.then(take, take);
    lastTurns.set(stream, turn);
    return turn;
  }

  function keep(stream: string, folded: Folded<unknown>): void {
    // What does not exist is not kept: its name may be anything, and of any length.
    if (folded.revision === noStream) cache.delete(stream);
    else cache.set(stream, folded);
  }

  function fold<State, Event extends DomainEvent>(
    decider: AnyDecider<State, Event>,
    stream: string,
    folded: Folded<State>,
    { events, position }: { readonly events: readonly WrittenEvent[]; readonly position: Position },
  ): void {
    for (const event of events) {
      folded.state = decider.evolve(folded.state, eventOf<Event>(event), event.metadata.at);
      folded.revision = event.revision;
      folded.revisions?.set(event.id, event.revision);
    }
    folded.position = position;
    keep(stream, folded);
  }

  return {
    inTurn,
    keep,
    fold,
    forget: (stream) => cache.delete(stream),
    of<State, Event extends DomainEvent>(decider: AnyDecider<State, Event>, stream: string, withRevisions = false) {
      const cached = cache.get(stream);
      if (cached?.decider === decider && (cached.revisions !== undefined || !withRevisions)) {
        return { folded: cached as Folded<State>, isCached: true };
      }
      const revisions = withRevisions ? new Map<string, number>() : undefined;
      const state = decider.initialState();
      return { folded: { decider, state, revision: noStream, position: beginning, revisions }, isCached: false };
    },
    async catchUp(decider, stream, folded) {
      const events = await store.readStream(stream, folded.revision + 1);
      const last = events.at(-1);
      if (last) fold(decider, stream, folded, { events, position: last.position });
      return last !== undefined;
    },
  };
}

/** Streams of a category hold the events of its decider; upcasting has brought them to the shape of today. */
export function eventOf<Event extends DomainEvent>({ type, data }: Pick<WrittenEvent, 'type' | 'data'>): Event {
  return { type, data } as Event;
}
