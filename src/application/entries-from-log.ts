// What the log itself says while the read models cannot be asked: of a customer no features and no contacts under caps; of an offer all.
import { consents } from '../../projections/consents.ts';
import { contacts } from '../../projections/contacts.ts';
import type { CustomerEntries } from '../../projections/customer-facts.ts';
import { type OfferEntry, offers } from '../../projections/offers.ts';
import { profiles } from '../../projections/profiles.ts';
import type { Projection } from '../../projections/projection.ts';
import type { StoredEntry } from '../../projections/read-models.ts';
import type { EventStore } from '../event-store/event-store.ts';

/** This month and so many before it are read: more than 366 days. */
const monthsBefore = 13;

/** @throws StoreUnavailable when the log cannot be read either. */
export async function entriesFromLog(store: EventStore, customerId: string, at: string): Promise<CustomerEntries> {
  const [profile, consent, contact] = await Promise.all([
    folded(store, profiles, customerId, [`profile-${customerId}`]),
    consentsFromLog(store, customerId),
    folded(
      store,
      contacts,
      customerId,
      monthsUpTo(at).map((month) => `decision-${customerId}_${month}`),
    ),
  ]);
  return [profile, consent, undefined, contact];
}

/** What a customer has allowed; undefined: nothing was ever said. @throws StoreUnavailable when the log cannot be read. */
export function consentsFromLog(store: EventStore, customerId: string): Promise<CustomerEntries[1]> {
  return folded(store, consents, customerId, [`consent-${customerId}`]);
}

/** @throws StoreUnavailable when the log cannot be read either. */
export async function offerFromLog(store: EventStore, offerId: string): Promise<OfferEntry | undefined> {
  return (await folded(store, offers, offerId, [`offer-${offerId}`]))?.entry;
}

async function folded<Entry>(
  store: EventStore,
  projection: Projection<Entry>,
  entryId: string,
  streams: readonly string[],
): Promise<StoredEntry<Entry> | undefined> {
  const events = (await Promise.all(streams.map((stream) => store.readStream(stream)))).flat();
  let entry: StoredEntry<Entry> | undefined;
  for (const event of events) {
    if (projection.entryOf(event) !== entryId) continue;
    const before = entry?.entry ?? projection.empty(entryId);
    entry = { entry: projection.evolve(before, event), position: event.position };
  }
  return entry;
}

/** Those of which streams of a customer are read at an instant, as their names have them: `202611`, the oldest first. */
export function monthsUpTo(at: string): string[] {
  const year = Number(at.slice(0, 4));
  const month = Number(at.slice(5, 7)) - 1;
  return Array.from({ length: monthsBefore + 1 }, (_, index) => {
    const instant = new Date(Date.UTC(year, month - monthsBefore + index, 1));
    return instant.toISOString().slice(0, 7).replace('-', '');
  });
}

/** Epoch milliseconds of the beginning of such a month. */
export function startOfMonth(month: string): number {
  return Date.UTC(Number(month.slice(0, 4)), Number(month.slice(4)) - 1, 1);
}
