// Several slots under shared caps: in any situation no cap gets more than it admits, and nobody is left out without need.
import { describe, expect, it } from 'vitest';
import { type BoundCap, binds, type CapRule, seriesOf } from '../../src/decisioning/caps.ts';
import { capsBetween } from '../../src/decisioning/compiled-placement.ts';
import { decide } from '../../src/decisioning/decide.ts';
import { unitOf } from '../../src/decisioning/seeded-random.ts';
import { fillSlots } from '../../src/decisioning/selection.ts';
import { type Differences, situation } from './situation.ts';

const capWith = (name: string, limit: number, scope: CapRule['scope']): CapRule => ({
  name,
  counts: 'IMPRESSION',
  scope,
  subject: 'CUSTOMER',
  limit,
  window: { kind: 'LIFETIME' },
});

/** Offers with up to two tags and two caps of any scope, as the number says. */
function anySituation(number: number): Pick<Differences, 'placement' | 'offers'> {
  const pick = <Item>(what: string, ...items: readonly [Item, ...Item[]]): Item =>
    items[Math.floor(unitOf(`${number}|${what}`) * items.length)] ?? items[0];
  const capOf = (name: string): CapRule => {
    const scope = pick<CapRule['scope']>(
      `${name} scope`,
      { kind: 'EVERYTHING' },
      { kind: 'TAG', tag: 'a' },
      { kind: 'TAG', tag: 'b' },
      { kind: 'CHANNEL', channel: 'WEB' },
      { kind: 'OFFER' },
      { kind: 'EACH_PLACEMENT' },
      { kind: 'PLACEMENTS', placements: ['home', 'basket'] },
    );
    return capWith(name, pick(`${name} limit`, 1, 2, 3, 4), scope);
  };
  const offers: Differences['offers'] = {};
  for (let index = 0; index < 8; index++) {
    offers[`o${index}`] = {
      caps: [capOf(`${index} first`), capOf(`${index} second`)].slice(0, pick(`${index} caps`, 0, 1, 2)),
      tags: pick(`${index} tags`, [], ['a'], ['b'], ['a', 'b']),
      priority: pick(`${index} priority`, 0, 1, 2),
      category: pick(`${index} category`, 'x', 'y'),
    };
  }
  const placement = {
    slots: pick('slots', 2, 3, 8),
    explorationShare: pick('explores', 0, 0.5, 1),
    perCategoryLimit: pick('limit', 2, 8),
    caps: pick('capped', true, false) ? [capOf('placement')] : [],
  };
  return { placement, offers };
}

/** All that a decision in some situation says, and which caps had no room for an offer after some of the chosen ones. */
function anyDecision(number: number) {
  const { catalogue, request, facts } = situation(anySituation(number));
  const seeded = { ...request, seed: `${number}` };
  const usedOf = (key: string) => Math.floor(unitOf(`${number}|${key}`) * 3);
  const contacts = { usageOf: ({ key }: BoundCap) => ({ used: usedOf(key) }), lastContactAt: () => undefined };
  const verdict = decide(catalogue, seeded, facts, contacts, { explain: true });
  const selection = fillSlots(verdict, seeded, new Set(), { explain: true });
  const seriesOfChosen = selection.chosen.map(({ candidate: { offer } }) =>
    seriesOf({ offerId: offer.offerId, placementId: 'home', channel: 'WEB', tags: offer.terms.tags }),
  );
  const fullCapsOf = (offerId: string, after: number): string[] => {
    const offer = catalogue.offers.get(offerId);
    if (!offer) throw new Error(`there is no offer ${offerId}`);
    const full = capsBetween(offer, verdict.placement).filter((cap) => {
      const counted = seriesOfChosen.slice(0, after).filter((series) => binds(cap, series)).length;
      return usedOf(cap.key) + counted >= cap.rule.limit;
    });
    return full.map(({ rule }) => rule.name);
  };
  return { verdict, selection, unexplained: fillSlots(verdict, seeded, new Set()), fullCapsOf };
}

describe('slots under shared caps', () => {
  const decisions = Array.from({ length: 400 }, (_, number) => anyDecision(number));

  it('get only offers that still fit', () => {
    for (const { selection, fullCapsOf } of decisions) {
      for (const { candidate, slot } of selection.chosen) expect(fullCapsOf(candidate.offer.offerId, slot)).toEqual([]);
    }
  });

  it('stay empty only when nothing fits, and the cap that is full is named', () => {
    let filledUp = 0;
    for (const { verdict, selection, fullCapsOf } of decisions) {
      const { chosen, rejections } = selection;
      for (const rejection of rejections) {
        const { offerId, reason } = rejection;
        const full = fullCapsOf(offerId, chosen.length);
        if (reason === 'CAP_REACHED') expect(full).toContain(rejection.detailIn(verdict.moment));
        if (reason === 'CAP_REACHED' && fullCapsOf(offerId, 0).length === 0) filledUp++;
        if (reason !== 'OUTRANKED') continue;
        expect(chosen).toHaveLength(verdict.placement.terms.slots);
        expect(fullCapsOf(offerId, chosen.length - 1)).toEqual([]);
      }
    }
    expect(filledUp).toBeGreaterThan(200);
  });

  it('account for everybody exactly once, explained or not', () => {
    for (const { selection, unexplained } of decisions) {
      const { chosen, rejections, counts } = selection;
      const offerIds = [
        ...chosen.map(({ candidate }) => candidate.offer.offerId),
        ...rejections.map((each) => each.offerId),
      ];
      expect(offerIds.toSorted()).toEqual(Array.from({ length: 8 }, (_, index) => `o${index}`));
      expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(rejections.length);
      expect(unexplained).toEqual({ ...selection, rejections: [] });
    }
  });

  it('draw with equal chances from those that still fit', () => {
    const fuel = capWith('one for fuel', 1, { kind: 'TAG', tag: 'fuel' });
    const tagged = { tags: ['fuel'], caps: [fuel] };
    const { catalogue, request, facts, contacts } = situation({
      placement: { slots: 2, explorationShare: 1 },
      offers: { gas: tagged, diesel: tagged, milk: {}, oats: {} },
    });
    const verdict = decide(catalogue, request, facts, contacts);
    const seen = new Set<string>();
    for (let seed = 0; seed < 200; seed++) {
      const [first, second] = fillSlots(verdict, { ...request, seed: `${seed}` }, new Set()).chosen;
      const fuelFirst = first?.candidate.offer.terms.tags.includes('fuel');
      const fuelSecond = second?.candidate.offer.terms.tags.includes('fuel');
      expect(fuelFirst && fuelSecond).toBe(false);
      expect(first?.selectionProbability).toBe(1 / 4);
      expect(second?.selectionProbability).toBe(fuelFirst ? 1 / 2 : 1 / 3);
      seen.add(`${fuelFirst} ${fuelSecond}`);
    }
    expect(seen.size).toBe(3);
  });

  it('name the cap before the category when both are full', () => {
    const { catalogue, request, facts, contacts } = situation({
      placement: { slots: 2, perCategoryLimit: 1, caps: [capWith('one', 1, { kind: 'EVERYTHING' })] },
      offers: { gas: {}, milk: {} },
    });
    const verdict = decide(catalogue, request, facts, contacts);
    expect(fillSlots(verdict, request, new Set()).counts).toEqual({ CAP_REACHED: 1 });
  });
});
