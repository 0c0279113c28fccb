// Signals in batches: each is recorded once, in the stream of its customer and day; a bad one does not sink its neighbours.
import { isRefused, type Refused } from '../aggregates/decider.ts';
import { problemOf, type SignalReason, signalDecider } from '../aggregates/signal/decider.ts';
import type { Signal } from '../aggregates/signal/events.ts';
import { dayOf } from '../aggregates/values.ts';
import { beginning, type Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';

export interface ObservedSignal {
  readonly customerId: string;
  readonly signal: Signal;
}

export type SignalResult = { readonly signalId: string; readonly alreadyRecorded: boolean } | Refused<SignalReason>;

export interface Signals {
  /** One result per signal, in order; `position` is that of the last one that was written, or of one that was there before. */
  record(
    signals: readonly ObservedSignal[],
    context: CommandContext,
  ): Promise<{ results: readonly SignalResult[]; position: Position }>;
}

export function createSignals(executor: Executor): Signals {
  return {
    async record(observed, context) {
      const results: SignalResult[] = [];
      const streams = new Map<string, { customerId: string; indexes: number[] }>();
      observed.forEach(({ customerId, signal }, index) => {
        const problem = problemOf(signal, context.at);
        if (problem) {
          results[index] = problem;
          return;
        }
        const streamId = `${customerId}_${dayOf(signal.observedAt)}`;
        const stream = streams.get(streamId);
        if (stream) stream.indexes.push(index);
        else streams.set(streamId, { customerId, indexes: [index] });
      });

      let position = beginning;
      const writing = [...streams].map(async ([streamId, { customerId, indexes }]) => {
        const signals = indexes.flatMap((index) => observed[index]?.signal ?? []);
        const command = { type: 'RecordSignals' as const, customerId, signals, at: context.at };
        const recorded = await executor.execute(signalDecider, streamId, command, context);
        if (isRefused<SignalReason>(recorded)) {
          for (const index of indexes) results[index] = recorded;
          return;
        }
        if (recorded.position > position) position = recorded.position;
        const fresh = new Set(recorded.events.map((event) => event.data.signalId));
        for (const index of indexes) {
          const signalId = observed[index]?.signal.signalId ?? '';
          // The first of two equal ids in one batch is the one that is written.
          results[index] = { signalId, alreadyRecorded: !fresh.delete(signalId) };
        }
      });
      await Promise.all(writing);
      return { results, position };
    },
  };
}
