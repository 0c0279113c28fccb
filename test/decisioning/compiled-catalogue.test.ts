// Snapshots of a catalogue that are made of each other share what is the same, and nothing else.
import { beforeEach, describe, expect, it } from 'vitest';
import type { CapRule } from '../../src/decisioning/caps.ts';
import type { Channel, OfferTerms, PublishedOffer, PublishedPlacement } from '../../src/decisioning/catalogue.ts';
import { type Catalogue, compileCatalogue } from '../../src/decisioning/compiled-catalogue.ts';
import { decide } from '../../src/decisioning/decide.ts';
import { fillSlots } from '../../src/decisioning/selection.ts';
import { language, situation, usually } from './situation.ts';

const treatments = (['WEB', 'APP'] as const).map((channel) => ({ channel, headline: channel }));
let { catalogue, request, facts, contacts } = twoOffers();
const everywhere = {
  ...facts,
  consents: facts.consents.flatMap((consent) => [consent, { ...consent, channel: 'APP' as const }]),
};

beforeEach(() => {
  ({ catalogue, request, facts, contacts } = twoOffers());
});

function twoOffers() {
  return situation({ offers: { o1: { treatments }, o2: { treatments } } });
}

function placed(placementId: string, channel: Channel): PublishedPlacement {
  return { placementId, revision: 1, retired: false, terms: { ...usually.placement, channel } };
}

function withPlacement(before: Catalogue, placement: PublishedPlacement): Catalogue {
  return before.with({ offers: [], withdrawn: [], placements: [placement], position: '8' });
}

function shownIn(snapshot: Catalogue, placementId: string): string[] {
  const { survivors } = decide(snapshot, { ...request, placementId }, everywhere, contacts);
  return survivors.ranked().map(({ treatment }) => treatment.headline);
}

describe('a placement', () => {
  it('shows offers in its own way in each of two catalogues that were made of one', () => {
    const [one, other] = [withPlacement(catalogue, placed('x', 'WEB')), withPlacement(catalogue, placed('y', 'APP'))];
    expect([shownIn(one, 'x'), shownIn(other, 'y'), shownIn(one, 'x')]).toEqual([
      ['WEB', 'WEB'],
      ['APP', 'APP'],
      ['WEB', 'WEB'],
    ]);
  });

  it('that is defined anew shows offers in the new way, and to who holds the catalogue of before in the old', () => {
    const after = withPlacement(catalogue, placed('home', 'APP'));
    expect([shownIn(catalogue, 'home'), shownIn(after, 'home'), shownIn(catalogue, 'home')]).toEqual([
      ['WEB', 'WEB'],
      ['APP', 'APP'],
      ['WEB', 'WEB'],
    ]);
  });

  it('takes no more memory of an offer however often it is defined anew', () => {
    let last = catalogue;
    for (let time = 0; time < 100; time++) {
      last = withPlacement(last, placed('home', 'APP'));
      shownIn(last, 'home');
    }
    expect(last.offer('o1')?.shown).toHaveLength(1);
  });
});

function published(offerId: string, terms: Partial<OfferTerms>): PublishedOffer {
  return { offerId, revision: 2, state: 'LIVE', terms: { ...usually.offer, ...terms } };
}

function withOffers(before: Catalogue, offers: readonly PublishedOffer[]): Catalogue {
  return before.with({ offers, withdrawn: [], placements: [], position: '8' });
}

describe('offers that were published later', () => {
  it('fill slots beside the others under the same limits', () => {
    const limited: CapRule = {
      name: 'two of a tag',
      counts: 'IMPRESSION',
      scope: { kind: 'TAG', tag: 'a' },
      subject: 'CUSTOMER',
      limit: 2,
      window: { kind: 'LIFETIME' },
    };
    const offers = Array.from({ length: 60 }, (_, number) =>
      published(`o${number}`, {
        category: `category ${number % 7}`,
        tags: number % 3 === 0 ? ['a'] : ['b'],
        caps: number % 2 === 0 ? [limited] : [],
        value: { amount: 100 * ((number * 37) % 61), currency: 'USD' },
      }),
    );
    const home = placed('home', 'WEB');
    const placement = { ...home, terms: { ...home.terms, slots: 12, perCategoryLimit: 2 } };
    const whole = compileCatalogue(language, offers, [placement], '8');
    const parts = withOffers(compileCatalogue(language, offers.slice(0, 30), [placement], '7'), offers.slice(30));
    expect(parts.segments).toHaveLength(2);
    const selected = (snapshot: Catalogue) => fillSlots(decide(snapshot, request, facts, contacts), request, new Set());
    expect(selected(whole).chosen).toHaveLength(12);
    expect(selected(whole).counts).toMatchObject({
      CAP_REACHED: expect.any(Number),
      CATEGORY_LIMIT: expect.any(Number),
    });
    expect(selected(parts)).toEqual(selected(whole));
  });

  it('move to the large index before the small one is large', () => {
    let last = catalogue;
    for (let number = 0; number < 200; number++) {
      last = withOffers(last, [published(`new${number}`, {})]);
      expect(last.segments[1]?.index.offers.length ?? 0).toBeLessThan(80);
    }
    expect(last.size).toBe(202);
  });

  it('leave nothing of the forms that they replace behind', () => {
    let last = catalogue;
    for (let time = 0; time < 200; time++) {
      last = withOffers(last, [published('o1', {})]);
      last = withOffers(last, [published('o2', {})]);
    }
    expect(last.segments.reduce((sum, { index }) => sum + index.offers.length, 0)).toBeLessThan(80);
    for (let time = 0; time < 30; time++) {
      const eligibility = Array.from({ length: 1000 }, (_, place) => {
        const name = String(place);
        return { name, expression: `context.basketValue > ${1000 * time + place}` };
      });
      last = withOffers(last, [published('o1', { eligibility })]);
    }
    expect(last.numbers.all.length).toBeLessThan(15_000);
  });
});
