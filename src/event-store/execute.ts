// The one way to carry out a command: load, fold, decide, append at the revision read, and again when the stream has moved on.
import { type Decider, type DomainEvent, isRefused, type Refused } from '../aggregates/decider.ts';
import { afterConflict } from './conflicts.ts';
import { eventIdOf } from './event-ids.ts';
import type { EventStore, Position, WrittenEvent } from './event-store.ts';
import { createExecuteTogether } from './execute-together.ts';
import { newEvents } from './new-events.ts';
import { streamOf } from './stream-names.ts';
import { createStreamStates, eventOf } from './stream-states.ts';

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
  /** As in the metadata of events. */
  readonly traceparent?: string;
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

/** Of the second of two commands. */
export interface ExecutedTogether<State, Event> extends Executed<State, Event> {
  /** Position of the last event of the first one's stream; undefined: what the first one would cause is not there. */
  readonly firstPosition?: Position;
}

/** A command on one aggregate. */
export interface Step<State, Command, Event extends DomainEvent, Reason extends string> {
  readonly decider: Decider<State, Command, Event, Reason>;
  readonly id: string;
  readonly command: Command;
}

export interface Executor {
  /**
   * Carries out a command on the aggregate with this id. Commands on one aggregate run one after another, others side by side.
   * @throws RevisionConflict when others were faster 31 times in a row.
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
  /**
   * Carries out one command on each of two aggregates, in one go: both are decided before anything is written, and when either is
   * refused or the second is already so, nothing is. A store that cannot write both at once writes the first before the second, and
   * keeps it when the second turns out to be already so. What is asked at once for the same two aggregates is one append: all of it is
   * recorded, at one position, or fails.
   * @param by as of `Append`, of the first
   * @throws as `execute`; then the first may have been recorded without the second. AppendTooLate: neither was.
   */
  executeTogether<
    First,
    FirstCommand,
    FirstEvent extends DomainEvent,
    FirstReason extends string,
    Second,
    SecondCommand,
    SecondEvent extends DomainEvent,
    SecondReason extends string,
  >(
    first: Step<First, FirstCommand, FirstEvent, FirstReason>,
    second: Step<Second, SecondCommand, SecondEvent, SecondReason>,
    context: Omit<CommandContext, 'commandId'>,
    by?: number,
  ): Promise<ExecutedTogether<Second, SecondEvent> | Refused<FirstReason | SecondReason>>;
  /** The aggregate as of now, after the commands that were given before. */
  load<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    id: string,
  ): Promise<Loaded<State>>;
}

export interface ExecutorOptions {
  /** Gives events in their newest version (`upcasting`). */
  readonly store: EventStore;
  /** How many streams' states are kept at most, the last used ones; 10,000 when absent. */
  readonly cachedStreams?: number;
}

export function createExecutor({ store, cachedStreams = 10_000 }: ExecutorOptions): Executor {
  const states = createStreamStates(store, cachedStreams);

  /** The events that a command of this id has already caused in the stream. */
  async function earlierEvents(stream: string, commandId: string, from: number): Promise<readonly WrittenEvent[]> {
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
    const { commandId } = context;
    const { folded, isCached } = states.of(decider, stream, commandId !== undefined);
    const executed = (events: readonly WrittenEvent[]): Executed<State, Event> => {
      const { state, revision, position } = folded;
      return { events: events.map((event) => eventOf<Event>(event)), state, revision, position };
    };
    // A cached state may be behind what other processes wrote: an append finds that out, anything else has to look.
    let isFresh = !isCached;
    if (isFresh) await states.catchUp(decider, stream, folded);
    for (let conflicts = 0; ; ) {
      const earlier = commandId === undefined ? undefined : folded.revisions?.get(eventIdOf(commandId, stream, 0));
      if (commandId !== undefined && earlier !== undefined) {
        return executed(await earlierEvents(stream, commandId, earlier));
      }

      const outcome = decider.decide(command, folded.state);
      if (isRefused<Reason>(outcome) || outcome.length === 0) {
        if (!isFresh && (await states.catchUp(decider, stream, folded))) {
          isFresh = true;
          continue;
        }
        return isRefused<Reason>(outcome) ? outcome : executed([]);
      }
      try {
        const events = newEvents(outcome, stream, context, commandId);
        const appended = await store.append(stream, folded.revision, events);
        states.fold(decider, stream, folded, appended);
        return executed(appended.events);
      } catch (error) {
        await afterConflict(error, conflicts);
        conflicts += 1;
        isFresh = true;
        await states.catchUp(decider, stream, folded);
      }
    }
  }

  async function executeAllInTurn<State, Command, Event extends DomainEvent, Reason extends string>(
    decider: Decider<State, Command, Event, Reason>,
    stream: string,
    commands: readonly Command[],
    context: Omit<CommandContext, 'commandId'>,
  ) {
    for (let conflicts = 0; ; conflicts++) {
      const { folded } = states.of(decider, stream);
      await states.catchUp(decider, stream, folded);
      // From here on the state runs ahead of the log: it is kept again once the log has followed.
      states.forget(stream);
      const outcomes = commands.map((command) => {
        const outcome = decider.decide(command, folded.state);
        if (isRefused<Reason>(outcome)) return outcome;
        for (const event of outcome) folded.state = decider.evolve(folded.state, event, context.at);
        return outcome;
      });
      const caused = outcomes.flatMap((outcome) => (isRefused<Reason>(outcome) ? [] : outcome));
      try {
        if (caused.length > 0) {
          const events = newEvents(caused, stream, context);
          const appended = await store.append(stream, folded.revision, events);
          folded.revision = appended.revision;
          folded.position = appended.position;
          for (const { id, revision } of appended.events) folded.revisions?.set(id, revision);
        }
        states.keep(stream, folded);
        const { state, revision, position } = folded;
        return { outcomes, state, revision, position };
      } catch (error) {
        await afterConflict(error, conflicts);
      }
    }
  }

  return {
    executeTogether: createExecuteTogether(store, states),
    executeAll(decider, id, commands, context) {
      const stream = streamOf(decider.category, id);
      return states.inTurn(stream, () => executeAllInTurn(decider, stream, commands, context));
    },
    execute(decider, id, command, context) {
      const stream = streamOf(decider.category, id);
      return states.inTurn(stream, () => executeInTurn(decider, stream, command, context));
    },
    load(decider, id) {
      const stream = streamOf(decider.category, id);
      return states.inTurn(stream, async () => {
        const { folded } = states.of(decider, stream);
        await states.catchUp(decider, stream, folded);
        const { state, revision, position } = folded;
        return { state, revision, position };
      });
    },
  };
}
