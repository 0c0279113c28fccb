// The published offers and placements with everything resolved that does not depend on the customer or the moment.
import { type BoundCap, bindOfferCap, bindPlacementCap, binds, seriesOf } from './caps.ts';
import type { PublishedOffer, PublishedPlacement, Treatment } from './catalogue.ts';
import type { CompiledCondition } from './compiled-condition.ts';
import type { FormulaNumbers, Language } from './language.ts';
import type { Scope } from './scope.ts';
import { factorOf } from './scores.ts';

/** A snapshot that decisions are made from. It never changes; a new publication makes a new one. */
export interface Catalogue {
  /** Position of the last event in it. */
  readonly position: string;
  readonly language: Language;
  readonly offers: ReadonlyMap<string, PublishedOffer>;
  readonly placements: ReadonlyMap<string, PublishedPlacement>;
  /** Distinct conditions by number: each is evaluated at most once per decision. */
  readonly conditions: readonly CompiledCondition[];
  /** Purposes by number. */
  readonly purposes: readonly string[];
  /** A placement with its candidates; compiled when it is first asked for. */
  compiled(placementId: string): CompiledPlacement | undefined;
}

export interface NamedCondition {
  readonly name: string;
  /** Index in `Catalogue.conditions`. */
  readonly condition: number;
}

export interface CompiledOffer {
  readonly published: PublishedOffer;
  /** Epoch milliseconds; `Infinity` for no end. */
  readonly startAt: number;
  readonly endAt: number;
  /** Indexes in `Catalogue.purposes`. */
  readonly purposes: readonly number[];
  /** Of the audiences, for explanations. */
  readonly audienceNames: string;
  readonly eligibility: readonly NamedCondition[];
  readonly eligibilityNames: readonly string[];
  readonly contextWeights: readonly (NamedCondition & { readonly percent: number })[];
  /** Units of the currency. */
  readonly value: number;
  readonly lever: number;
}

/** An offer as it would be shown in one placement. */
export interface CompiledCandidate {
  readonly offer: CompiledOffer;
  /** Absent: nothing to show on the placement's channel. */
  readonly treatment: Treatment | undefined;
  /** Caps of the offer, then of the placement; bound when a decision first gets that far. */
  caps: readonly CompiledCap[] | undefined;
}

export interface CompiledCap {
  readonly bound: BoundCap;
  /** Number of the cap's key in the placement: caps of equal keys have equal usage. */
  readonly usage: number;
}

export interface CompiledPlacement {
  readonly published: PublishedPlacement;
  /** Every published offer, by id. */
  readonly candidates: readonly CompiledCandidate[];
  readonly fallback: CompiledCandidate | undefined;
  readonly cooling: Cooling | undefined;
  /** Minutes of the customer's day. */
  readonly quiet: { readonly from: number; readonly to: number } | undefined;
  readonly formula: ((scope: Scope, numbers: FormulaNumbers) => number) | undefined;
  capsOf(candidate: CompiledCandidate): readonly CompiledCap[];
}

/** Silence for so long after a contact in the series. */
export interface Cooling {
  readonly series: string;
  readonly seconds: number;
}

/** Compiles what is published. Of several offers or placements with one id the last counts. */
export function compileCatalogue(
  language: Language,
  offers: Iterable<PublishedOffer>,
  placements: Iterable<PublishedPlacement>,
  position: string,
): Catalogue {
  const offersById = new Map([...offers].map((offer) => [offer.offerId, offer]));
  const placementsById = new Map([...placements].map((placement) => [placement.placementId, placement]));
  const conditions = numbered((text) => language.condition(text));
  const purposes = numbered((purpose) => purpose);
  const compiledOffers = [...offersById.values()]
    .sort((a, b) => (a.offerId < b.offerId ? -1 : 1))
    .map((offer) => compileOffer(offer, conditions.numberOf, purposes.numberOf));
  const compiledPlacements = new Map<string, CompiledPlacement>();
  return {
    position,
    language,
    offers: offersById,
    placements: placementsById,
    conditions: conditions.all,
    purposes: purposes.all,
    compiled(placementId) {
      const known = compiledPlacements.get(placementId);
      if (known) return known;
      const published = placementsById.get(placementId);
      if (!published) return undefined;
      const compiled = compilePlacement(published, compiledOffers, language);
      compiledPlacements.set(placementId, compiled);
      return compiled;
    },
  };
}

/** The placement of an id, retired ones included; undefined when there is none. */
export function placementOf(catalogue: Catalogue, placementId: string): PublishedPlacement | undefined {
  return catalogue.placements.get(placementId);
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

function compileOffer(
  published: PublishedOffer,
  conditionNumber: (text: string) => number,
  purposeNumber: (purpose: string) => number,
): CompiledOffer {
  const { terms } = published;
  return {
    published,
    startAt: Date.parse(terms.startAt),
    endAt: terms.endAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(terms.endAt),
    purposes: terms.purposes.map(purposeNumber),
    audienceNames: terms.audiences.join(', '),
    eligibility: terms.eligibility.map(({ name, expression }) => ({ name, condition: conditionNumber(expression) })),
    eligibilityNames: terms.eligibility.map(({ name }) => name),
    contextWeights: terms.contextWeights.map(({ name, expression, percent }) => ({
      name,
      condition: conditionNumber(expression),
      percent,
    })),
    value: terms.value.amount / 100,
    lever: factorOf(terms.levers.reduce((sum, { percent }) => sum + percent, 0)),
  };
}

function compilePlacement(
  published: PublishedPlacement,
  offers: readonly CompiledOffer[],
  language: Language,
): CompiledPlacement {
  const { terms } = published;
  const candidates = offers.map((offer): CompiledCandidate => {
    const treatment = offer.published.terms.treatments.find(({ channel }) => channel === terms.channel);
    return { offer, treatment, caps: undefined };
  });
  const usages = numbered((key) => key);
  return {
    published,
    candidates,
    fallback: candidates.find(({ offer }) => offer.published.offerId === terms.fallbackOfferId),
    cooling: coolingOf(published),
    quiet: terms.quietHours && { from: minuteOf(terms.quietHours.from), to: minuteOf(terms.quietHours.to) },
    formula: terms.ranking.method === 'FORMULA' ? language.formula(terms.ranking.formula) : undefined,
    capsOf(candidate) {
      if (candidate.caps) return candidate.caps;
      candidate.caps = capsBetween(candidate.offer.published, published).map((bound) => ({
        bound,
        usage: usages.numberOf(bound.key),
      }));
      return candidate.caps;
    },
  };
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

/** Gives each distinct text a small number, in order of appearance, and keeps what is made of it under that number. */
function numbered<Made>(make: (text: string) => Made): {
  readonly all: readonly Made[];
  numberOf(text: string): number;
} {
  const numbers = new Map<string, number>();
  const all: Made[] = [];
  return {
    all,
    numberOf(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, all.length);
      return all.push(make(text)) - 1;
    },
  };
}
