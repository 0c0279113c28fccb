// Caps of everybody that do not bind all contacts that they count: whoever reserves under one has to know of the others, too.
import { type BoundCap, bindOfferCap, bindPlacementCap, binds, type CapRule, seriesOf } from './caps.ts';
import type { OfferTerms, PublishedPlacement } from './catalogue.ts';
import type { Catalogue } from './compiled-catalogue.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import type { OfferIndex } from './offer-index/offer-index.ts';
import { has } from './offer-index/offer-mask.ts';

/** By key. Rules that count each offer by itself are bound when it is known which. */
interface LooseTotals {
  readonly caps: readonly BoundCap[];
  readonly ofEachOffer: readonly CapRule[];
}

const loose = new WeakMap<Catalogue, LooseTotals>();
const none: readonly BoundCap[] = [];

/**
 * Those that count a contact and do not bind all contacts that they count: a rule of one offer about a tag, a channel or everything,
 * a rule of one placement about others. One for each key. Worked out once for each snapshot.
 */
export function looseTotalCaps(catalogue: Catalogue, contact: Parameters<typeof seriesOf>[0]): readonly BoundCap[] {
  const found = loose.get(catalogue) ?? findLooseTotals(catalogue);
  loose.set(catalogue, found);
  const { caps, ofEachOffer } = found;
  if (caps.length === 0 && ofEachOffer.length === 0) return none;
  const series = seriesOf(contact);
  const { offerId, placementId } = contact;
  return [
    ...caps.filter((cap) => binds(cap, series)),
    ...ofEachOffer.map((rule) => bindPlacementCap(rule, offerId, placementId)),
  ];
}

function findLooseTotals({ segments, placements }: Catalogue): LooseTotals {
  const caps = new Map<string, BoundCap>();
  const ofEachOffer = new Map<string, CapRule>();
  const offers = function* () {
    for (const { index, current } of segments) {
      for (const [number, offer] of index.offers.entries()) if (has(current, number)) yield offer;
    }
  };
  for (const { index } of segments) {
    for (const bound of crossingCapsIn(index)) {
      if (caps.has(bound.key)) continue;
      for (const { published } of offers()) {
        if (!mayCount(bound.rule, published.terms) || crossingCapsOf(published.terms).has(bound.key)) continue;
        caps.set(bound.key, bound);
        break;
      }
    }
  }
  const open = [...placements.values()].filter(({ retired }) => !retired);
  for (const placement of open) {
    for (const bound of totalsOf(placement)) {
      const isLoose = open.some((other) => isCountedIn(bound, other) && !totalsOf(other).some(hasKeyOf(bound)));
      if (!isLoose) continue;
      if (bound.rule.scope.kind === 'OFFER') ofEachOffer.set(bound.key, bound.rule);
      else caps.set(bound.key, bound);
    }
  }
  return { caps: [...caps.values()], ofEachOffer: [...ofEachOffer.values()] };
}

const hasKeyOf = (one: BoundCap) => (other: BoundCap) => one.key === other.key;

const crossing = new WeakMap<OfferIndex, readonly BoundCap[]>();

/** The caps of its offers that count contacts with other offers. */
function crossingCapsIn(index: OfferIndex): readonly BoundCap[] {
  const found = crossing.get(index) ?? findCrossingCaps(index.offers);
  crossing.set(index, found);
  return found;
}

function findCrossingCaps(offers: readonly CompiledOffer[]): readonly BoundCap[] {
  const caps = new Map<string, BoundCap>();
  for (const { published } of offers) for (const [key, cap] of crossingCapsOf(published.terms)) caps.set(key, cap);
  return [...caps.values()];
}

/** By key. They are the same whichever offer and placement they are bound to. */
function crossingCapsOf({ caps }: OfferTerms): ReadonlyMap<string, BoundCap> {
  const found = new Map<string, BoundCap>();
  for (const rule of caps) {
    if (rule.subject !== 'TOTAL' || !['TAG', 'CHANNEL', 'EVERYTHING'].includes(rule.scope.kind)) continue;
    const bound = bindOfferCap(rule, '', '');
    found.set(bound.key, bound);
  }
  return found;
}

function mayCount({ scope }: CapRule, { tags, treatments }: OfferTerms): boolean {
  if (scope.kind === 'TAG') return tags.includes(scope.tag);
  return scope.kind !== 'CHANNEL' || treatments.some(({ channel }) => channel === scope.channel);
}

/** Bound to no offer. */
function totalsOf({ placementId, terms }: PublishedPlacement): BoundCap[] {
  const rules = terms.caps.filter(({ subject }) => subject === 'TOTAL');
  return rules.map((rule) => bindPlacementCap(rule, '', placementId));
}

/** Whether a cap that is bound to no offer counts contacts in a placement. */
function isCountedIn(cap: BoundCap, { placementId, terms: { channel } }: PublishedPlacement): boolean {
  const { scope } = cap.rule;
  const tags = scope.kind === 'TAG' ? [scope.tag] : [];
  return binds(cap, seriesOf({ offerId: '', placementId, channel, tags }));
}
