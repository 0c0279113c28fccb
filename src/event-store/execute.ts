// The one way to carry out a command: load, fold, decide, append at the revision read, and again when the stream has moved on.
import { randomUUID } from 'node:crypto';
import { type Decider, type DomainEvent, isRefused, type Refused } from '../aggregates/decider.ts';
import { eventIdOf } from './event-ids.ts';
import {
  beginning,
  type EventStore,
  type NewEvent,
  noStream,
  type Position,
  type RecordedEvent,
  RevisionConflict,
} from './event-store.ts';
import { streamOf } from './stream-names.ts';
import { schemaVersionOf } from './upcasters.ts';

/** Who gives the command, when, and why. */
export interface CommandContext {
  /** ISO instant in UTC with milliseconds: it becomes that of the events. */
  readonly at: string;
  readonly actor: string;
  readonly correlationId: string;
  /** The correlation id when absent. */
  readonly causationId?: string;
  /** The caller's id of the command: given again, it answers with the events of the first time and writes nothing. */
  readonly commandId?: string;
}

/**
 * What is known of a stream. The state belongs to the executor, which changes it in place with the stream's next events: read it
 * before the next `await`, and never change it.
 */
export interface Loaded<State> {
  readonly state: State;
  /** `noStream` when there are no events. */
  readonly revision: number;
  /** Position of the stream's last event, `beginning` when there is none. */
  readonly position: Position;
}

/** What a command has done: the events it caused, none when all of it was already so, and the stream after it. */
export interface Executed<State, Event> extends Loaded<State> {
  readonly events: readonly Event[];
}

export interface Executor {
  /**
   * Carries out a command on the aggregate with this id. Commands on one aggregate run one after another, others side by side.
   * @throws RevisionConflict when others were faster four times in a row.
   * @throws StoreUnavailable when it could not be written now, or it is not known whether it was: with a `commandId` of the
   * caller's own the command may safely be given again.
   */
  execute<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    id: string,
    command: Command,
    context: CommandContext,
  ): Promise<Executed<State, Event> | Refused<Reason>>;
  /**
   * Carries out several commands on one aggregate in order, each decided on what those before it have caused, in one append.
   * `outcomes` has the events or the refusal of each; a refused one does not stop the others.
   * @throws as `execute`; then none of them was recorded, or it is not known whether all were.
   */
  executeAll<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    id: string,
    commands: readonly Command[],
    context: Omit<CommandContext, 'commandId'>,
  ): Promise<Loaded<State> & { readonly outcomes: readonly (readonly Event[] | Refused<Reason>)[] }>;
  /** The aggregate as of now, after the commands that were given before. */
  load<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    id: string,
  ): Promise<Loaded<State>>;
}

export interface ExecutorOptions {
  /** Gives events in their newest version (`upcasting`). */
  readonly store: EventStore;
  /** How many streams' states are kept, the last used ones; 10,000 when absent. */
  readonly cachedStreams?: number;
}

/** A stream as far as this process has folded it. */
interface Folded<State> {
  readonly decider: object;
  state: State;
  revision: number;
  position: Position;
  /** The revisions of all its events by their ids; only kept for streams whose callers give command ids. */
  readonly revisions: Map<string, number> | undefined;
}

const retries = 3;

