// What a decision is made from: the customer as the read models and the gate have it now, or as the log has it while they do not answer.
import { type CustomerEntries, customerProjections } from '../../projections/customer-facts.ts';
import type { Degradation } from '../aggregates/decision/events.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { ContactFacts } from '../decisioning/decision-request.ts';
import { totalCapsIn } from '../decisioning/total-caps.ts';
import { StoreUnavailable } from '../event-store/event-store.ts';
import type { Deadline } from './decision-trail.ts';
import { consentsFromLog, entriesFromLog } from './entries-from-log.ts';
import { createFewAtOnce } from './few-at-once.ts';
import type { NextBestOfferParts } from './next-best-offer.ts';
import { believedMs, causeOf, readingShare, readSideLate } from './read-side-calls.ts';
import { inTime, logTooSlow, timeIsUp } from './time-budget.ts';

/** Without `contacts` it is what the log says, as the read models have not answered: `blind` is there then. */
export interface Seen {
  readonly entries: CustomerEntries;
  readonly contacts?: (timeZone: string) => ContactFacts;
  readonly blind?: {
    readonly cause: Degradation['cause'];
    /** That of the log, too. */
    readonly catalogue: Catalogue;
  };
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
  /** As `Ask.isStale`. */
  readonly isStale: boolean;
}

export interface CustomerSight {
  /**
   * The facts of one instant, in one round trip; from the log when they do not come within the time of the stage.
   * @throws StoreUnavailable when the log cannot be read in time either.
   */
  see(looked: Looked, deadline: Deadline): Promise<Seen>;
  /** @throws StoreUnavailable when the log cannot be read in time either. */
  seeLog(looked: Pick<Looked, 'customerId' | 'at'>, cause: Degradation['cause'], deadline: Deadline): Promise<Seen>;
}

/**
 * Of so many customers the log is read at once: each is more than a dozen calls, and more of them together would only keep each other from
 * being in time.
 */
const mostReadings = 4;

export function createCustomerSight({
  readModels,
  gate,
  store,
  turns,
  late,
  askReadSide,
  behindMs,
  catalogue,
}: Pick<
  NextBestOfferParts,
  'readModels' | 'gate' | 'store' | 'turns' | 'late' | 'askReadSide' | 'behindMs' | 'catalogue'
>): CustomerSight {
  const fewAtOnce = createFewAtOnce(mostReadings);

  function withLate(customerId: string, entries: CustomerEntries): CustomerEntries {
    return late?.waitOf(customerId) ? late.withWaiting(customerId, entries) : entries;
  }

  function readLog(customerId: string, at: string, deadline: Deadline): Promise<CustomerEntries> {
    return fewAtOnce(
      () => entriesFromLog(store, customerId, at),
      () => deadline.left() * readingShare,
      () => timeIsUp(deadline),
    );
  }

  /** While the log cannot be read nothing is granted to a caller who knows of writes that the read models have not seen. */
  async function withLoggedConsents(
    entries: CustomerEntries,
    { customerId, isStale }: Looked,
    deadline: Deadline,
  ): Promise<CustomerEntries> {
    const [profile, believed, feature, contact] = entries;
    let consent = isStale ? undefined : believed;
    try {
      if (store.health().answers) {
        const withinMs = deadline.left('LOAD') * readingShare;
        consent = await inTime(consentsFromLog(store, customerId), withinMs, () => logTooSlow(deadline));
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    return [profile, consent, feature, contact];
  }

  const seeLog: CustomerSight['seeLog'] = async ({ customerId, at }, cause, deadline) => {
    const [entries, logged] = await Promise.all([
      inTime(readLog(customerId, at, deadline), deadline.left(), () => logTooSlow(deadline)),
      catalogue.logged(deadline),
    ]);
    return { entries: withLate(customerId, entries), blind: { cause, catalogue: logged } };
  };

  return {
    seeLog,
    async see(looked, deadline) {
      const { customerId, placementId, at, isLate } = looked;
      try {
        // What this turn has written itself, the answer of before or an offer that was declined, is to be seen.
        const settled = turns.held(customerId);
        if (settled) await inTime(settled, deadline.left('LOAD'), () => readSideLate(deadline.left('LOAD')));
        const [entries, contacts] = await askReadSide(deadline.left('LOAD'), () =>
          Promise.all([
            readModels.readTogether(customerProjections, customerId),
            gate.look(customerId, Date.parse(at), () => totalCapsIn(looked.catalogue, placementId), isLate),
          ]),
        );
        // Read models that are behind may not have heard of a withdrawal.
        const isBehind = looked.isStale || behindMs() > believedMs;
        const known = isBehind ? await withLoggedConsents(entries, looked, deadline) : entries;
        return { entries: withLate(customerId, known), contacts };
      } catch (error) {
        return seeLog(looked, causeOf(error), deadline);
      }
    },
  };
}
