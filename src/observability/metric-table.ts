// Every metric of Kairos: its name, what it says, its labels. Dashboards and alert rules are made of it; docs/observability.md lists it.

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in its unit. */
  readonly buckets?: readonly number[];
}

/** Seconds: fine around single-digit milliseconds, coarse up to the longest that anybody waits; the bounds of the objectives are among them. */
export const durationBuckets = [
  0.0005, 0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10,
] as const;

/** Seconds from an event in the log to its being readable. */
export const freshnessBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const;

const counter = (help: string, ...labels: string[]) => ({ kind: 'counter' as const, help, labels });
const gauge = (help: string, ...labels: string[]) => ({ kind: 'gauge' as const, help, labels });
const timing = (help: string, ...labels: string[]) => ({
  kind: 'histogram' as const,
  help,
  labels,
  buckets: durationBuckets,
});

/** By name. Values of labels are words of the schema, of the catalogue or of this program: never anything of a customer. */
export const metrics = {
  kairos_decision_duration_seconds: timing(
    'From the arrival of a call to its decision for a placement, or to its failure; the turn of the customer is waited for within it.',
    'placement',
  ),
  kairos_decision_stage_duration_seconds: timing(
    'One stage of a decision, each time it is gone through: LOAD, FEATURES, MODEL, DECIDE, RESERVE, RECORD.',
    'placement',
    'stage',
  ),
  kairos_decisions_total: counter(
    'Decisions by how they were resolved: FRESH, STALE, FALLBACK; FAILED were not made. Repeated answers are not among them.',
    'placement',
    'resolution',
  ),
  kairos_decision_repeats_total: counter(
    'Requests that were repeated, and answered with the decision of before.',
    'placement',
  ),
  kairos_default_answers_total: counter(
    'Default answers instead of decisions, by cause; of decisions that were begun and FAILED, and of those that were not begun (OVERLOAD).',
    'placement',
    'cause',
  ),
  kairos_unanswered_calls_total: counter(
    'Calls for decisions that got an error, by cause: OVERLOAD, OVERRUN, UNAVAILABLE, BREAKER_OPEN, or FAILED for any other.',
    'cause',
  ),
  kairos_decision_degradations_total: counter(
    'What a stage of a decision did instead of its work, and why.',
    'placement',
    'stage',
    'cause',
    'instead',
  ),
  kairos_decision_rejections_total: counter('Candidates that decisions removed, by reason.', 'placement', 'reason'),
  kairos_decisions_without_offer_total: counter('Decisions with nothing to offer, by cause.', 'placement', 'cause'),
  kairos_decision_lost_reservations_total: counter(
    'Offers that another decision took the last place of between the look at the caps and the reservation.',
    'placement',
  ),
  kairos_cap_recounts_total: counter(
    'Customers whose caps were counted again from the log, by what the gate counts: SAME, TOO_FEW under one of them, only TOO_MANY.',
    'outcome',
  ),
  kairos_model_duration_seconds: timing(
    'Of decisions by the propensities of a service: how long they waited for it.',
    'model',
  ),
  kairos_model_offers_total: counter(
    'Offers in decisions by the propensities of a service, by what they went by: SERVICE, LAST_KNOWN (its answer of before), PRIOR.',
    'model',
    'source',
  ),
  kairos_model_failures_total: counter(
    'Decisions for which a service had no answer to some of it, by cause.',
    'model',
    'cause',
  ),
  kairos_late_decisions: gauge(
    'Decisions that were answered before they were recorded: WAITING, or set ASIDE.',
    'state',
  ),
  kairos_event_to_read_model_seconds: {
    kind: 'histogram',
    help: 'From an event in the log to its being readable, by what it is about: profile, signal (features), consent and others.',
    labels: ['category'],
    buckets: freshnessBuckets,
  },
  kairos_read_model_lag_seconds: gauge(
    'Age of the oldest event that the read models do not have yet; absent while the log does not say.',
  ),
  kairos_ready: gauge('1: the process may be given work.'),
  kairos_event_store_up: gauge('1: the event store answers, as far as its last calls tell.'),
  kairos_event_store_append_duration_seconds: timing(
    'Appends to the event store, by outcome: DONE, CONFLICT (somebody else was faster), UNAVAILABLE, FAILED.',
    'outcome',
  ),
  kairos_redis_script_duration_seconds: timing('Calls of scripts in Redis for an answer, by script.', 'script'),
  kairos_redis_script_failures_total: counter('Calls of scripts in Redis that failed.', 'script'),
  kairos_breaker_state: gauge('Circuit breakers: 0 closed, 1 half open, 2 open.', 'breaker'),
  kairos_http_answers_total: counter('HTTP answers by status, of every address.', 'status'),
  kairos_http_request_duration_seconds: timing(
    'From the headers of a GraphQL request over HTTP to its answer; not of streams.',
  ),
  kairos_http_connections: gauge('Connections that are open, those of WebSockets included.'),
  kairos_subscriptions: gauge('Subscriptions that are open, by wire: websocket, sse, multipart, callback.', 'wire'),
  kairos_mutations_total: counter(
    'Fields of mutations by outcome: DONE, FAILED, or the reason of the refusal; in a batch, each item counts. OVERLOADED: it was turned away.',
    'field',
    'outcome',
  ),
  kairos_service_level_events_total: counter(
    'Events of which an objective demands something; src/service-levels/objectives.ts has them all.',
    'objective',
  ),
  kairos_service_level_bad_events_total: counter('Those of them that were not as demanded.', 'objective'),
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metrics;
