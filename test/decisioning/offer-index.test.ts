// Looking up who remains gives in every case what asking each offer gives, whatever was published before or after the index.
import { describe, expect, it } from 'vitest';
import { type BoundCap, bindOfferCap, canStopAnybody } from '../../src/decisioning/caps.ts';
import type { PublishedOffer } from '../../src/decisioning/catalogue.ts';
import { type Catalogue, compileCatalogue } from '../../src/decisioning/compiled-catalogue.ts';
import { decide } from '../../src/decisioning/decide.ts';
import type { ContactFacts, DecisionRequest } from '../../src/decisioning/decision-request.ts';
import type { CustomerFacts } from '../../src/decisioning/facts.ts';
import { reasonAgainst } from '../../src/decisioning/funnel.ts';
import { createMoment, detailOf } from '../../src/decisioning/moment.ts';
import { reasons } from '../../src/decisioning/reasons.ts';
import { unitOf } from '../../src/decisioning/seeded-random.ts';
import { fillSlots } from '../../src/decisioning/selection.ts';
import { candidateOf } from '../../src/decisioning/survivors.ts';
import { createDraws, type Draws, randomFeatures, randomModel, randomMoment, randomOffer } from './random-catalogue.ts';
import { language, situation, usually } from './situation.ts';

interface Arguments {
  readonly catalogue: Catalogue;
  readonly request: DecisionRequest;
  readonly facts: CustomerFacts;
  readonly contacts: ContactFacts;
}

const offerIds = Array.from({ length: 40 }, (_, index) => `o${index}`);

function anyDecision(draws: Draws): Arguments {
  const offers = Object.fromEntries(offerIds.map((offerId) => [offerId, randomOffer(draws)]));
  const unrecordable = draws.one([undefined, undefined, 'STRICT', 'ALL'] as const);
  const late = unrecordable && { unrecordable };
  const moment = { ...randomMoment(draws, offerIds), ...late, ...randomModel(draws, offerIds) };
  const { facts, ...rest } = situation({ ...moment, offers });
  return { ...rest, facts: { ...facts, features: { ...facts.features, ...randomFeatures(draws) } } };
}

/** Everything that a decision says, from asking every offer by itself. */
function oneByOne({ catalogue, request, facts, contacts }: Arguments) {
  const placement = catalogue.compiled('home');
  if (!placement) throw new Error('the situation has no placement');
  const moment = createMoment(catalogue, placement, request, facts, contacts);
  const scores: Record<string, number> = {};
  const rejected: Record<string, string> = {};
  for (const offerId of catalogue.offers.keys()) {
    const offer = catalogue.offer(offerId);
    if (!offer) throw new Error(`${offerId} cannot be found`);
    const reason = reasonAgainst(placement.candidateOf(offer), moment);
    if (reason) rejected[offerId] = `${reason} (${detailOf(moment)})`;
    else scores[offerId] = candidateOf(offer, moment).score;
  }
  return { scores, rejected };
}

function lookedUp({ catalogue, request, facts, contacts }: Arguments) {
  const { survivors, rejections, moment } = decide(catalogue, request, facts, contacts, { explain: true });
  // What ranks an offer is what is recorded of it, although they are computed in two places.
  for (const place of survivors.places()) {
    expect(survivors.scoreAt(place)).toBe(survivors.candidateAt(place).score);
  }
  return {
    scores: Object.fromEntries(survivors.ranked().map(({ offer, score }) => [offer.offerId, score])),
    rejected: Object.fromEntries(
      rejections.flat().map((rejection) => [rejection.offerId, `${rejection.reason} (${rejection.detailIn(moment)})`]),
    ),
  };
}

/** What is chosen, with everything that is recorded of it. */
function chosen({ catalogue, request, facts, contacts }: Arguments): string {
  const verdict = decide(catalogue, request, facts, contacts);
  const { fallback } = verdict;
  return JSON.stringify([fillSlots(verdict, request, new Set()), fallback, fallback?.candidate()]);
}

