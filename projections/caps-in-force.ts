// Which caps an offer in a placement was under at a point of the log: those of the published revision and of the latest definition.
import type { OfferEvent } from '../src/aggregates/offer/events.ts';
import type { PlacementEvent } from '../src/aggregates/placement/events.ts';
import { type BoundCap, bindOfferCap, bindPlacementCap, type CapRule } from '../src/decisioning/caps.ts';

/** A cap without its pause, so that equal keys mean equal windows. */
export interface LimitedCap extends BoundCap {
  readonly pauseDays: number | undefined;
}

export interface CapsInForce {
  evolve(event: OfferEvent | PlacementEvent): void;
  /** Those of the offer and those of the placement, bound to the offer in the placement. */
  capsOf(offerId: string, placementId: string): readonly LimitedCap[];
}

/** Empty; `evolve` brings the events of the log in, in order. */
export function createCapsInForce(): CapsInForce {
  const drafts = new Map<string, readonly CapRule[]>();
  const published = new Map<string, readonly CapRule[]>();
  const placements = new Map<string, readonly CapRule[]>();
  const bound = new Map<string, readonly LimitedCap[]>();

  return {
    evolve(event: OfferEvent | PlacementEvent): void {
      switch (event.type) {
        case 'OfferDrafted':
        case 'OfferRevised':
          drafts.set(event.data.offerId, event.data.terms.caps);
          return;
        case 'OfferPublished':
          published.set(event.data.offerId, drafts.get(event.data.offerId) ?? []);
          bound.clear();
          return;
        case 'PlacementDefined':
        case 'PlacementRedefined':
          placements.set(event.data.placementId, event.data.terms.caps);
          bound.clear();
          return;
        case 'OfferSubmitted':
        case 'OfferApproved':
        case 'OfferRejected':
        case 'OfferPaused':
        case 'OfferResumed':
        case 'OfferRetired':
        case 'PlacementRetired':
          return;
      }
    },

    capsOf(offerId: string, placementId: string): readonly LimitedCap[] {
      const key = `${offerId}|${placementId}`;
      let caps = bound.get(key);
      if (!caps) {
        const limited = (cap: BoundCap, pauseDays: number | undefined) => ({ ...cap, pauseDays });
        caps = [
          ...(published.get(offerId) ?? []).map(({ pauseDays, ...rule }) =>
            limited(bindOfferCap(rule, offerId, placementId), pauseDays),
          ),
          ...(placements.get(placementId) ?? []).map(({ pauseDays, ...rule }) =>
            limited(bindPlacementCap(rule, offerId, placementId), pauseDays),
          ),
        ];
        bound.set(key, caps);
      }
      return caps;
    },
  };
}
