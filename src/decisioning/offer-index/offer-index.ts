// The offers of a catalogue by what can remove them, so that a decision looks up who remains instead of asking each.
import type { Channel } from '../catalogue.ts';
import type { Comparison, Predicate } from '../compiled-condition.ts';
import type { CompiledOffer } from '../compiled-offer.ts';
import { keptByText } from '../kept-by-text.ts';
import type { PredicateNumbers } from '../predicate-numbers.ts';
import { createCapsOfOffers } from './caps-of-offers.ts';
import { type Categories, categoriesOf } from './categories.ts';
import { constraintOf, isIndexed } from './constraints.ts';
import { add, countOf, emptyMask, noOffers, type OfferMask } from './offer-mask.ts';
import { type Rows, rowsOf } from './rows.ts';
import { lookupOf, setOf, type ValueLookup } from './value-lookup.ts';
import { type Worth, worthOf } from './worth.ts';

/** Predicates that cost no more are asked whether anybody with them is left or not, if so many offers have them. */
const cheap = 4;
const manyOffers = 16;

/** Placements want few different ones. */
const minimaKept = 16;

/** It never changes, but for what it remembers of the dates and the masks that it lends. */
export interface OfferIndex {
  /** By number. */
  readonly offers: readonly CompiledOffer[];
  readonly all: OfferMask;
  readonly numberOf: ReadonlyMap<string, number>;
  readonly byChannel: ReadonlyMap<Channel, OfferMask>;
  readonly paused: OfferMask;
  /** Those that are not rolled out to everybody. */
  readonly partial: OfferMask;
  /** Offers of equal purposes. */
  readonly purposes: readonly { readonly purposes: readonly string[]; readonly offers: OfferMask }[];
  /** Those without an audience, and the others by audience. */
  readonly openToAll: OfferMask;
  readonly byAudience: ReadonlyMap<string, Int32Array | OfferMask>;
  /** Comparisons of one value with constants, by the value. */
  readonly lookups: readonly ValueLookup[];
  /** Other predicates of many offers, cheap ones first. */
  readonly shared: readonly { readonly predicate: number; readonly offers: Int32Array | OfferMask }[];
  /** Predicates that are left to be asked of each offer, cheap ones first, and the offers that have any. */
  readonly own: Rows;
  readonly withOwn: OfferMask;
  readonly capsIn: ReturnType<typeof createCapsOfOffers>;
  readonly worth: Worth;
  readonly categories: Categories;
  readonly excludedByOthers: OfferMask;
  readonly triggered: OfferMask;
  /** Of its length, for whoever needs one for a while. */
  readonly unusedMasks: OfferMask[];
  /** Those of a lower propensity than a placement wants. */
  belowPropensity(minimum: number): OfferMask;
  /** The offers that have not begun at an instant, and those that are over. */
  datesAt(at: number): Dates;
}

export interface Dates {
  readonly notStarted: OfferMask;
  readonly ended: OfferMask;
}

export function createOfferIndex(offers: readonly CompiledOffer[], numbers: PredicateNumbers): OfferIndex {
  const capacity = offers.length;
  const masks = <Key>() => masksBy<Key>(capacity);
  const maskOf = (isIn: (offer: CompiledOffer) => boolean): OfferMask => {
    const mask = emptyMask(capacity);
    for (const [number, offer] of offers.entries()) if (isIn(offer)) add(mask, number);
    return mask;
  };
  const rareOf = (isIn: (offer: CompiledOffer) => boolean) => orNoOffers(maskOf(isIn));
  const belowPropensity = keptByText(minimaKept, (minimum) =>
    maskOf(({ propensity }) => !(propensity >= Number(minimum))),
  );
  const byChannel = masks<Channel>();
  const byPurposes = masks<string>();
  const byAudience = new Map<string, number[]>();
  for (const [number, { published }] of offers.entries()) {
    const { treatments, purposes, audiences } = published.terms;
    for (const { channel } of treatments) add(byChannel.of(channel), number);
    add(byPurposes.of(JSON.stringify(purposes)), number);
    for (const audience of audiences) push(byAudience, audience, number);
  }
  return {
    offers,
    all: maskOf(() => true),
    numberOf: new Map(offers.map(({ published }, number) => [published.offerId, number])),
    byChannel: byChannel.all,
    paused: rareOf(({ published }) => published.state === 'PAUSED'),
    partial: rareOf(({ published }) => published.terms.rolloutShare < 1),
    purposes: Array.from(byPurposes.all, ([purposes, group]) => ({ purposes: JSON.parse(purposes), offers: group })),
    openToAll: maskOf(({ published }) => published.terms.audiences.length === 0),
    byAudience: new Map(Array.from(byAudience, ([audience, invited]) => [audience, setOf(invited, capacity)])),
    ...eligibilityOf(offers, numbers),
    capsIn: createCapsOfOffers(offers),
    worth: worthOf(offers),
    categories: categoriesOf(offers),
    excludedByOthers: rareOf(({ published }) => published.terms.suppression.neverAfter.length > 0),
    triggered: rareOf(({ published }) => published.terms.trigger !== undefined),
    unusedMasks: [],
    belowPropensity: (minimum) => belowPropensity(String(minimum)),
    datesAt: rememberedDates(offers),
  };
}

