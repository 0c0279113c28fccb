// What happens to offers and placements, for tests that write it to a log.
import { randomUUID } from 'node:crypto';
import { type EventStore, noStream } from '../../src/event-store/event-store.ts';
import { someOffer, somePlacement } from './terms.ts';

/** Each gives the position of what it has written. */
export function catalogueEvents(store: () => EventStore) {
  async function happen(stream: string, type: string, data: object): Promise<string> {
    const metadata = { at: '2026-11-21T12:00:00.000Z', v: 1, correlationId: 'c', causationId: 'c', actor: 'test' };
    const revision = (await store().readStream(stream)).at(-1)?.revision ?? noStream;
    const { position } = await store().append(stream, revision, [{ id: randomUUID(), type, data, metadata }]);
    return position;
  }

  const offer = (offerId: string, type: string, data: object = {}) =>
    happen(`offer-${offerId}`, type, { offerId, by: 'ann', reason: 'so', ...data });
  const draft = (offerId: string, revision = 1) =>
    offer(offerId, revision === 1 ? 'OfferDrafted' : 'OfferRevised', {
      revision,
      author: 'ann',
      terms: someOffer(`n${revision}`),
    });
  const publish = (offerId: string, revision = 1) => offer(offerId, 'OfferPublished', { revision });
  const place = (placementId: string, type = 'PlacementDefined') =>
    happen(`placement-${placementId}`, type, { placementId, revision: 1, by: 'ann', terms: somePlacement('p') });
  return { offer, draft, publish, place };
}
