// What Kairos promises of itself, as figures: the one place of every objective. Alerts, dashboard, page, API and report are made from it.

/** What is measured, as values of events: milliseconds, or 0 for an event that went well and 1 for one that did not. */
export type IndicatorId =
  | 'decision'
  | 'answered'
  | 'whole'
  | 'freshness'
  | 'features'
  | 'collision'
  | 'caps'
  | 'probe'
  | 'probed';

export interface Indicator {
  readonly id: IndicatorId;
  /** What one event of it is, in the plural. */
  readonly events: string;
  readonly unit: 'MILLISECONDS' | 'SHARE';
}

export interface Objective {
  readonly id: string;
  readonly title: string;
  /** The promise, for a person. */
  readonly sentence: string;
  /** FIELD: what products of this kind are asked for. OURS: what Kairos asks of itself. */
  readonly bar: 'FIELD' | 'OURS';
  readonly indicator: IndicatorId;
  /** An event is good when its value is at most this; of a share, 0. */
  readonly atMost: number;
  /** The part of all events that must be good. 1: there is no budget, every bad event is one too many. */
  readonly objective: number;
  /** Over which time the budget is meant, in days. A process by itself knows its last hour. */
  readonly windowDays: number;
}

export const indicators: readonly Indicator[] = [
  { id: 'decision', events: 'decisions', unit: 'MILLISECONDS' },
  { id: 'answered', events: 'decisions', unit: 'SHARE' },
  { id: 'whole', events: 'answers', unit: 'SHARE' },
  { id: 'freshness', events: 'events', unit: 'MILLISECONDS' },
  { id: 'features', events: 'signals', unit: 'MILLISECONDS' },
  { id: 'collision', events: 'contacts', unit: 'SHARE' },
  { id: 'caps', events: 'customers counted again', unit: 'SHARE' },
  { id: 'probed', events: 'probes', unit: 'SHARE' },
  { id: 'probe', events: 'probes', unit: 'MILLISECONDS' },
];

const windowDays = 30;

/**
 * In the order in which they are shown. A decision counts from the turn of its customer to its answer, an event from being written to
 * being readable, by the clock of the log; a contact is a call that put an offer to a customer.
 */
export const objectives: readonly Objective[] = [
  {
    id: 'answers-available',
    title: 'Answers',
    sentence: '99.95 % of decisions are answered.',
    bar: 'OURS',
    indicator: 'answered',
    atMost: 0,
    objective: 0.9995,
    windowDays,
  },
  {
    id: 'decision-latency',
    title: 'Decision time',
    sentence: '95 % of decisions take at most 10 ms.',
    bar: 'OURS',
    indicator: 'decision',
    atMost: 10,
    objective: 0.95,
    windowDays,
  },
  {
    id: 'decision-latency-field',
    title: 'Decision time',
    sentence: '95 % of decisions take at most 200 ms.',
    bar: 'FIELD',
    indicator: 'decision',
    atMost: 200,
    objective: 0.95,
    windowDays,
  },
  {
    id: 'whole-answers',
    title: 'Whole answers',
    sentence: '99 % of answers are whole: no part of them is a fallback for what could not be done in time.',
    bar: 'OURS',
    indicator: 'whole',
    atMost: 0,
    objective: 0.99,
    windowDays,
  },
  {
    id: 'freshness',
    title: 'Event to profile',
    sentence: '99 % of events are in the profile within 1 s.',
    bar: 'OURS',
    indicator: 'freshness',
    atMost: 1000,
    objective: 0.99,
    windowDays,
  },
  {
    id: 'freshness-field',
    title: 'Event to profile',
    sentence: '99 % of events are in the profile within 5 s.',
    bar: 'FIELD',
    indicator: 'freshness',
    atMost: 5000,
    objective: 0.99,
    windowDays,
  },
  {
    id: 'features-field',
    title: 'Signal to features',
    sentence: '99 % of signals are in the features within 60 s.',
    bar: 'FIELD',
    indicator: 'features',
    atMost: 60_000,
    objective: 0.99,
    windowDays,
  },
  {
    id: 'no-collisions',
    title: 'Collisions',
    sentence: 'No customer gets a second offer within the cooling window of its placement.',
    bar: 'OURS',
    indicator: 'collision',
    atMost: 0,
    objective: 1,
    windowDays,
  },
  {
    id: 'collisions-field',
    title: 'Collisions',
    sentence: 'Less than 1 % of contacts fall within the cooling window of their placement.',
    bar: 'FIELD',
    indicator: 'collision',
    atMost: 0,
    objective: 0.99,
    windowDays,
  },
  {
    id: 'no-cap-drift',
    title: 'Caps',
    sentence: 'Nothing counts less under a cap than the log says, when a customer is counted again.',
    bar: 'OURS',
    indicator: 'caps',
    atMost: 0,
    objective: 1,
    windowDays,
  },
  {
    id: 'probe-available',
    title: 'Probe',
    sentence: '99.9 % of probes through the public endpoint are answered as they must be.',
    bar: 'OURS',
    indicator: 'probed',
    atMost: 0,
    objective: 0.999,
    windowDays,
  },
  {
    id: 'probe-latency',
    title: 'Probe time',
    sentence: '95 % of probes through the public endpoint take at most 200 ms.',
    bar: 'FIELD',
    indicator: 'probe',
    atMost: 200,
    objective: 0.95,
    windowDays,
  },
];
