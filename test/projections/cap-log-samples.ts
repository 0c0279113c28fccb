// Logs of offers, placements and reservations, for the tests of the recount.
import { type CapRecount, recountCaps } from '../../projections/cap-recount.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { recorded, type Told } from './recorded-events.ts';
import { someOffer, somePlacement } from './terms.ts';

export const noon = Date.parse('2026-11-18T12:00:00.000Z');
export const second = 1000;
export const day = 86_400_000;
export const instant = (at: number) => new Date(at).toISOString();

export const ruleWith = (changes: Partial<CapRule> = {}): CapRule => ({
  name: 'cap',
  counts: 'IMPRESSION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 1,
  window: { kind: 'ROLLING', seconds: 60 },
  ...changes,
});
export const drafted = (offerId: string, ...caps: CapRule[]): Told => {
  const data = { offerId, revision: 1, author: 'ann', terms: { ...someOffer(offerId), caps } };
  return { stream: `offer-${offerId}`, type: 'OfferDrafted', data };
};
export const published = (offerId: string): Told => {
  return { stream: `offer-${offerId}`, type: 'OfferPublished', data: { offerId, revision: 1, by: 'bob' } };
};
export const live = (offerId: string, ...caps: CapRule[]): Told[] => [drafted(offerId, ...caps), published(offerId)];
export const defined = (placementId: string, ...caps: CapRule[]): Told => ({
  stream: `placement-${placementId}`,
  type: 'PlacementDefined',
  data: { placementId, revision: 1, by: 'ann', terms: { ...somePlacement(placementId), caps } },
});

export interface Particulars {
  readonly customerId?: string;
  readonly placementId?: string;
  readonly timeZone?: string;
  readonly offers?: readonly string[];
  /** Position of the last catalogue event that the decision saw; absent: all before it. */
  readonly catalogue?: string;
}
export function reserve(decisionId: string, at: number, particulars: Particulars = {}): Told {
  const { customerId = 'c1', placementId = 'home', timeZone = 'UTC', offers = ['o1'], catalogue } = particulars;
  const data: Extract<CapEvent, { type: 'CapReserved' }>['data'] = {
    ...{ customerId, decisionId, placementId, channel: 'WEB', callId: decisionId, timeZone },
    offers: offers.map((offerId) => ({ offerId, tags: ['fuel'] })),
    ...(catalogue === undefined ? {} : { catalogue }),
    heldUntil: instant(at + 600 * second),
  };
  return { stream: `cap-${customerId}_202611`, type: 'CapReserved', data, at: instant(at) };
}
export function confirm(
  decisionId: string,
  at: number,
  counted: Counted = 'IMPRESSION',
  offerId = 'o1',
  customerId = 'c1',
): Told {
  const data = { customerId, decisionId, offerId, counted, heldUntil: instant(at + day) };
  return { stream: `cap-${customerId}_202611`, type: 'CapConfirmed', data, at: instant(at) };
}
export const shown = (decisionId: string, at: number, particulars: Particulars = {}): Told[] => [
  reserve(decisionId, at, particulars),
  confirm(decisionId, at, 'IMPRESSION', particulars.offers?.[0], particulars.customerId),
];

export async function* each<Item>(items: readonly Item[]): AsyncIterable<Item> {
  yield* items;
}
export const recount = (...told: (Told | Told[])[]): Promise<CapRecount> => recountCaps(each(recorded(told.flat())));
