// Which caps an offer in a placement was under at a point of the log: those of the published revision and of the latest definition.
import type { OfferEvent } from '../src/aggregates/offer/events.ts';
import type { PlacementEvent } from '../src/aggregates/placement/events.ts';
import { type BoundCap, bindOfferCap, bindPlacementCap, type CapRule } from '../src/decisioning/caps.ts';
import type { Position } from '../src/event-store/event-store.ts';

/** A cap without its pause, so that equal keys mean equal windows. */
export interface LimitedCap extends BoundCap {
  readonly pauseDays: number | undefined;
}

export interface CapsInForce {
  evolve(event: OfferEvent | PlacementEvent, position: Position): void;
  /** Those of the offer and those of the placement as of a position, bound to the offer in the placement. */
  capsOf(offerId: string, placementId: string, asOf: Position): readonly LimitedCap[];
}

/** Rules with the position from which they are in force, oldest first. */
type Versions = { readonly from: Position; readonly rules: readonly CapRule[] }[];

/** Empty; `evolve` brings the events of the log in, in order. */
export function createCapsInForce(): CapsInForce {
  const drafts = new Map<string, readonly CapRule[]>();
  const published = new Map<string, Versions>();
  const placements = new Map<string, Versions>();
  const bound = new Map<string, readonly LimitedCap[]>();

  return {
    evolve(event, position) {
      switch (event.type) {
        case 'OfferDrafted':
        case 'OfferRevised':
          drafts.set(event.data.offerId, event.data.terms.caps);
          return;
        case 'OfferPublished':
          addVersion(published, event.data.offerId, { from: position, rules: drafts.get(event.data.offerId) ?? [] });
          return;
        case 'PlacementDefined':
        case 'PlacementRedefined':
          addVersion(placements, event.data.placementId, { from: position, rules: event.data.terms.caps });
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

    capsOf(offerId, placementId, asOf) {
      const ofOffer = versionAt(published.get(offerId), asOf);
      const ofPlacement = versionAt(placements.get(placementId), asOf);
      const key = `${offerId}|${ofOffer?.from}|${placementId}|${ofPlacement?.from}`;
      let caps = bound.get(key);
      if (!caps) {
        const limited = (cap: BoundCap, pauseDays: number | undefined) => ({ ...cap, pauseDays });
        caps = [
          ...(ofOffer?.rules ?? []).map(({ pauseDays, ...rule }) =>
            limited(bindOfferCap(rule, offerId, placementId), pauseDays),
          ),
          ...(ofPlacement?.rules ?? []).map(({ pauseDays, ...rule }) =>
            limited(bindPlacementCap(rule, offerId, placementId), pauseDays),
          ),
        ];
        bound.set(key, caps);
      }
      return caps;
    },
  };
}

function addVersion(all: Map<string, Versions>, id: string, version: Versions[number]): void {
  const versions = all.get(id);
  if (versions) versions.push(version);
  else all.set(id, [version]);
}

function versionAt(versions: Versions | undefined, asOf: Position): Versions[number] | undefined {
  return versions?.findLast(({ from }) => from <= asOf);
}
