// The shape of an aggregate: what may happen (decide), and what it means (evolve).

/**
 * An event-sourced aggregate of one stream.
 *
 * `decide` answers a command with the events it causes, `[]` when all of it is already so, or a refusal as a value.
 * `evolve` never refuses. It owns the state it is given and may change it in place: `initialState()` makes a new one.
 * Both are pure: time and ids come in with the command, and `at` is the instant the command gave the event.
 */
export interface Decider<State, Command, Event extends DomainEvent, Reason extends string> {
  /** The part of the stream's name before the first hyphen. */
  readonly category: string;
  initialState(): State;
  decide(command: Command, state: State): readonly Event[] | Refused<Reason>;
  evolve(state: State, event: Event, at: string): State;
}

/** What is stored: a type in the past tense and its data, plain JSON. */
export interface DomainEvent {
  readonly type: string;
  readonly data: object;
}

/** The business says no: a reason from the aggregate's own list, the rule in words, and the field at fault if there is one. */
export interface Refused<Reason extends string = string> {
  readonly refused: Reason;
  readonly rule: string;
  readonly field?: string;
}

/** A refusal. `rule` is one sentence for a person; `field` is the path in the command, `eligibility.0.expression`. */
export function refuse<Reason extends string>(refused: Reason, rule: string, field?: string): Refused<Reason> {
  return field === undefined ? { refused, rule } : { refused, rule, field };
}

export function isRefused<Reason extends string>(outcome: object): outcome is Refused<Reason> {
  return 'refused' in outcome;
}