export function createExecutor({ store, cachedStreams = 10_000 }: ExecutorOptions): Executor {
  const cache = new Map<string, Folded<unknown>>();
  const lastTurns = new Map<string, Promise<unknown>>();

  /** Only one at a time works on a stream: the state is changed in place. */
  async function inTurn<Result>(stream: string, work: () => Promise<Result>): Promise<Result> {
    const begin = async () => {
      try {
        return await work();
      } catch (error) {
        // The state may be folded in part, or behind an append that was written after all: the next turn starts from what is stored.
        cache.delete(stream);
        throw error;
      }
    };
    const before = lastTurns.get(stream);
    const turn = before === undefined ? begin() : before.then(begin, begin);
    lastTurns.set(stream, turn);
    try {
      return await turn;
    } finally {
      if (lastTurns.get(stream) === turn) lastTurns.delete(stream);
    }
  }

  function keep(stream: string, folded: Folded<unknown>): void {
    cache.delete(stream);
    cache.set(stream, folded);
    if (cache.size <= cachedStreams) return;
    const [oldest] = cache.keys();
    if (oldest !== undefined) cache.delete(oldest);
  }

  function foldedOf<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    stream: string,
    withRevisions: boolean,
  ): { readonly folded: Folded<State>; readonly isCached: boolean } {
    const cached = cache.get(stream);
    if (cached?.decider === decider && (cached.revisions !== undefined || !withRevisions)) {
      return { folded: cached as Folded<State>, isCached: true };
    }
    const revisions = withRevisions ? new Map<string, number>() : undefined;
    const state = decider.initialState();
    return { folded: { decider, state, revision: noStream, position: beginning, revisions }, isCached: false };
  }

  function fold<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    stream: string,
    folded: Folded<State>,
    events: readonly RecordedEvent[],
  ): void {
    for (const event of events) {
      folded.state = decider.evolve(folded.state, eventOf<Event>(event), event.metadata.at);
      folded.revision = event.revision;
      folded.position = event.position;
      folded.revisions?.set(event.id, event.revision);
    }
    keep(stream, folded);
  }

  /** Brings in what others have appended; says whether there was anything. */
  async function catchUp<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    stream: string,
    folded: Folded<State>,
  ): Promise<boolean> {
    const events = await store.readStream(stream, folded.revision + 1);
    fold(decider, stream, folded, events);
    return events.length > 0;
  }

  /** The events that a command of this id has already caused in the stream. */
  async function earlierEvents(stream: string, commandId: string, from: number): Promise<readonly RecordedEvent[]> {
    const events = await store.readStream(stream, from);
    const next = events.findIndex((event, index) => event.id !== eventIdOf(commandId, stream, index));
    return next < 0 ? events : events.slice(0, next);
  }

  async function executeInTurn<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    stream: string,
    command: Command,
    context: CommandContext,
  ): Promise<Executed<State, Event> | Refused<Reason>> {
    const commandId = context.commandId ?? randomUUID();
    const { folded, isCached } = foldedOf(decider, stream, context.commandId !== undefined);
    const executed = (events: readonly RecordedEvent[]): Executed<State, Event> => {
      const { state, revision, position } = folded;
      return { events: events.map((event) => eventOf<Event>(event)), state, revision, position };
    };
    // A cached state may be behind what other processes wrote: an append finds that out, anything else has to look.
    let isFresh = !isCached;
    if (isFresh) await catchUp(decider, stream, folded);
    for (let conflicts = 0; ; ) {
      const earlier = folded.revisions?.get(eventIdOf(commandId, stream, 0));
      if (earlier !== undefined) return executed(await earlierEvents(stream, commandId, earlier));

      const outcome = decider.decide(command, folded.state);
      if (isRefused<Reason>(outcome) || outcome.length === 0) {
        if (!isFresh && (await catchUp(decider, stream, folded))) {
          isFresh = true;
          continue;
        }
        return isRefused<Reason>(outcome) ? outcome : executed([]);
      }
      try {
        const events = newEvents(outcome, commandId, stream, context);
        const appended = await store.append(stream, folded.revision, events);
        fold(decider, stream, folded, appended.events);
        return executed(appended.events);
      } catch (error) {
        if (!(error instanceof RevisionConflict) || conflicts === retries) throw error;
        conflicts += 1;
        isFresh = true;
        await catchUp(decider, stream, folded);
      }
    }
  }

  async function executeAllInTurn<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    stream: string,
    commands: readonly Command[],
    context: CommandContext,
  ) {
    for (let conflicts = 0; ; conflicts++) {
      const { folded } = foldedOf(decider, stream, false);
      await catchUp(decider, stream, folded);
      // From here on the state runs ahead of the log: it is kept again once the log has followed.
      cache.delete(stream);
      const outcomes = commands.map((command) => {
        const outcome = decider.decide(command, folded.state);
        if (isRefused<Reason>(outcome)) return outcome;
        for (const event of outcome) folded.state = decider.evolve(folded.state, event, context.at);
        return outcome;
      });
      const caused = outcomes.flatMap((outcome) => (isRefused<Reason>(outcome) ? [] : outcome));
      try {
        if (caused.length > 0) {
          const events = newEvents(caused, randomUUID(), stream, context);
          const appended = await store.append(stream, folded.revision, events);
          folded.revision = appended.revision;
          folded.position = appended.position;
          for (const { id, revision } of appended.events) folded.revisions?.set(id, revision);
        }
        keep(stream, folded);
        const { state, revision, position } = folded;
        return { outcomes, state, revision, position };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || conflicts === retries) throw error;
      }
    }
  }

  return {
    executeAll(decider, id, commands, context) {
      const stream = streamOf(decider.category, id);
      return inTurn(stream, () => executeAllInTurn(decider, stream, commands, context));
    },
    execute(decider, id, command, context) {
      const stream = streamOf(decider.category, id);
      return inTurn(stream, () => executeInTurn(decider, stream, command, context));
    },
    load(decider, id) {
      const stream = streamOf(decider.category, id);
      return inTurn(stream, async () => {
        const { folded } = foldedOf(decider, stream, false);
        await catchUp(decider, stream, folded);
        const { state, revision, position } = folded;
        return { state, revision, position };
      });
    },
  };
}

function newEvents(
  events: readonly DomainEvent[],
  commandId: string,
  stream: string,
  { at, actor, correlationId, causationId = correlationId }: CommandContext,
): readonly NewEvent[] {
  return events.map(({ type, data }, index) => ({
    id: eventIdOf(commandId, stream, index),
    type,
    data,
    metadata: { at, v: schemaVersionOf(type), correlationId, causationId, actor },
  }));
}

/** Streams of a category hold the events of its decider; upcasting has brought them to the shape of today. */
function eventOf<Event extends DomainEvent>({ type, data }: RecordedEvent): Event {
  return { type, data } as Event;
}
