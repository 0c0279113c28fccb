// The published offers, placements and models with everything resolved that does not depend on the customer or the moment.
import type { PublishedModel, PublishedOffer, PublishedPlacement } from './catalogue.ts';
import { type CompiledOffer, compileOffer } from './compiled-offer.ts';
import { type CompiledPlacement, compilePlacement } from './compiled-placement.ts';
import type { Language } from './language.ts';
import { type CompiledModel, compileModel } from './models/compiled-model.ts';
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
  /** By id, retired ones included. */
  readonly models: ReadonlyMap<string, PublishedModel>;
  /** Number of offers. */
  readonly size: number;
  /** Of the predicates of all conditions. */
  readonly numbers: PredicateNumbers;
  /** Each offer is current in one of them: in the large one, or in the small one of what was published since that was made. */
  readonly segments: readonly [large: Segment] | readonly [large: Segment, small: Segment];
  offer(offerId: string): CompiledOffer | undefined;
  compiled(placementId: string): CompiledPlacement | undefined;
  /** Whose propensities count in a placement; undefined: the offers' own. */
  modelOf(placement: PublishedPlacement): CompiledModel | undefined;
  with(changes: CatalogueChanges): Catalogue;
}

export interface Segment {
  readonly index: OfferIndex;
  /** Those in the index that are published as the index has them. */
  readonly current: OfferMask;
}

export interface CatalogueChanges {
  /** New, or in a new form. */
  readonly offers: readonly PublishedOffer[];
  readonly placements: readonly PublishedPlacement[];
  readonly models?: readonly PublishedModel[];
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
  readonly models: Models;
  readonly position: string;
}

interface Models {
  readonly published: ReadonlyMap<string, PublishedModel>;
  /** Those in use. */
  readonly compiled: ReadonlyMap<string, CompiledModel>;
}

/** The small index is made anew with each publication; at this size what it holds goes to the large one, which costs more, but once. */
const mostInSmall = (inLarge: number) => 64 + inLarge / 32;

/** Compiles what is published. Of several offers, placements or models with one id the last counts. */
export function compileCatalogue(
  language: Language,
  offers: Iterable<PublishedOffer>,
  placements: Iterable<PublishedPlacement>,
  position: string,
  models: Iterable<PublishedModel> = [],
): Catalogue {
  const numbers = createPredicateNumbers();
  const latest = new Map(Array.from(offers, (offer) => [offer.offerId, offer]));
  const compiled = Array.from(latest.values(), (offer) => compileOffer(offer, language, numbers));
  const mostNumbers = 2 * numbers.all.length + 10_000;
  const placed = withPlacements(new Map(), placements, language);
  const modelled = withModels({ published: new Map(), compiled: new Map() }, models, language);
  return indexed(compiled, { language, numbers, mostNumbers, placements: placed, models: modelled, position });
}

/** The placement of an id, retired ones included; undefined when there is none. */
export function placementOf(catalogue: Catalogue, placementId: string): PublishedPlacement | undefined {
  return catalogue.compiled(placementId)?.published;
}

function indexed(offers: readonly CompiledOffer[], parts: Parts): Catalogue {
  return snapshot(parts, [segmentOf(offers, parts.numbers)]);
}

function segmentOf(offers: readonly CompiledOffer[], numbers: PredicateNumbers): Segment {
  const index = createOfferIndex(offers.toSorted(byId), numbers);
  return { index, current: index.all };
}

function snapshot(parts: Parts, segments: Catalogue['segments']): Catalogue {
  const { language, numbers, placements, models, position } = parts;
  let offers: Catalogue['offers'] | undefined;
  let published: Catalogue['placements'] | undefined;
  return {
    position,
    language,
    numbers,
    segments,
    size: segments.reduce((sum, { current }) => sum + countOf(current), 0),
    get offers() {
      offers ??= new Map(
        segments
          .flatMap(offersIn)
          .sort(byId)
          .map((offer) => [offer.offerId, offer.published]),
      );
      return offers;
    },
    get placements() {
      published ??= new Map(Array.from(placements, ([id, placement]) => [id, placement.published]));
      return published;
    },
    models: models.published,
    offer(offerId) {
      for (const { index, current } of segments) {
        const number = index.numberOf.get(offerId);
        if (number !== undefined && has(current, number)) return index.offers[number];
      }
      return undefined;
    },
    compiled: (placementId) => placements.get(placementId),
    modelOf: ({ terms: { model } }) => (model === undefined ? undefined : models.compiled.get(model)),
    with: (changes) => changed(parts, segments, changes),
  };
}

function changed(parts: Parts, segments: Catalogue['segments'], changes: CatalogueChanges): Catalogue {
  const { language, numbers } = parts;
  const gone = new Set([...changes.withdrawn, ...changes.offers.map(({ offerId }) => offerId)]);
  const large = without(segments[0], gone);
  const inSmall = segments[1] ? offersIn(without(segments[1], gone)) : [];
  for (const offer of changes.offers) inSmall.push(compileOffer(offer, language, numbers));
  const placements = withPlacements(parts.placements, changes.placements, language);
  const models = withModels(parts.models, changes.models ?? [], language);
  const next = { ...parts, placements, models, position: changes.position };
  if (numbers.all.length > parts.mostNumbers) {
    const all = snapshot(next, [large, segmentOf(inSmall, numbers)]);
    const published = models.published.values();
    return compileCatalogue(language, all.offers.values(), all.placements.values(), changes.position, published);
  }
  const outdated = large.index.offers.length - countOf(large.current);
  if (inSmall.length + outdated > mostInSmall(large.index.offers.length)) {
    return indexed([...offersIn(large), ...inSmall], next);
  }
  return snapshot(next, inSmall.length > 0 ? [large, segmentOf(inSmall, numbers)] : [large]);
}

function without({ index, current }: Segment, offerIds: ReadonlySet<string>): Segment {
  const left = current.slice();
  for (const offerId of offerIds) {
    const number = index.numberOf.get(offerId);
    if (number !== undefined) remove(left, number);
  }
  return { index, current: left };
}

function offersIn({ index, current }: Segment): CompiledOffer[] {
  return index.offers.filter((_, number) => has(current, number));
}

function withPlacements(
  before: Parts['placements'],
  published: Iterable<PublishedPlacement>,
  language: Language,
): Parts['placements'] {
  const placements = new Map(before);
  for (const placement of published) {
    const { placementId } = placement;
    // None is ever taken out.
    const { number } = placements.get(placementId) ?? { number: placements.size };
    placements.set(placementId, compilePlacement(placement, number, language));
  }
  return placements;
}

function withModels(before: Models, changed: Iterable<PublishedModel>, language: Language): Models {
  const [published, compiled] = [new Map(before.published), new Map(before.compiled)];
  for (const model of changed) {
    published.set(model.modelId, model);
    const made = compileModel(model, language);
    if (made) compiled.set(model.modelId, made);
    else compiled.delete(model.modelId);
  }
  return { published, compiled };
}

function byId(one: CompiledOffer, other: CompiledOffer): number {
  return one.offerId < other.offerId ? -1 : 1;
}
