// What is asked for an offer in a placement and does not depend on who is decided for: an offer is reserved again and again.
import { type BoundCap, seriesOf } from '../src/decisioning/caps.ts';
import type { ReservableOffer, ReservationRequest } from './cap-gate.ts';

export interface PreparedOffer {
  /** In which its contacts count; always the same list for one offer in a placement. */
  readonly series: readonly string[];
  /** Caps of the customer. */
  readonly own: readonly BoundCap[];
  /** Caps of everybody. */
  readonly totals: readonly BoundCap[];
  /** One of its own pauses. */
  readonly pauses: boolean;
  /** Its part of the question that reserves it, up to its caps. */
  readonly question: string;
}

type Place = Pick<ReservationRequest, 'placementId' | 'channel'>;
/** What it was prepared from, besides the list of caps. */
type Source = Place & Pick<ReservableOffer, 'offerId' | 'tags'>;

const known = new WeakMap<readonly BoundCap[], { readonly source: Source; readonly offer: PreparedOffer }>();

/** Remembered with the list of caps: one that is made anew each time is prepared each time. */
export function preparedOffer(
  { placementId, channel }: Place,
  { offerId, tags, caps }: ReservableOffer,
): PreparedOffer {
  const before = known.get(caps);
  if (before) {
    const { source, offer } = before;
    const isSame = source.offerId === offerId && source.placementId === placementId && source.channel === channel;
    if (isSame && source.tags === tags) return offer;
  }
  const source = { placementId, channel, offerId, tags };
  const series = seriesOf(source);
  const own = caps.filter(({ rule }) => rule.subject !== 'TOTAL');
  const offer = {
    series,
    own,
    totals: caps.filter(({ rule }) => rule.subject === 'TOTAL'),
    pauses: own.some(isPausing),
    question: `{"offerId":${JSON.stringify(offerId)},"series":${JSON.stringify(`,${series.join()},`)},"caps":[`,
  };
  known.set(caps, { source, offer });
  return offer;
}

/** Of a cap of the customer. */
export function isPausing({ rule }: BoundCap): boolean {
  return rule.pauseDays !== undefined;
}
