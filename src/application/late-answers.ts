// Which decisions are answered before they are recorded, and how.

import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import { type EventStore, StoreUnavailable } from '../event-store/event-store.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { DecisionRecord } from './decision-records.ts';
import type { Deadline } from './decision-trail.ts';
import type { DoubtfulRecords } from './doubtful-records.ts';
import type { LateDecisions } from './late-decisions.ts';
import type { Ask } from './next-best-offer.ts';
import type { DecisionToRecord } from './record-decision.ts';
import { inTime, logTooSlow } from './time-budget.ts';

export interface LateAnswers {
  /** Whether the placement lets a decision be answered before it is recorded. An agent's screen is of the log. */
  mayBe(catalogue: Catalogue, ask: Ask, placementId: string): boolean;
  /** Whether it is: the log is known to be away, or what was decided before it still waits for the log. */
  isAnsweredFirst(catalogue: Catalogue, ask: Ask, placementId: string): boolean;
  /** Before what is recorded before its answer: whoever cannot reach the log reserves nothing. */
  settleDoubts(catalogue: Catalogue, ask: Ask, placementId: string, deadline: Deadline): Promise<void>;
  /**
   * @param unanswered for a decision that is not answered after all
   * @throws StoreUnavailable when there is no room for it; then nobody answers it.
   */
  answerFirst(
    decision: DecisionToRecord,
    context: CommandContext,
    unanswered: () => void | Promise<void>,
  ): Promise<DecisionRecord>;
}

export function createLateAnswers({
  store,
  late,
  doubtful,
}: {
  store: Pick<EventStore, 'health'>;
  late?: LateDecisions | undefined;
  doubtful: DoubtfulRecords;
}): LateAnswers {
  function mayBe(catalogue: Catalogue, ask: Ask, placementId: string): boolean {
    return (
      catalogue.compiled(placementId)?.published.terms.recording === 'LATE' &&
      late !== undefined &&
      ask.interactionId === undefined
    );
  }

  function isAnsweredFirst(catalogue: Catalogue, ask: Ask, placementId: string): boolean {
    if (!mayBe(catalogue, ask, placementId)) return false;
    return !store.health().answers || late?.waitOf(ask.customerId) === true;
  }

  return {
    mayBe,
    isAnsweredFirst,
    async settleDoubts(catalogue, ask, placementId, deadline) {
      if (doubtful.isSure(ask.customerId) || isAnsweredFirst(catalogue, ask, placementId)) return;
      const isPossible = mayBe(catalogue, ask, placementId);
      // Who can be answered without the log needs time for the rest.
      const patience = isPossible ? deadline.left('LOAD') : deadline.left();
      try {
        await inTime(doubtful.settleInTurn(ask.customerId), patience, () => logTooSlow(deadline));
      } catch (error) {
        if (!(error instanceof StoreUnavailable) || !isPossible) throw error;
      }
    },
    async answerFirst(decision, context, unanswered) {
      try {
        if (!late) throw new StoreUnavailable('the event log is away');
        return await late.keep({ decision: { ...decision, data: { ...decision.data, recorded: 'LATE' } }, context });
      } catch (error) {
        await unanswered();
        throw error;
      }
    },
  };
}
