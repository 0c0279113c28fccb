// Which caps of everybody count contacts that they do not bind.
import { describe, expect, it } from 'vitest';
import type { CapRule } from '../../src/decisioning/caps.ts';
import type { Channel, OfferTerms } from '../../src/decisioning/catalogue.ts';
import { type Catalogue, compileCatalogue } from '../../src/decisioning/compiled-catalogue.ts';
import { looseTotalCaps } from '../../src/decisioning/loose-total-caps.ts';
import { language, situation, usually } from './situation.ts';

const everything: CapRule['scope'] = { kind: 'EVERYTHING' };

function total(scope: CapRule['scope'], rule: Partial<CapRule> = {}): CapRule {
  const usual = {
    name: 'total',
    counts: 'DECISION',
    subject: 'TOTAL',
    limit: 5,
    window: { kind: 'LIFETIME' },
  } as const;
  return { ...usual, scope, ...rule };
}

function catalogueOf(
  offers: Record<string, Partial<OfferTerms>>,
  placements: Record<string, { channel?: Channel; caps?: readonly CapRule[]; retired?: boolean }> = { home: {} },
): Catalogue {
  const placed = Object.entries(placements).map(([placementId, { retired = false, ...terms }]) => {
    return { placementId, revision: 1, retired, terms: { ...usually.placement, ...terms } };
  });
  return compileCatalogue(language, situation({ offers }).catalogue.offers.values(), placed, '1');
}

/** Series of the caps that count a contact. */
function looseFor(catalogue: Catalogue, offerId: string, placementId = 'home'): string[] {
  const channel = catalogue.placements.get(placementId)?.terms.channel ?? 'WEB';
  const tags = catalogue.offers.get(offerId)?.terms.tags ?? [];
  return looseTotalCaps(catalogue, { offerId, placementId, channel, tags }).map(({ series }) => series.join());
}

describe('a cap of everybody', () => {
  it('of one offer about a tag counts contacts with other offers of the tag', () => {
    const rules = [total({ kind: 'TAG', tag: 'fuel' })];
    const catalogue = catalogueOf({ a: { tags: ['fuel'], caps: rules }, b: { tags: ['fuel'] }, c: { tags: [] } });
    expect(['a', 'b', 'c'].map((offerId) => looseFor(catalogue, offerId))).toEqual([['tag:fuel'], ['tag:fuel'], []]);
  });

  it('about a channel or everything counts what is shown there with whatever offer', () => {
    const caps = [total({ kind: 'CHANNEL', channel: 'WEB' }), total(everything)];
    const catalogue = catalogueOf({ a: { caps }, b: {} }, { home: {}, app: { channel: 'APP' } });
    expect(looseFor(catalogue, 'b')).toEqual(['channel:WEB', '*']);
    expect(looseFor(catalogue, 'b', 'app')).toEqual(['*']);
  });

  it('binds all that it counts when each of the offers has it, whatever their limits are', () => {
    const offers = { a: { caps: [total(everything)] }, b: { caps: [total(everything, { limit: 9 })] } };
    const catalogue = catalogueOf(offers);
    expect(looseFor(catalogue, 'a')).toEqual([]);
    const [c] = catalogueOf({ c: {} }).offers.values();
    expect(c && looseFor(catalogue.with({ offers: [c], placements: [], withdrawn: [], position: '2' }), 'c')).toEqual([
      '*',
    ]);
  });

  it('of one offer or placement about itself, or of each customer, binds all that it counts', () => {
    const own = [
      total({ kind: 'OFFER' }),
      total({ kind: 'EACH_PLACEMENT' }),
      total(everything, { subject: 'CUSTOMER' }),
    ];
    const here = [total({ kind: 'EACH_PLACEMENT' }), total({ kind: 'PLACEMENTS', placements: ['home'] })];
    const catalogue = catalogueOf({ a: { caps: own }, b: {} }, { home: { caps: here }, side: {} });
    expect(looseFor(catalogue, 'a')).toEqual([]);
    expect(looseFor(catalogue, 'b', 'side')).toEqual([]);
  });

  it('of a placement counts contacts in others with one of its scopes', () => {
    const scopes: CapRule['scope'][] = [
      { kind: 'PLACEMENTS', placements: ['home', 'side'] },
      { kind: 'CHANNEL', channel: 'WEB' },
      { kind: 'TAG', tag: 'fuel' },
      { kind: 'OFFER' },
    ];
    const caps = scopes.map((scope) => total(scope));
    const places = { home: { caps }, side: {}, app: { channel: 'APP' as const } };
    const catalogue = catalogueOf({ a: { tags: ['fuel'] }, b: { tags: [] } }, places);
    expect(looseFor(catalogue, 'a', 'side')).toEqual([
      'placement:home,placement:side',
      'channel:WEB',
      'tag:fuel',
      'offer:a',
    ]);
    expect(looseFor(catalogue, 'b', 'app')).toEqual(['offer:b']);
  });

  it('of the only placement that is not retired binds all that it counts', () => {
    const caps = [total(everything), total({ kind: 'OFFER' })];
    expect(looseFor(catalogueOf({ a: {} }, { home: { caps }, gone: { retired: true } }), 'a')).toEqual([]);
  });
});
