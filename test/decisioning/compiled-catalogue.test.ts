// Snapshots of a catalogue that are made of each other share what is the same, and nothing else.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Channel, PublishedPlacement } from '../../src/decisioning/catalogue.ts';
import type { Catalogue } from '../../src/decisioning/compiled-catalogue.ts';
import { decide } from '../../src/decisioning/decide.ts';
import { situation, usually } from './situation.ts';

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