describe('a decision from the index', () => {
  const decisions = Array.from({ length: 400 }, (_, number) => anyDecision(createDraws(`index ${number}`)));

  it('keeps and scores whom asking each offer keeps, and rejects the others for the same reasons in the same words', () => {
    const seen = new Set<string>();
    for (const decision of decisions) {
      const told = lookedUp(decision);
      expect(told).toEqual(oneByOne(decision));
      for (const text of Object.values(told.rejected)) seen.add(text.split(' ')[0] ?? '');
    }
    const arbitrated = ['FACTS_UNAVAILABLE', 'SHOWN_ELSEWHERE', 'CATEGORY_LIMIT', 'OUTRANKED', 'RESERVATION_LOST'];
    expect(reasons.filter((reason) => !seen.has(reason))).toEqual(arbitrated);
  });

  it('rejects an offer for a reason with one object, in the words of the moment that is asked about', () => {
    const { catalogue, request, facts, contacts } = situation({
      offers: { card: { eligibility: [{ name: 'old enough', expression: 'profile.age != "19-24"' }] } },
    });
    const explained = (attributes: CustomerFacts['attributes'], given = facts.consents) => {
      const known = { ...facts, attributes, consents: given };
      const { rejections, moment } = decide(catalogue, request, known, contacts, { explain: true });
      const [[rejection] = []] = rejections;
      return { rejection, moment, told: [rejection?.reason, rejection?.detailIn(moment)] };
    };
    const young = explained({ age: '19-24' });
    const unknown = explained({});
    expect(unknown.rejection).toBe(young.rejection);
    expect([unknown.told, young.told]).toEqual([
      ['NOT_ELIGIBLE', 'old enough: profile.age is not known'],
      ['NOT_ELIGIBLE', 'old enough'],
    ]);
    expect(young.rejection?.detailIn(unknown.moment)).toBe(unknown.told[1]);
    expect(explained({ age: '19-24' }, []).told).toEqual(['CONSENT_MISSING', 'marketing']);
  });

  it('counts what it rejects, explained or not', () => {
    for (const { catalogue, request, facts, contacts } of decisions) {
      const explained = decide(catalogue, request, facts, contacts, { explain: true });
      const counted = Object.fromEntries(
        Object.entries(Object.groupBy(explained.rejections.flat(), ({ reason }) => reason)).map(([reason, all]) => [
          reason,
          all?.length,
        ]),
      );
      expect(explained.counts).toEqual(counted);
      expect(decide(catalogue, request, facts, contacts).counts).toEqual(counted);
    }
  });

  it('is the same from the facts that it says were asked for', () => {
    for (const decision of decisions) {
      const { catalogue, request, facts, contacts } = decision;
      const asked = decide(catalogue, request, facts, contacts).askedFacts();
      const stored = JSON.parse(JSON.stringify(asked)) as CustomerFacts;
      expect(chosen({ ...decision, facts: stored })).toBe(chosen(decision));
      expect(lookedUp({ ...decision, facts: stored })).toEqual(lookedUp(decision));
    }
  });

  it('has room for conditions that list more values than a function takes arguments', () => {
    const { catalogue, request, facts, contacts } = situation({ offers: {} });
    const valuesOf = (offer: number) => Array.from({ length: 150 }, (_, value) => `"${offer}-${value}"`).join(', ');
    const offers = Array.from({ length: 1000 }, (_, offer) => {
      const eligibility = [{ name: 'listed', expression: `context.page in [${valuesOf(offer)}]` }];
      return { offerId: `o${offer}`, revision: 1, state: 'LIVE' as const, terms: { ...usually.offer, eligibility } };
    });
    const large = compileCatalogue(language, offers, catalogue.placements.values(), '7');
    const { survivors } = decide(large, { ...request, context: { page: '77-149' } }, facts, contacts);
    expect(survivors.ranked().map(({ offer }) => offer.offerId)).toEqual(['o77']);
  });
});

