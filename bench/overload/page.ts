// What is asked: the five placements of a page in one call, each with a default answer for when there is too much to do.
import { definePlacement, draftOffer, releaseOffer } from '../../demo/documents.ts';
import { createGraphqlClient } from '../../demo/graphql-client.ts';
import type { OfferTermsInput } from '../../demo/input-terms.ts';

const placements = ['page-hero', 'page-top', 'page-side', 'page-list', 'page-foot'];
const houseOffers = ['house-stores', 'house-card', 'house-news', 'house-app', 'house-gift'];

const query = `query Page($placements: [ID!]!, $context: DecisionContext!) {
  nextBestOffers(placements: $placements, context: $context) {
    id placementId resolution cause
    offers { slot name reasons offer { id } treatment { headline body deepLink } }
  }
}`;

export function pageBodyFor(customerId: string, category: string): string {
  const variables = { placements, context: { customerId, attributes: { page: 'home', category } } };
  return JSON.stringify({ query, variables });
}

export type AnswerKind = 'DECIDED' | 'SHED' | 'FAILED';

/** What a page got: offers decided for its customer, the default answers, or neither. */
export function kindOf(body: string): AnswerKind {
  if (body.includes('"resolution":"CACHED"') || body.includes('"OVERLOADED"')) return 'SHED';
  return body.includes('"slot":0') ? 'DECIDED' : 'FAILED';
}

/** Brings in the placements, and what is shown in them to anybody. */
export async function furnishPage(url: string): Promise<void> {
  const client = createGraphqlClient({ url, concurrency: 1 });
  for (const offerId of houseOffers) {
    await client.send(draftOffer, { offerId, terms: houseOffer(offerId) }, { actor: 'bench' });
    await client.send(releaseOffer, { offerId }, { actor: 'bench-reviewer' });
  }
  for (const placementId of placements) {
    const terms = { name: placementId, channel: 'WEB', slots: 1, minimumPropensity: 0.001, defaultAnswer: 'ON' };
    await client.send(definePlacement, { placementId, terms }, { actor: 'bench' });
  }
  client.close();
}

/** For everybody, and never the best for anybody. */
function houseOffer(name: string): OfferTermsInput {
  return {
    name,
    description: 'Shown to anybody.',
    category: 'house',
    tags: [],
    purposes: [],
    audiences: [],
    eligibility: [],
    value: { amount: 1, currency: 'USD' },
    propensity: 0.001,
    contextWeights: [],
    levers: [],
    treatments: [{ channel: 'WEB', headline: name, body: 'Come and see.', deepLink: `https://shop.example/${name}` }],
    products: [],
    creditWindowSeconds: 86_400,
    ttlSeconds: 3600,
    startAt: '2020-01-01T00:00:00.000Z',
    caps: [],
    suppression: {},
  };
}
