// What terms name: a placement's fallback has to be there, and where any order has to do, what is missing is warned of.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definePlacement, offerTerms, placementTerms, publishOffer } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

async function define(placementId: string, terms: object, mutation = 'definePlacement'): Promise<Json> {
  const document = `mutation ($placementId: ID!, $terms: PlacementTermsInput!) {
    answer: ${mutation}(placementId: $placementId, terms: $terms) { __typename ... on KairosRefused { reason rule field }
      ... on PlacementRevision { placement { terms { fallbackOfferId } warnings { field rule } } } } }`;
  return (await kairos.data(document, { placementId, terms: { ...placementTerms, ...terms } })).answer;
}

async function draft(offerId: string, terms: object): Promise<Json> {
  const document = `mutation ($offerId: ID!, $terms: OfferTermsInput!) {
    answer: draftOffer(offerId: $offerId, terms: $terms) {
      ... on OfferRevision { offer { warnings { field rule } } } } }`;
  return (await kairos.data(document, { offerId, terms: { ...offerTerms, ...terms } })).answer;
}

const retire = (offerId: string) =>
  kairos.data('mutation ($id: ID!) { retireOffer(offerId: $id, reason: "over") { __typename } }', { id: offerId });

const warned = async () => (await kairos.data('{ placements { id warnings { field rule } } }')).placements as Json[];
const together = (...placements: string[]) => ({
  caps: [
    {
      name: 'together',
      counts: 'DECISION',
      scope: { kind: 'PLACEMENTS', placements },
      subject: 'CUSTOMER',
      limit: 3,
      window: { kind: 'LIFETIME' },
    },
  ],
});

test('a fallback has to be drafted when a placement names it, and not to be retired', async () => {
  expect(await define('page', { fallbackOfferId: 'crad' })).toEqual({
    __typename: 'KairosRefused',
    reason: 'OFFER_UNKNOWN',
    rule: 'There is no offer crad.',
    field: 'fallbackOfferId',
  });
  expect(await define('page', { fallbackOfferId: 'c r' })).toMatchObject({
    reason: 'PLACEMENT_TERMS_INVALID',
    field: 'fallbackOfferId',
  });
  await draft('card', {});
  const defined = { placement: { terms: { fallbackOfferId: 'card' }, warnings: [] } };
  expect(await define('page', { fallbackOfferId: 'card' })).toMatchObject(defined);
  await publishOffer(kairos, 'old');
  await retire('old');
  expect(await define('page', { fallbackOfferId: 'old' }, 'redefinePlacement')).toMatchObject({
    reason: 'OFFER_RETIRED',
    field: 'fallbackOfferId',
  });
});

test('a fallback that is retired later is warned of', async () => {
  await draft('soon', {});
  await define('later', { fallbackOfferId: 'soon' });
  await retire('soon');
  expect(await warned()).toContainEqual({
    id: 'later',
    warnings: [{ field: 'fallbackOfferId', rule: 'The offer soon is retired: the placement has no fallback.' }],
  });
});

test('placements that a cap counts in may be defined after it; until then they are warned of', async () => {
  const warning = (field: string) => ({
    field,
    rule: 'There is no placement desk: until it is defined, the cap counts nothing there.',
  });
  const { placement } = await define('home', together('home', 'desk'));
  expect(placement.warnings).toEqual([warning('caps.0.scope.placements.1')]);
  const { offer } = await draft('capped', together('desk'));
  expect(offer.warnings).toEqual([warning('caps.0.scope.placements.0')]);
  await definePlacement(kairos, 'desk', together('home', 'desk'));
  const { offer: now } = await kairos.data('{ offer(id: "capped") { warnings { field } } }');
  expect(now.warnings).toEqual([]);
  expect((await warned()).filter(({ id }) => id === 'home' || id === 'desk')).toEqual([
    { id: 'home', warnings: [] },
    { id: 'desk', warnings: [] },
  ]);
});

test('offers that exclude each other may be drafted one after the other; until then the other is warned of', async () => {
  const after = (offerId: string) => ({ suppression: { neverAfter: [{ offerId, outcome: 'ACCEPTED' }] } });
  const { offer } = await draft('gas', after('power'));
  expect(offer.warnings).toEqual([
    {
      field: 'suppression.neverAfter.0.offerId',
      rule: 'There is no offer power: until it is drafted, nothing is excluded by it.',
    },
  ]);
  expect((await draft('power', after('gas'))).offer.warnings).toEqual([]);
  const { offers } = await kairos.data('{ offers(first: 200) { edges { node { id warnings { field } } } } }');
  expect(offers.edges.find(({ node }: Json) => node.id === 'gas').node.warnings).toEqual([]);
});
