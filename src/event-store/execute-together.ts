// Commands on two aggregates in one go; those that wait for the same two aggregates go together.
import { type DomainEvent, isRefused, type Refused } from '../aggregates/decider.ts';
import { afterConflict } from './conflicts.ts';
import type { Append, Appended, EventStore, NewEvent } from './event-store.ts';
import type { CommandContext, ExecutedTogether, Executor, Step } from './execute.ts';
import { newEvents } from './new-events.ts';
import { streamOf } from './stream-names.ts';
import { eventOf, type Folded, type StreamStates } from './stream-states.ts';

type AnyStep = Step<unknown, never, DomainEvent, string>;
type Outcome = ExecutedTogether<unknown, DomainEvent> | Refused<string>;

/** Two commands of one caller. */
interface Pair {
  readonly first: AnyStep;
  readonly second: AnyStep;
  readonly context: Omit<CommandContext, 'commandId'>;
  readonly by: number | undefined;
  readonly settle: PromiseWithResolvers<Outcome>;
}

/** What a pair causes: nothing where the second is already so. */
interface Caused {
  readonly prior: readonly DomainEvent[];
  readonly decided: readonly DomainEvent[];
}

/** One of the two aggregates. */
interface Side {
  readonly step: AnyStep;
  readonly stream: string;
  readonly folded: Folded<unknown>;
  /** To be appended; the state has gone on with so many of them before. */
  readonly events: NewEvent[];
  ahead: number;
}

/** One append is of a size that every store takes. */
const pairsPerAppend = 16;

export function createExecuteTogether(store: EventStore, states: StreamStates): Executor['executeTogether'] {
  /** By their streams: those whose turn has not come. */
  const waiting = new Map<string, Pair[]>();

  async function sideOf(step: AnyStep, stream: string, isFresh: boolean): Promise<{ side: Side; isCached: boolean }> {
    const { folded, isCached } = states.of(step.decider, stream);
    if (isFresh || !isCached) await states.catchUp(step.decider, stream, folded);
    return { side: { step, stream, folded, events: [], ahead: 0 }, isCached: isCached && !isFresh };
  }

  function decide({ first, second }: Pair, one: Side, other: Side): Caused | Refused<string> {
    const decided = second.decider.decide(second.command, other.folded.state);
    const prior = first.decider.decide(first.command, one.folded.state);
    if (isRefused<string>(prior)) return prior;
    return isRefused<string>(decided) ? decided : { prior, decided };
  }

  /** @throws what the store throws; then nobody knows what has been written of any of them. */
  async function carryOut(pairs: readonly Pair[], firstStream: string, secondStream: string): Promise<void> {
    const [{ first, second }] = pairs as readonly [Pair];
    // A cached state is only found to be behind by an append: anything else has to look.
    for (let conflicts = 0, isFresh = false; ; isFresh = true) {
      const [{ side: one, ...ofOne }, { side: other, ...ofOther }] = await Promise.all([
        sideOf(first, firstStream, isFresh),
        sideOf(second, secondStream, isFresh),
      ]);
      const mayBeBehind = ofOne.isCached || ofOther.isCached;
      const outcomes: (Caused | Refused<string>)[] = [];
      /** What is written of all of them is in time for the one that has the least. */
      let by = Number.POSITIVE_INFINITY;
      for (const pair of pairs) {
        goOn(one);
        goOn(other);
        const outcome = decide(pair, one, other);
        outcomes.push(outcome);
        if (isRefused(outcome) || outcome.decided.length === 0) continue;
        one.events.push(...newEvents(outcome.prior, firstStream, pair.context));
        other.events.push(...newEvents(outcome.decided, secondStream, pair.context));
        if (outcome.prior.length > 0 && pair.by !== undefined) by = Math.min(by, pair.by);
      }
      if (mayBeBehind && outcomes.some((outcome) => isRefused(outcome) || outcome.decided.length === 0)) {
        forgetAhead(one, other);
        continue;
      }
      try {
        const appended = other.events.length === 0 ? [] : await store.appendAll(appendsOf(one, other, by));
        if (one.events.length > 0) foldIn(one, appended[0]);
        foldIn(other, appended.at(-1));
        for (const [index, { settle }] of pairs.entries()) settle.resolve(outcomeOf(outcomes[index], one, other));
        return;
      } catch (error) {
        forgetAhead(one, other);
        await afterConflict(error, conflicts);
        conflicts += 1;
      }
    }
  }

  function foldIn({ step, stream, folded, ahead }: Side, appended: Appended | undefined): void {
    if (!appended) return;
    const { events, position } = appended;
    for (const { id, revision } of events.slice(0, ahead)) {
      folded.revision = revision;
      folded.revisions?.set(id, revision);
    }
    states.fold(step.decider, stream, folded, { events: events.slice(ahead), position });
  }

  /** States that have gone on with what was not written after all are read anew. */
  function forgetAhead(...sides: readonly Side[]): void {
    for (const { stream, ahead } of sides) if (ahead > 0) states.forget(stream);
  }

  return (first, second, context, by) => {
    const firstStream = streamOf(first.decider.category, first.id);
    const secondStream = streamOf(second.decider.category, second.id);
    const streams = `${firstStream}\n${secondStream}`;
    const settle = Promise.withResolvers<Outcome>();
    const pair: Pair = { first: first as never, second: second as never, context, by, settle };
    const others = waiting.get(streams);
    if (others && others.length < pairsPerAppend) others.push(pair);
    else {
      const pairs = [pair];
      waiting.set(streams, pairs);
      const together = async () => {
        // Who gives several commands at once gives them before this goes on.
        await undefined;
        if (waiting.get(streams) === pairs) waiting.delete(streams);
        await carryOut(pairs, firstStream, secondStream);
      };
      // In one order whoever asks: two that wait for each other would wait for ever.
      const [one, other] = firstStream < secondStream ? [firstStream, secondStream] : [secondStream, firstStream];
      states
        .inTurn(one, () => states.inTurn(other, together))
        .catch((error: unknown) => {
          for (const { settle } of pairs) settle.reject(error);
        });
    }
    return settle.promise as never;
  };
}

/** Lets the state go on with what will be appended. */
function goOn(side: Side): void {
  const { step, folded, events } = side;
  for (const event of events.slice(side.ahead)) {
    folded.state = step.decider.evolve(folded.state, eventOf(event), event.metadata.at);
  }
  side.ahead = events.length;
}

function appendsOf(one: Side, other: Side, by: number): Append[] {
  if (one.events.length === 0) return [appendOf(other)];
  return [{ ...appendOf(one), ...(by !== Number.POSITIVE_INFINITY && { by }) }, appendOf(other)];
}

function appendOf({ stream, folded: { revision }, events }: Side): Append {
  return { stream, expectedRevision: revision, events };
}

/** Both aggregates as they are now. */
function outcomeOf(outcome: Caused | Refused<string> | undefined, one: Side, { folded }: Side): Outcome {
  if (!outcome) throw new Error('a command was not carried out');
  if (isRefused<string>(outcome)) return outcome;
  const { prior, decided } = outcome;
  const { state, revision, position } = folded;
  const isFirstThere = prior.length === 0 || decided.length > 0;
  return {
    ...{ events: decided, state, revision, position },
    ...(isFirstThere && { firstPosition: one.folded.position }),
  };
}
