// Kairos, which does more than its peers here: consent, suppression, caps, scores, ranking and slots too.
import type { PublishedOffer } from '../../../src/decisioning/catalogue.ts';
import { type Catalogue, compileCatalogue } from '../../../src/decisioning/compiled-catalogue.ts';
import { decide, type Verdict } from '../../../src/decisioning/decide.ts';
import { createLanguage } from '../../../src/decisioning/language.ts';
import { fillSlots, type Selection } from '../../../src/decisioning/selection.ts';
import { placement } from '../offers.ts';
import { type Person, vocabulary } from '../people.ts';
import type { EngineKind } from './engine.ts';

/** One for all catalogues, as in a process there is one: the code of several would be slower for all of them. */
const language = createLanguage(vocabulary);
const nothingLost: ReadonlySet<string> = new Set();

export const kairos: EngineKind = {
  name: 'Kairos, the whole decision',
  async create(offers) {
    const catalogue = catalogueOf(offers.map(({ published }) => published));
    return {
      eligible: (person) =>
        verdictOn(catalogue, person)
          .survivors.ranked()
          .map(({ offer }) => offer.offerId),
      decide: (person) => decisionOf(catalogue, person),
    };
  },
};

export function catalogueOf(published: readonly PublishedOffer[]): Catalogue {
  return compileCatalogue(language, published, [placement], '1');
}

/** How many conditions work, but could not be compiled. */
export function leftToLibrary(expressions: ReadonlySet<string>): number {
  return [...expressions].filter((expression) => language.condition(expression).evaluatedBy === 'LIBRARY').length;
}

/** Everything between the facts and the reservation. */
export function decisionOf(catalogue: Catalogue, person: Person, explain = false): Selection {
  return fillSlots(verdictOn(catalogue, person, explain), person.request, nothingLost, { explain });
}

function verdictOn(catalogue: Catalogue, { request, facts, contacts }: Person, explain = false): Verdict {
  return decide(catalogue, request, facts, contacts, { explain });
}
