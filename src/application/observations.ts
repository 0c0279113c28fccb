// What the engine tells of its own work to whoever measures it: metrics, traces, service levels. Nobody who listens can delay or fail it.
import type { Degradation } from '../aggregates/decision/events.ts';
import type { BreakerState } from '../breaker.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { DecisionRecord } from './decision-records.ts';
import type { DecisionTrail } from './decision-trail.ts';
import { isProbe } from './probe-customer.ts';

/** One decision, answered or failed. */
export interface DecisionObservation {
  readonly placementId: string;
  readonly customerId: string;
  readonly context: CommandContext;
  readonly trail: DecisionTrail;
  /** Milliseconds of `performance.now()`. */
  readonly endedAt: number;
  /** Absent: it failed. */
  readonly record?: DecisionRecord;
  /** It is an answer of before, for a request that was repeated. */
  readonly isRepeated?: boolean;
  /** Why there is no record. */
  readonly error?: unknown;
}

/** What came of asking the service of a model, or of wanting to. */
export interface ScoredObservation {
  readonly model: string;
  readonly revision: number;
  readonly placementId: string;
  readonly milliseconds: number;
  /** How many offers went by its answer, by its answer of before, and by their own propensity. */
  readonly scored: number;
  readonly lastKnown: number;
  readonly prior: number;
  /** Why there is no answer for some of them; absent: there is one for all. */
  readonly cause?: Degradation['cause'];
}

/** Default answers were given to a call instead of decisions, which had failed, or were not begun (OVERLOAD). */
export interface DefaultObservation {
  readonly placementIds: readonly string[];
  readonly customerId: string;
  readonly context: CommandContext;
  readonly degradation: Degradation;
}

/** A call that got an error: neither decisions nor default answers. */
export interface UnansweredObservation {
  readonly customerId: string;
  /** For how many placements it was. */
  readonly placements: number;
  readonly context: CommandContext;
  readonly error: unknown;
  /** Absent: it is no outage. */
  readonly cause?: Degradation['cause'] | undefined;
}

/** What the gate counts under caps of a customer, against the log: the same, or for one of them less, or only more. */
export type RecountOutcome = 'SAME' | 'TOO_FEW' | 'TOO_MANY';

export interface Observations {
  decided?(observation: DecisionObservation): void;
  /** After `decided` told of the failure, if a decision was begun. */
  defaulted?(observation: DefaultObservation): void;
  /** After `decided` told of the failure, if a decision was begun; not of calls that were refused. */
  unanswered?(observation: UnansweredObservation): void;
  /** Events are in the read models since `at`, epoch milliseconds: of a process that brings them there, once it has caught up. */
  applied?(events: readonly RecordedEvent[], at: number): void;
  /** A decision wanted to know propensities of a service. */
  scored?(observation: ScoredObservation): void;
  /** A field of a mutation was answered: DONE, FAILED, or the reason of the refusal. In a batch, each item is told. */
  mutated?(field: string, outcome: string): void;
  /** The caps of a customer were counted again from the log. */
  recounted?(outcome: RecountOutcome): void;
  /** A circuit breaker is in another state; CLOSED until it is first told of. */
  breaker?(name: string, state: BreakerState): void;
}

/** Tells all of some listeners, but not of probes; what one of them fails with is reported and stops nobody. */
export function tellAll(listeners: readonly Observations[], onError: (error: unknown) => void): Required<Observations> {
  function tell(each: (listener: Observations) => void): void {
    for (const listener of listeners) {
      try {
        each(listener);
      } catch (error) {
        onError(error);
      }
    }
  }
  return {
    decided: (observation) => isProbe(observation) || tell((listener) => listener.decided?.(observation)),
    defaulted: (observation) => isProbe(observation) || tell((listener) => listener.defaulted?.(observation)),
    unanswered: (observation) => isProbe(observation) || tell((listener) => listener.unanswered?.(observation)),
    applied: (events, at) => tell((listener) => listener.applied?.(events, at)),
    scored: (observation) => tell((listener) => listener.scored?.(observation)),
    mutated: (field, outcome) => tell((listener) => listener.mutated?.(field, outcome)),
    recounted: (outcome) => tell((listener) => listener.recounted?.(outcome)),
    breaker: (name, state) => tell((listener) => listener.breaker?.(name, state)),
  };
}