describe('an index that many use', () => {
  it('answers each customer at each instant for itself, in any order', () => {
    for (let number = 0; number < 20; number++) {
      const draws = createDraws(`in turn ${number}`);
      const { catalogue } = anyDecision(draws);
      for (let turn = 0; turn < 30; turn++) {
        const decision = { ...anyDecision(draws), catalogue };
        expect(lookedUp(decision)).toEqual(oneByOne(decision));
      }
    }
  });
});

describe('the offers that a customer was in contact with', () => {
  it('are the only ones whose own caps are asked about, unless they count all customers or admit nobody', () => {
    let full = 0;
    for (let number = 0; number < 100; number++) {
      const decision = anyDecision(createDraws(`touched ${number}`));
      const asked: BoundCap[] = [];
      const usedOf = ({ key, rule }: BoundCap) => {
        const share = unitOf(`${number}|${key}`);
        return rule.subject === 'CUSTOMER' && share < 0.6 ? 0 : Math.floor(share * 4);
      };
      const contacts: ContactFacts = {
        lastContactAt: () => undefined,
        usageOf(cap) {
          asked.push(cap);
          return { used: usedOf(cap) };
        },
      };
      const { fallbackOfferId } = decision.catalogue.placements.get('home')?.terms ?? {};
      const touched = offerIds.filter((offerId) => usedOf(ownCap(offerId)) > 0);
      const knowing = { ...contacts, touchedOffers: () => touched, largestTotal: () => 3 };
      const told = lookedUp({ ...decision, contacts });
      expect(lookedUp({ ...decision, contacts: knowing })).toEqual(told);
      asked.length = 0;
      decide(decision.catalogue, decision.request, decision.facts, knowing);
      for (const { rule, series } of asked) {
        const [, offerId] = /^offer:(.*)$/.exec(series[0] ?? '') ?? [];
        // The fallback is asked by itself.
        if (offerId === undefined || offerId === fallbackOfferId || canStopAnybody(rule)) continue;
        expect(touched).toContain(offerId);
      }
      full += Object.values(told.rejected).filter((text) => text.startsWith('CAP_REACHED')).length;
    }
    expect(full).toBeGreaterThan(20);
  });
});

function ownCap(offerId: string): BoundCap {
  const scope = { kind: 'OFFER' } as const;
  const window = { kind: 'LIFETIME' } as const;
  return bindOfferCap(
    { name: '', counts: 'IMPRESSION', scope, subject: 'CUSTOMER', limit: 1, window },
    offerId,
    'home',
  );
}

describe('a catalogue after publications', () => {
  it('decides like one that is compiled from what is published then', () => {
    for (let number = 0; number < 60; number++) {
      const draws = createDraws(`publications ${number}`);
      const decision = anyDecision(draws);
      const before = decision.catalogue;
      let { catalogue } = decision;
      const untouched = chosen(decision);
      for (let step = 0; step < 30; step++) {
        const offers: PublishedOffer[] = [...new Set(draws.some(offerIds, 5))].map((offerId) => {
          const { state = 'LIVE', ...terms } = randomOffer(draws);
          const known = before.offers.get(offerId);
          if (!known) throw new Error(`${offerId} cannot be found`);
          return { offerId, revision: 2 + step, state, terms: { ...known.terms, ...terms } };
        });
        const changed = new Set(offers.map(({ offerId }) => offerId));
        const withdrawn = draws.some(offerIds, 2).filter((offerId) => !changed.has(offerId));
        catalogue = catalogue.with({ offers, withdrawn, placements: [], position: `${8 + step}` });
      }
      const fresh = compileCatalogue(
        language,
        catalogue.offers.values(),
        catalogue.placements.values(),
        '37',
        catalogue.models.values(),
      );
      expect(catalogue.position).toBe('37');
      expect(catalogue.size).toBe(catalogue.offers.size);
      expect(chosen({ ...decision, catalogue })).toBe(chosen({ ...decision, catalogue: fresh }));
      expect(lookedUp({ ...decision, catalogue })).toEqual(lookedUp({ ...decision, catalogue: fresh }));
      // Who still holds an earlier snapshot decides as before.
      expect(chosen(decision)).toBe(untouched);
    }
  });
});
