// Signals and outcomes in batches, with a result per item.

import { isRefused } from '../../aggregates/decider.ts';
import type { Signal } from '../../aggregates/signal/events.ts';
import type { Outcome } from '../../application/outcomes.ts';
import { refused, withoutNulls } from '../answers.ts';
import { fail } from '../errors.ts';
import type { Resolvers } from '../generated.ts';

const batchLimit = 1000;

function checkSize(items: readonly unknown[], argument: string): void {
  if (items.length > batchLimit)
    throw fail('BAD_USER_INPUT', `${argument} must be at most ${batchLimit}`, { field: argument });
}

export const recordResolvers: Resolvers = {
  Mutation: {
    recordSignals: async (_, { signals }, { kairos, command }) => {
      checkSize(signals, 'signals');
      const observed = signals.map(({ customerId, ...signal }) => ({
        customerId,
        signal: withoutNulls(signal) as Signal,
      }));
      const { results, position } = await kairos.signals.record(observed, command);
      await kairos.runner.waitFor(position, 250);
      return {
        position,
        results: results.map((result) =>
          isRefused(result) ? refused(result) : { __typename: 'SignalRecorded' as const, ...result },
        ),
      };
    },

    recordOutcomes: async (_, { outcomes }, { kairos, command }) => {
      checkSize(outcomes, 'outcomes');
      const recorded = await kairos.outcomes.record(outcomes.map(withoutNulls) as Outcome[], command);
      const position = recorded.reduce(
        (last, each) => (isRefused(each) || each.position < last ? last : each.position),
        '',
      );
      await kairos.runner.waitFor(position, 250);
      return {
        position,
        results: recorded.map((result) =>
          isRefused(result) ? refused(result) : { __typename: 'OutcomeRecorded' as const, ...result },
        ),
      };
    },
  },
};
