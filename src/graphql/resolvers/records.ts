// Signals and outcomes in batches, with a result per item.

import { isRefused, refuse } from '../../aggregates/decider.ts';
import type { Signal } from '../../aggregates/signal/events.ts';
import type { Outcome } from '../../application/outcomes.ts';
import { isBeyondIds, patienceMs, type RefusedAnswer, refused, withoutNulls } from '../answers.ts';
import { fail } from '../errors.ts';
import type { Resolvers } from '../generated.ts';

const batchLimit = 1000;

function checkSize(items: readonly unknown[], argument: string): void {
  if (items.length > batchLimit)
    throw fail('BAD_USER_INPUT', `${argument} must be at most ${batchLimit}`, { field: argument });
}

/** In a batch even an id that is not worth a look into the log is the refusal of its item alone. */
function tooLong(reason: string, field: string): RefusedAnswer {
  return refused(refuse(reason, `No ${field} is as long as this one.`, field));
}

/** The answers of the items that were not refused, back among the refusals of the others. */
function inOrder<Answer>(refusals: readonly (RefusedAnswer | undefined)[], answers: readonly Answer[]) {
  const following = answers.values();
  return refusals.map((refusal) => refusal ?? (following.next().value as Answer));
}

export const recordResolvers: Resolvers = {
  Mutation: {
    recordSignals: async (_, { signals }, { kairos, command }) => {
      checkSize(signals, 'signals');
      const refusals = signals.map(({ customerId }) =>
        isBeyondIds(customerId) ? tooLong('CUSTOMER_ID_INVALID', 'customerId') : undefined,
      );
      const observed = signals
        .filter((_signal, index) => !refusals[index])
        .map(({ customerId, ...signal }) => ({ customerId, signal: withoutNulls(signal) as Signal }));
      const { results, position } = await kairos.signals.record(observed, command);
      await kairos.following.waitForCustomers(position, patienceMs);
      const answers = results.map((result) =>
        isRefused(result) ? refused(result) : { __typename: 'SignalRecorded' as const, ...result },
      );
      return { position, results: inOrder(refusals, answers) };
    },

    recordOutcomes: async (_, { outcomes }, { kairos, command }) => {
      checkSize(outcomes, 'outcomes');
      const refusals = outcomes.map(({ decisionId, offerId }) => {
        if (isBeyondIds(decisionId)) return tooLong('DECISION_UNKNOWN', 'decisionId');
        return isBeyondIds(offerId) ? tooLong('OFFER_NOT_IN_DECISION', 'offerId') : undefined;
      });
      const worthwhile = outcomes.filter((_outcome, index) => !refusals[index]);
      const recorded = await kairos.outcomes.record(worthwhile.map(withoutNulls) as Outcome[], command);
      const position = recorded.reduce(
        (last, each) => (isRefused(each) || each.position < last ? last : each.position),
        '',
      );
      await kairos.following.waitForCustomers(position, patienceMs);
      const answers = recorded.map((result) =>
        isRefused(result) ? refused(result) : { __typename: 'OutcomeRecorded' as const, ...result },
      );
      return { position, results: inOrder(refusals, answers) };
    },
  },
};
