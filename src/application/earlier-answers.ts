// What a repeated request id gets: the answer of before, as long as all of it may still be shown; else it is taken back.
import { type CustomerEntries, customerFacts } from '../../projections/customer-facts.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import { mayStillBeShown } from '../decisioning/may-still-be-shown.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { DecisionRecord, ReadDecision } from './decision-records.ts';
import type { Deadline } from './decision-trail.ts';
import type { Ask } from './next-best-offer.ts';
import { inTime, logTooSlow } from './time-budget.ts';

/** Where the decision is that answered the same request id in the placement and still lives; undefined: none is known. */
export function earlierAnswerIn(
  [, , , contacts]: CustomerEntries,
  { requestId }: Ask,
  placementId: string,
  at: string,
) {
  const request = contacts?.entry.requests[`${requestId}|${placementId}`];
  return requestId === undefined || !request || request.expiresAt <= at ? undefined : request;
}

/** Both throw StoreUnavailable when the log does not answer in time. */
export interface EarlierAnswers {
  /** The decision that answered the same request id in the placement and still lives, as far as the read models know. */
  find(
    ask: Ask,
    placementId: string,
    entries: CustomerEntries,
    context: CommandContext,
    deadline: Deadline,
  ): Promise<DecisionRecord | undefined>;
  /**
   * Whether a decision is still a good answer: nothing of it was declined, dismissed, postponed or has expired, and everything has
   * its consents, dates and place. What is not good any more is given back.
   */
  isGood(
    record: DecisionRecord,
    ask: Ask,
    catalogue: Catalogue,
    entries: CustomerEntries,
    context: CommandContext,
    deadline: Deadline,
  ): Promise<boolean>;
}

const closing: ReadonlySet<string> = new Set(['DECLINED', 'DISMISSED', 'POSTPONED', 'EXPIRED']);

export function createEarlierAnswers(parts: {
  readDecision: ReadDecision;
  dismiss: (record: DecisionRecord, context: CommandContext) => Promise<unknown>;
}): EarlierAnswers {
  const { readDecision, dismiss } = parts;
  return {
    async find(ask, placementId, entries, { at }, deadline) {
      const request = earlierAnswerIn(entries, ask, placementId, at);
      if (!request) return undefined;
      const reading = readDecision(request.decisionId, request.revision);
      return inTime(reading, deadline.left(), () => logTooSlow(deadline));
    },

    async isGood(record, ask, catalogue, entries, context, deadline) {
      const { data, outcomes } = record;
      const at = Date.parse(context.at);
      const customer = customerFacts(ask.customerId, entries, at);
      const { placementId } = data;
      const moment = { placementId, at, context: ask.attributes, seed: '', callId: '', taken: [], isBlind: false };
      const isOpen = ({ offerId }: { offerId: string }) =>
        !outcomes.some((outcome) => outcome.offerId === offerId && closing.has(outcome.kind)) &&
        mayStillBeShown(catalogue, moment, customer, offerId);
      // An interaction that has shown something else since asks another question under the same id.
      const isSameMoment =
        ask.interactionId === undefined || JSON.stringify(data.basis.context) === JSON.stringify(ask.attributes);
      if (isSameMoment && data.offers.every(isOpen)) return true;
      await inTime(dismiss(record, context), deadline.left(), () => logTooSlow(deadline));
      return false;
    },
  };
}
