// What a decision is made from: the customer as the read models and the gate have it now, or as the log has it while they do not answer.
import { type CustomerEntries, customerProjections } from '../../projections/customer-facts.ts';
import type { Degradation } from '../aggregates/decision/events.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { ContactFacts } from '../decisioning/decision-request.ts';
import { totalCapsIn } from '../decisioning/total-caps.ts';
import { StoreUnavailable } from '../event-store/event-store.ts';
import type { Deadline } from './decision-trail.ts';
import { entriesFromLog } from './entries-from-log.ts';
import type { NextBestOfferParts } from './next-best-offer.ts';
import { causeOf, readSideLate } from './read-side-calls.ts';
import { inTime, logTooSlow } from './time-budget.ts';

/** Without `contacts` it is what the log says, for the cause that is there then: the read models have not answered. */
export interface Seen {
  readonly entries: CustomerEntries;
  readonly contacts?: (timeZone: string) => ContactFacts;
  readonly cause?: Degradation['cause'];
}

/** Who is looked at, and for what. */
export interface Looked {
  readonly catalogue: Catalogue;
  readonly customerId: string;
  readonly placementId: string;
  /** ISO. */
  readonly at: string;
  /** As `CapGate.look`. */
  readonly isLate: boolean;
}

export interface CustomerSight {
  /**
   * The facts of one instant, in one round trip; from the log when they do not come within the time of the stage.
   * @throws StoreUnavailable when the log cannot be read in time either.
   */
  see(looked: Looked, deadline: Deadline): Promise<Seen>;
  /** @throws StoreUnavailable when the log cannot be read in time either. */
  seeLog(
    looked: Pick<Looked, 'customerId' | 'at'>,
    cause: NonNullable<Seen['cause']>,
    deadline: Deadline,
  ): Promise<Seen>;
}

/**
 * Of so many customers the log is read at once, whoever still waits for it: a log that does not answer gives up on a reading only after its
 * own time, and each is of more than a dozen streams.
 */
const mostReadings = 200;

export function createCustomerSight({
  readModels,
  gate,
  store,
  turns,
  late,
  askReadSide,
}: Pick<NextBestOfferParts, 'readModels' | 'gate' | 'store' | 'turns' | 'late' | 'askReadSide'>): CustomerSight {
  let readings = 0;

  function withLate(customerId: string, entries: CustomerEntries): CustomerEntries {
    return late?.waitOf(customerId) ? late.withWaiting(customerId, entries) : entries;
  }

  async function readLog(customerId: string, at: string): Promise<CustomerEntries> {
    if (readings >= mostReadings) throw new StoreUnavailable('too many decisions wait for the event log');
    readings += 1;
    try {
      return await entriesFromLog(store, customerId, at);
    } finally {
      readings -= 1;
    }
  }

  const seeLog: CustomerSight['seeLog'] = async ({ customerId, at }, cause, deadline) => {
    const entries = await inTime(readLog(customerId, at), deadline.left(), () => logTooSlow(deadline));
    return { entries: withLate(customerId, entries), cause };
  };

  return {
    seeLog,
    async see(looked, deadline) {
      const { catalogue, customerId, placementId, at, isLate } = looked;
      try {
        // What this turn has written itself, the answer of before or an offer that was declined, is to be seen.
        const settled = turns.held(customerId);
        if (settled) await inTime(settled, deadline.left('LOAD'), () => readSideLate(deadline.left('LOAD')));
        const [entries, contacts] = await askReadSide(deadline.left('LOAD'), () =>
          Promise.all([
            readModels.readTogether(customerProjections, customerId),
            gate.look(customerId, Date.parse(at), () => totalCapsIn(catalogue, placementId), isLate),
          ]),
        );
        return { entries: withLate(customerId, entries), contacts };
      } catch (error) {
        return seeLog(looked, causeOf(error), deadline);
      }
    },
  };
}
