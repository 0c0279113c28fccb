// The language of all tests of deciders: given these events, when this command, then these events, nothing, or a refusal.
import { expect } from 'vitest';
import type { z } from 'zod';
import { type Decider, type DomainEvent, isRefused, type Refused } from '../../src/aggregates/decider.ts';

/** An event of the past, alone or with the instant at which it happened. */
export type Given<Event> = Event | readonly [event: Event, at: string];

/** Where an event given without an instant happened when no event before it had one. */
export const someTimeAgo = '2026-01-01T00:00:00.000Z';

export interface Scenario<Command, Event, Reason> {
  /** Adds events of the past, in order. One without an instant happened at the instant of the one before it. */
  given(...events: readonly Given<Event>[]): Scenario<Command, Event, Reason>;
  when(command: Command): Outcome<Event, Reason>;
}

export interface Outcome<Event, Reason> {
  /** Exactly these events, in this order. */
  thenRecorded(...events: readonly Event[]): void;
  /** All of it was already so. */
  thenNothing(): void;
  /** `field` must be equal, `rule` must occur in the sentence (or match it). */
  thenRefused(reason: Reason, details?: { readonly field?: string; readonly rule?: string | RegExp }): void;
}

/**
 * A scenario of one decider. With the zod schema of its events, everything given and everything recorded must pass it.
 *
 *     scenario(decider, consentEvent).given(granted).when(withdraw).thenRecorded(withdrawn);
 */
export function scenario<State, Command, Event extends DomainEvent, Reason extends string>(
  decider: Decider<State, Command, Event, Reason>,
  eventSchema?: z.ZodType<Event>,
): Scenario<Command, Event, Reason> {
  function after(past: readonly Given<Event>[]): Scenario<Command, Event, Reason> {
    return {
      given: (...events) => after([...past, ...events]),
      when(command) {
        const state = stateAfter(decider, past, eventSchema);
        const outcome = decideOnly(decider, command, state);
        if (eventSchema && !isRefused(outcome)) for (const event of outcome) expectStorable(event, eventSchema);
        return {
          thenRecorded(...events) {
            expect(events.length, 'thenRecorded() without events: say thenNothing()').toBeGreaterThan(0);
            expect(outcome).toEqual(events);
          },
          thenNothing() {
            expect(outcome).toEqual([]);
          },
          thenRefused(reason, details = {}) {
            expect(outcome).toMatchObject({ refused: reason });
            const refusal = outcome as Refused<Reason>;
            expect(refusal.rule, 'the rule of a refusal is a full sentence').toMatch(/^\S.* .*\.$/s);
            if ('field' in details) expect(refusal.field).toBe(details.field);
            if (typeof details.rule === 'string') expect(refusal.rule).toContain(details.rule);
            if (details.rule instanceof RegExp) expect(refusal.rule).toMatch(details.rule);
          },
        };
      },
    };
  }
  return after([]);
}

/** The state that a decider has folded from events. */
export function stateAfter<State, Command, Event extends DomainEvent, Reason extends string>(
  decider: Decider<State, Command, Event, Reason>,
  past: readonly Given<Event>[],
  eventSchema?: z.ZodType<Event>,
): State {
  let state = decider.initialState();
  let now = someTimeAgo;
  for (const given of past) {
    const [event, at] = isDated(given) ? given : [given, now];
    if (eventSchema) expectStorable(event, eventSchema);
    // A copy: evolve owns its state, and what it keeps of one event must not reach into the next scenario.
    state = decider.evolve(state, structuredClone(event), at);
    now = at;
  }
  return state;
}

/** What a decider says to a command; fails when it changes the state or the command on the way. */
export function decideOnly<State, Command, Event extends DomainEvent, Reason extends string>(
  decider: Decider<State, Command, Event, Reason>,
  command: Command,
  state: State,
): readonly Event[] | Refused<Reason> {
  const [stateBefore, commandBefore] = [structuredClone(state), structuredClone(command)];
  const outcome = decider.decide(command, state);
  expect(state, 'decide must not change the state').toEqual(stateBefore);
  expect(command, 'decide must not change the command').toEqual(commandBefore);
  return outcome;
}

/** Fails unless the event passes its schema and survives the way through JSON. */
export function expectStorable<Event extends DomainEvent>(event: Event, schema: z.ZodType<Event>): void {
  const parsed = schema.safeParse(JSON.parse(JSON.stringify(event)));
  expect(parsed.error?.issues ?? [], `${event.type} passes the schema of its aggregate's events`).toEqual([]);
  expect(parsed.data).toEqual(event);
}

function isDated<Event extends DomainEvent>(given: Given<Event>): given is readonly [Event, string] {
  return Array.isArray(given);
}
