// A placement with everything resolved that does not depend on the customer or the moment, and offers as they would be shown there.
import { type BoundCap, bindOfferCap, bindPlacementCap, binds, canStopAnybody, seriesOf } from './caps.ts';
import type { PublishedOffer, PublishedPlacement, Treatment } from './catalogue.ts';
import type { CompiledOffer } from './compiled-offer.ts';
import type { FormulaNumbers, Language } from './language.ts';
import type { Scope } from './scope.ts';

export interface CompiledPlacement {
  readonly published: PublishedPlacement;
  /** By which offers keep how they would be shown here. */
  readonly number: number;
  readonly cooling: Cooling | undefined;
  /** Minutes of the customer's day. */
  readonly quiet: { readonly from: number; readonly to: number } | undefined;
  readonly formula: ((scope: Scope, numbers: FormulaNumbers) => number) | undefined;
  capOf(bound: BoundCap): CompiledCap;
  /** An offer as it would be shown here. */
  candidateOf(offer: CompiledOffer): CompiledCandidate;
}

export interface CompiledCandidate {
  /** Where it would be shown. */
  readonly placement: CompiledPlacement;
  readonly offer: CompiledOffer;
  /** Absent: nothing to show on the placement's channel. */
  readonly treatment: Treatment | undefined;
  /** Caps of the offer, then of the placement. */
  readonly caps: readonly CompiledCap[];
  /** The same, always the same list: what is worked out of it once can be kept with it. */
  readonly bounds: readonly BoundCap[];
  /** Those that count contacts with this offer only, but can stop a customer who has none. */
  readonly ownOfAnybody: readonly CompiledCap[];
}

export interface CompiledCap {
  readonly bound: BoundCap;
  /** Of a cap that counts contacts with other offers too: the number of its key in the placement; caps of equal keys have equal usage. */
  readonly shared: number | undefined;
}

/** Silence for so long after a contact in the series. */
export interface Cooling {
  readonly series: string;
  readonly seconds: number;
}

/** @param number no other placement of the catalogue has the same; another form of this one, or of another catalogue, may */
export function compilePlacement(
  published: PublishedPlacement,
  number: number,
  language: Pick<Language, 'formula'>,
): CompiledPlacement {
  const { terms } = published;
  const numbers = new Map<string, number>();
  const capOf = (bound: BoundCap): CompiledCap => {
    if (bound.series.every((name) => name.startsWith('offer:'))) return { bound, shared: undefined };
    const shared = numbers.get(bound.key) ?? numbers.size;
    numbers.set(bound.key, shared);
    return { bound, shared };
  };
  const placement: CompiledPlacement = {
    published,
    number,
    cooling: coolingOf(published),
    quiet: terms.quietHours && { from: minuteOf(terms.quietHours.from), to: minuteOf(terms.quietHours.to) },
    formula: terms.ranking.method === 'FORMULA' ? language.formula(terms.ranking.formula) : undefined,
    capOf,
    candidateOf(offer) {
      const known = offer.shown[number];
      if (known?.placement === placement) return known;
      const bounds = capsBetween(offer.published, published);
      const caps = bounds.map(capOf);
      const candidate = {
        placement,
        offer,
        treatment: offer.published.terms.treatments.find(({ channel }) => channel === terms.channel),
        caps,
        bounds,
        ownOfAnybody: caps.filter(({ bound, shared }) => shared === undefined && canStopAnybody(bound.rule)),
      };
      offer.shown[number] = candidate;
      return candidate;
    },
  };
  return placement;
}

/** The silence that a placement keeps after a contact; undefined: none. */
export function coolingOf(placement: PublishedPlacement): Cooling | undefined {
  const { coolingWindow, channel } = placement.terms;
  if (!coolingWindow) return undefined;
  const { seconds, scope } = coolingWindow;
  switch (scope) {
    case 'EVERYTHING':
      return { series: '*', seconds };
    case 'CHANNEL':
      return { series: `channel:${channel}`, seconds };
    case 'PLACEMENT':
      return { series: `placement:${placement.placementId}`, seconds };
  }
}

/** The caps that a contact with the offer in the placement is under: the offer's, then the placement's. */
export function capsBetween({ offerId, terms }: PublishedOffer, placement: PublishedPlacement): BoundCap[] {
  const { placementId } = placement;
  const series = seriesOf({ offerId, placementId, channel: placement.terms.channel, tags: terms.tags });
  const caps = [
    ...terms.caps.map((rule) => bindOfferCap(rule, offerId, placementId)),
    ...placement.terms.caps.map((rule) => bindPlacementCap(rule, offerId, placementId)),
  ];
  return caps.filter((cap) => binds(cap, series));
}

function minuteOf(clockTime: string): number {
  return Number(clockTime.slice(0, 2)) * 60 + Number(clockTime.slice(3, 5));
}