type Eligibility = Pick<OfferIndex, 'lookups' | 'shared' | 'own' | 'withOwn'>;

function eligibilityOf(offers: readonly CompiledOffer[], numbers: PredicateNumbers): Eligibility {
  const capacity = offers.length;
  const demands = new Map<string, { comparison: Comparison; of: Map<number, Comparison[]> }>();
  const users = new Map<number, number[]>();
  for (const [offer, { eligibility }] of offers.entries()) {
    for (const predicate of new Set(eligibility.flatMap(({ predicates }) => predicates))) {
      const { comparison } = predicateOf(numbers, predicate);
      if (!comparison || !isIndexed(comparison)) {
        push(users, predicate, offer);
        continue;
      }
      const subject = `${comparison.subject} ${comparison.orUnknown}`;
      const demand = demands.get(subject) ?? { comparison, of: new Map<number, Comparison[]>() };
      demands.set(subject, demand);
      push(demand.of, offer, comparison);
    }
  }
  const own = new Map<number, number[]>();
  const withOwn = emptyMask(capacity);
  const shared: { predicate: number; offers: Int32Array | OfferMask }[] = [];
  const cheapFirst = (one: number, other: number) => predicateOf(numbers, one).cost - predicateOf(numbers, other).cost;
  for (const predicate of [...users.keys()].sort(cheapFirst)) {
    const offersOf = users.get(predicate) ?? [];
    const isCheap = predicateOf(numbers, predicate).cost <= cheap && offersOf.length >= manyOffers;
    // A mask is gone through in the time of that many offers.
    if (isCheap || offersOf.length > withOwn.length) {
      shared.push({ predicate, offers: setOf(offersOf, capacity) });
      continue;
    }
    for (const offer of offersOf) {
      add(withOwn, offer);
      push(own, offer, predicate);
    }
  }
  return {
    lookups: Array.from(demands.values(), ({ comparison, of }) => {
      const constraints = Array.from(of, ([offer, comparisons]) => ({ offer, constraint: constraintOf(comparisons) }));
      return lookupOf(comparison, constraints, capacity);
    }),
    shared,
    own: rowsOf(Array.from(offers.keys(), (offer) => own.get(offer) ?? [])),
    withOwn: orNoOffers(withOwn),
  };
}

function orNoOffers(mask: OfferMask): OfferMask {
  return countOf(mask) === 0 ? noOffers : mask;
}

function predicateOf(numbers: PredicateNumbers, predicate: number): Predicate {
  return numbers.all[predicate] as Predicate;
}

/** Between two instants at which an offer begins or ends the answer is the same: the last one is kept. */
function rememberedDates(offers: readonly CompiledOffer[]): (at: number) => Dates {
  let from = Number.POSITIVE_INFINITY;
  let until = Number.NEGATIVE_INFINITY;
  let dates: Dates = { notStarted: noOffers, ended: noOffers };
  return (at) => {
    if (from <= at && at < until) return dates;
    from = Number.NEGATIVE_INFINITY;
    until = Number.POSITIVE_INFINITY;
    const [notStarted, ended] = [emptyMask(offers.length), emptyMask(offers.length)];
    for (const [number, { startAt, endAt }] of offers.entries()) {
      // Written so that a date that cannot be read (NaN) shuts the offer.
      if (!(startAt <= at)) add(notStarted, number);
      if (!(at < endAt)) add(ended, number);
      for (const instant of [startAt, endAt]) {
        if (instant <= at && instant > from) from = instant;
        if (instant > at && instant < until) until = instant;
      }
    }
    dates = { notStarted: orNoOffers(notStarted), ended: orNoOffers(ended) };
    return dates;
  };
}

function masksBy<Key>(capacity: number): { readonly all: ReadonlyMap<Key, OfferMask>; of(key: Key): OfferMask } {
  const all = new Map<Key, OfferMask>();
  return {
    all,
    of(key) {
      const known = all.get(key);
      if (known) return known;
      const mask = emptyMask(capacity);
      all.set(key, mask);
      return mask;
    },
  };
}

function push<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}
