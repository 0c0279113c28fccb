// The published offers and placements with everything resolved that does not depend on the customer or the moment.
import type { PublishedOffer, PublishedPlacement } from './catalogue.ts';
import { type CompiledOffer, compileOffer } from './compiled-offer.ts';
import { type CompiledPlacement, compilePlacement } from './compiled-placement.ts';
import type { Language } from './language.ts';
import { createOfferIndex, type OfferIndex } from './offer-index/offer-index.ts';
import { countOf, has, type OfferMask, remove } from './offer-index/offer-mask.ts';
import { createPredicateNumbers, type PredicateNumbers } from './predicate-numbers.ts';

/** A snapshot that decisions are made from. It never changes; a publication makes a new one that shares what is the same. */
export interface Catalogue {
  /** Position of the last event in it. */
  readonly position: string;
  readonly language: Language;
  /** By id, in order of id. */
  readonly offers: ReadonlyMap<string, PublishedOffer>;
  readonly placements: ReadonlyMap<string, PublishedPlacement>;
  /** Number of offers. */
  readonly size: number;
  /** Of the predicates of all conditions. */
  readonly numbers: PredicateNumbers;
  /** Each offer is in the index and current, or late: published since the index was made, and asked one by one. */
  readonly index: OfferIndex;
  readonly current: OfferMask;
  readonly late: ReadonlyMap<string, CompiledOffer>;
  offer(offerId: string): CompiledOffer | undefined;
  compiled(placementId: string): CompiledPlacement | undefined;
  with(changes: CatalogueChanges): Catalogue;
}

export interface CatalogueChanges {
  /** New, or in a new form. */
  readonly offers: readonly PublishedOffer[];
  readonly placements: readonly PublishedPlacement[];
  /** Ids of offers that are not published any more. */
  readonly withdrawn: readonly string[];
  readonly position: string;
}

/** What a snapshot is made of besides its offers. */
interface Parts {
  readonly language: Language;
  readonly numbers: PredicateNumbers;
  /** How many numbers may be given until there must be many that nobody uses. */
  readonly mostNumbers: number;
  readonly placements: ReadonlyMap<string, CompiledPlacement>;
  /** The number of the next placement. */
  readonly placementNumber: number;
  readonly position: string;
}

/** Late offers cost every decision something, a new index costs more, but once. */
const mostLate = (indexed: number) => 64 + indexed / 16;
const mostPlacementNumbers = 10_000;

/** Compiles what is published. Of several offers or placements with one id the last counts. */
export function compileCatalogue(
  language: Language,
  offers: Iterable<PublishedOffer>,
  placements: Iterable<PublishedPlacement>,
  position: string,
): Catalogue {
  const numbers = createPredicateNumbers();
  const latest = new Map(Array.from(offers, (offer) => [offer.offerId, offer]));
  const compiled = Array.from(latest.values(), (offer) => compileOffer(offer, language, numbers));
  const empty = { language, numbers, mostNumbers: 0, placements: new Map(), placementNumber: 0, position };
  const parts = { ...withPlacements(empty, placements), mostNumbers: 2 * numbers.all.length + 10_000 };
  return indexed(compiled, parts);
}

/** The placement of an id, retired ones included; undefined when there is none. */
export function placementOf(catalogue: Catalogue, placementId: string): PublishedPlacement | undefined {
  return catalogue.compiled(placementId)?.published;
}

function indexed(offers: readonly CompiledOffer[], parts: Parts): Catalogue {
  const index = createOfferIndex(offers.toSorted(byId), parts.numbers);
  return snapshot(parts, index, index.all, new Map());
}

function snapshot(parts: Parts, index: OfferIndex, current: OfferMask, late: Catalogue['late']): Catalogue {
  const { language, numbers, placements, position } = parts;
  let offers: Catalogue['offers'] | undefined;
  let published: Catalogue['placements'] | undefined;
  return {
    position,
    language,
    numbers,
    index,
    current,
    late,
    size: countOf(current) + late.size,
    get offers() {
      offers ??= new Map(
        offersOf(index, current, late)
          .sort(byId)
          .map((offer) => [offer.published.offerId, offer.published]),
      );
      return offers;
    },
    get placements() {
      published ??= new Map(Array.from(placements, ([id, placement]) => [id, placement.published]));
      return published;
    },
    offer(offerId) {
      const number = index.numberOf.get(offerId);
      return number !== undefined && has(current, number) ? index.offers[number] : late.get(offerId);
    },
    compiled: (placementId) => placements.get(placementId),
    with(changes) {
      const stillCurrent = current.slice();
      const nowLate = new Map(late);
      for (const offerId of [...changes.withdrawn, ...changes.offers.map((offer) => offer.offerId)]) {
        nowLate.delete(offerId);
        const number = index.numberOf.get(offerId);
        if (number !== undefined) remove(stillCurrent, number);
      }
      for (const offer of changes.offers) nowLate.set(offer.offerId, compileOffer(offer, language, numbers));
      const next = withPlacements({ ...parts, position: changes.position }, changes.placements);
      return tidied(snapshot(next, index, stillCurrent, nowLate), next);
    },
  };
}

/** The same snapshot, with a new index or compiled anew when too much has come and gone. */
function tidied(catalogue: Catalogue, parts: Parts): Catalogue {
  const { language, numbers, index, current, late, position } = catalogue;
  if (numbers.all.length > parts.mostNumbers || parts.placementNumber > mostPlacementNumbers) {
    return compileCatalogue(language, catalogue.offers.values(), catalogue.placements.values(), position);
  }
  const gone = index.offers.length - countOf(current);
  if (gone + late.size <= mostLate(index.offers.length)) return catalogue;
  return indexed(offersOf(index, current, late), parts);
}

function offersOf(index: OfferIndex, current: OfferMask, late: Catalogue['late']): CompiledOffer[] {
  return [...index.offers.filter((_, number) => has(current, number)), ...late.values()];
}

function withPlacements(parts: Parts, published: Iterable<PublishedPlacement>): Parts {
  const placements = new Map(parts.placements);
  let { placementNumber } = parts;
  for (const placement of published) {
    placements.set(placement.placementId, compilePlacement(placement, placementNumber++, parts.language));
  }
  return { ...parts, placements, placementNumber };
}

function byId({ published: one }: CompiledOffer, { published: other }: CompiledOffer): number {
  return one.offerId < other.offerId ? -1 : 1;
}
