// Signals of one customer and UTC day: each is recorded once, near the time it was observed.
import { type Decider, isRefused, type Refused, refuse } from '../decider.ts';
import { dayOf, firstIssue, id, secondsAfter } from '../values.ts';
import { type Signal, type SignalEvent, signal } from './events.ts';

/** Signals of one day, for the stream `signal-<customerId>_<yyyymmdd>` of the day they were observed on. */
export interface RecordSignals {
  readonly type: 'RecordSignals';
  readonly customerId: string;
  readonly signals: readonly Signal[];
  /** When they arrived. */
  readonly at: string;
}

export type SignalCommand = RecordSignals;

export const signalReasons = [
  'CUSTOMER_ID_INVALID',
  'SIGNAL_INVALID',
  'SIGNAL_IN_FUTURE',
  'SIGNAL_TOO_OLD',
  'SIGNAL_DAY_MISMATCH',
] as const;
export type SignalReason = (typeof signalReasons)[number];

export interface SignalState {
  /** The day of the stream, `20261121`; undefined until the first signal. */
  day: string | undefined;
  /** The signals of the day. */
  signalIds: Set<string>;
}

const futureSeconds = 5 * 60;
const pastDays = 400;

/** Why this signal, arriving at `at`, is not recorded, whatever else arrives with it; undefined when it may be. Fields are those of the signal. */
export function problemOf(candidate: unknown, at: string): Refused<SignalReason> | undefined {
  const read = examine(candidate, at);
  return isRefused(read) ? read : undefined;
}

function examine(candidate: unknown, at: string): Signal | Refused<SignalReason> {
  const { data: read } = signal.safeParse(candidate);
  if (!read) {
    const found = firstIssue(signal, candidate, 'signal');
    return refuse('SIGNAL_INVALID', found?.rule ?? 'A signal has the form of its schema.', found?.field);
  }
  const { observedAt } = read;
  if (observedAt > secondsAfter(at, futureSeconds)) {
    const rule = `A signal is observed at most 5 minutes after ${at}, when it arrived; this one was at ${observedAt}.`;
    return refuse('SIGNAL_IN_FUTURE', rule, 'observedAt');
  }
  if (observedAt < secondsAfter(at, -pastDays * 86_400)) {
    const rule = `A signal is observed at most ${pastDays} days before ${at}, when it arrived; this one was at ${observedAt}.`;
    return refuse('SIGNAL_TOO_OLD', rule, 'observedAt');
  }
  return read;
}

/** All signals of a command or none; a caller who wants good ones kept asks `problemOf` of each first. */
export const signalDecider: Decider<SignalState, SignalCommand, SignalEvent, SignalReason> = {
  category: 'signal',
  initialState: () => ({ day: undefined, signalIds: new Set() }),

  decide({ customerId, signals, at }, state) {
    const malformed = firstIssue(id, customerId, 'customerId');
    if (malformed) return refuse('CUSTOMER_ID_INVALID', malformed.rule, malformed.field);
    const recorded = new Map<string, SignalEvent>();
    let { day } = state;
    for (const [index, candidate] of signals.entries()) {
      const read = examine(candidate, at);
      if (isRefused<SignalReason>(read)) return refuse(read.refused, read.rule, fieldOf(index, read));
      day ??= dayOf(read.observedAt);
      if (dayOf(read.observedAt) !== day) {
        const rule = `The signals of one stream are of one day, here ${day}; this one was observed at ${read.observedAt}.`;
        return refuse('SIGNAL_DAY_MISMATCH', rule, `signals.${index}.observedAt`);
      }
      if (state.signalIds.has(read.signalId) || recorded.has(read.signalId)) continue;
      recorded.set(read.signalId, { type: 'SignalObserved', data: { customerId, ...read } });
    }
    return [...recorded.values()];
  },

  evolve(state, { data }) {
    state.day ??= dayOf(data.observedAt);
    state.signalIds.add(data.signalId);
    return state;
  },
};

function fieldOf(index: number, { field }: Refused): string {
  return field === undefined || field === 'signal' ? `signals.${index}` : `signals.${index}.${field}`;
}
