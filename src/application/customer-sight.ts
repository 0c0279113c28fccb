// What a decision is made from: the customer as the read models and the gate have it now, or as the log has it while they are away.
import { type CustomerEntries, customerProjections } from '../../projections/customer-facts.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { ContactFacts } from '../decisioning/decision-request.ts';
import { totalCapsIn } from '../decisioning/total-caps.ts';
import { entriesFromLog } from './entries-from-log.ts';
import type { NextBestOfferParts } from './next-best-offer.ts';

/** Without `contacts` it is what the log says, because the read models cannot be asked. */
export interface Seen {
  readonly entries: CustomerEntries;
  readonly contacts?: (timeZone: string) => ContactFacts;
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
  /** The facts of one instant, in one round trip. */
  see(looked: Looked): Promise<Seen>;
  /** @throws StoreUnavailable when the log cannot be read either. */
  seeLog(customerId: string, at: string): Promise<Seen>;
}

export function createCustomerSight({
  readModels,
  gate,
  store,
  turns,
  late,
}: Pick<NextBestOfferParts, 'readModels' | 'gate' | 'store' | 'turns' | 'late'>): CustomerSight {
  function withLate(customerId: string, entries: CustomerEntries): CustomerEntries {
    return late?.waitOf(customerId) ? late.withWaiting(customerId, entries) : entries;
  }

  async function seeLog(customerId: string, at: string): Promise<Seen> {
    return { entries: withLate(customerId, await entriesFromLog(store, customerId, at)) };
  }

  return {
    seeLog,
    async see({ catalogue, customerId, placementId, at, isLate }) {
      // What this turn has written itself, the answer of before or an offer that was declined, is to be seen.
      await turns.released(customerId);
      try {
        const [entries, contacts] = await Promise.all([
          readModels.readTogether(customerProjections, customerId),
          gate.look(customerId, Date.parse(at), () => totalCapsIn(catalogue, placementId), isLate),
        ]);
        return { entries: withLate(customerId, entries), contacts };
      } catch (error) {
        if (!(error instanceof ReadSideUnavailable)) throw error;
        return seeLog(customerId, at);
      }
    },
  };
}
