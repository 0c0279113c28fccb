// The caps that offers are under, by what they count: one that counts many offers is asked about once for all of them.
import {
  type BoundCap,
  bindOfferCap,
  bindPlacementCap,
  binds,
  type CapRule,
  canStopAnybody,
  seriesOf,
} from '../caps.ts';
import type { CompiledOffer } from '../compiled-offer.ts';
import type { CompiledCap, CompiledPlacement } from '../compiled-placement.ts';
import { add, emptyMask, type OfferMask } from './offer-mask.ts';

/** A cap that counts contacts with several offers, and those of them that are under it. */
export interface SharedCap {
  readonly cap: CompiledCap;
  readonly offers: OfferMask;
}

export interface CapsOfOffers {
  readonly shared: readonly SharedCap[];
  /** The offers under caps that count contacts with one offer. */
  readonly own: OfferMask;
  /** These caps of one of them, in the order in which they are asked. */
  ownOf(offer: number): readonly CompiledCap[];
  /**
   * Those of them whose cap can stop a customer who was never in contact with the offer, the lowest limits first; an offer with
   * several such caps is there several times.
   */
  readonly ownOfAnybody: readonly LimitedOffer[];
}

export interface LimitedOffer {
  readonly offer: number;
  readonly limit: number;
}

/** Gives the caps in a placement; worked out once as long as the placement is the same. */
export function createCapsOfOffers(offers: readonly CompiledOffer[]): (placement: CompiledPlacement) => CapsOfOffers {
  const all = emptyMask(offers.length);
  const own = emptyMask(offers.length);
  const ownOfAnybody: LimitedOffer[] = [];
  const shared = new Map<string, { rule: CapRule; offers: OfferMask }>();
  for (const [offer, { published }] of offers.entries()) {
    add(all, offer);
    for (const rule of published.terms.caps) {
      if (countsOneOffer(rule)) {
        add(own, offer);
        if (canStopAnybody(rule)) ownOfAnybody.push({ offer, limit: rule.limit });
        continue;
      }
      if (rule.scope.kind === 'TAG' && !published.terms.tags.includes(rule.scope.tag)) continue;
      const key = JSON.stringify(rule);
      const under = shared.get(key) ?? { rule, offers: emptyMask(offers.length) };
      shared.set(key, under);
      add(under.offers, offer);
    }
  }

  function tagged(tag: string): OfferMask {
    const mask = emptyMask(offers.length);
    for (const [offer, { published }] of offers.entries()) if (published.terms.tags.includes(tag)) add(mask, offer);
    return mask;
  }

  function capsIn(placement: CompiledPlacement): CapsOfOffers {
    const { placementId, terms } = placement.published;
    const sharedCaps: SharedCap[] = [];
    const share = (bound: BoundCap, under: OfferMask) => {
      const { scope } = bound.rule;
      const tags = scope.kind === 'TAG' ? [scope.tag] : [];
      if (!binds(bound, seriesOf({ offerId: '', placementId, channel: terms.channel, tags }))) return;
      sharedCaps.push({ cap: placement.capOf(bound), offers: under });
    };
    for (const { rule, offers: under } of shared.values()) share(bindOfferCap(rule, '', placementId), under);
    for (const rule of terms.caps) {
      const { scope } = rule;
      if (scope.kind === 'OFFER') continue;
      const under = scope.kind === 'TAG' ? tagged(scope.tag) : all;
      share(bindPlacementCap(rule, '', placementId), under);
    }
    const ofEach = terms.caps.filter(({ scope }) => scope.kind === 'OFFER');
    const ofAnybody = ofEach
      .filter(canStopAnybody)
      .flatMap(({ limit }) => Array.from(offers.keys(), (offer) => ({ offer, limit })));
    const ownCaps: (readonly CompiledCap[] | undefined)[] = [];
    return {
      shared: sharedCaps,
      own: ofEach.length > 0 ? all : own,
      ownOf(offer) {
        ownCaps[offer] ??= placement.candidateOf(offers[offer] as CompiledOffer).caps.filter(isOwn);
        return ownCaps[offer];
      },
      ownOfAnybody: [...ownOfAnybody, ...ofAnybody].sort((one, other) => one.limit - other.limit),
    };
  }

  const known = new WeakMap<CompiledPlacement, CapsOfOffers>();
  return (placement) => {
    const caps = known.get(placement) ?? capsIn(placement);
    known.set(placement, caps);
    return caps;
  };
}

function isOwn({ shared }: CompiledCap): boolean {
  return shared === undefined;
}

/** Of an offer: what it counts of other offers' contacts is shared with them. */
function countsOneOffer({ scope }: CapRule): boolean {
  return scope.kind === 'OFFER' || scope.kind === 'EACH_PLACEMENT' || scope.kind === 'PLACEMENTS';
}
