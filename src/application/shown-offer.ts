// An offer as answers show it: of the read models, or while they do not answer of the log.
import { type OfferEntry, offers } from '../../projections/offers.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { type Breaker, BreakerOpen } from '../breaker.ts';
import type { EventStore } from '../event-store/event-store.ts';
import { offerFromLog } from './entries-from-log.ts';
import { causeOf, readSideLate } from './read-side-calls.ts';
import { inTime } from './time-budget.ts';

/** Undefined: there is none. Throws StoreUnavailable when the log cannot be read either. */
export type ShownOffer = (offerId: string) => Promise<OfferEntry | undefined>;

/** A decision that was made in time is not kept by what is shown of it: so many milliseconds the read models are waited for. */
const patienceMs = 50;

/** @param breaker of read models that are not in this process. What is shown is too little for it to go by. */
export function createShownOffer({
  readModels,
  store,
  breaker,
}: {
  readModels: Pick<ReadModels, 'read'>;
  store: EventStore;
  breaker?: Breaker | undefined;
}): ShownOffer {
  async function read(offerId: string): Promise<OfferEntry | undefined> {
    return (await readModels.read(offers, offerId))?.entry;
  }

  function readInTime(offerId: string): Promise<OfferEntry | undefined> {
    if (!breaker) return read(offerId);
    if (breaker.status().state !== 'CLOSED') return Promise.reject(new BreakerOpen(`${breaker.name} is not asked`));
    return inTime(read(offerId), patienceMs, () => readSideLate(patienceMs));
  }

  return async (offerId) => {
    try {
      return await readInTime(offerId);
    } catch (error) {
      causeOf(error);
      return offerFromLog(store, offerId);
    }
  };
}
