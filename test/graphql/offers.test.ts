// The catalogue through the API: nothing goes live by accident, pages hold, a gateway finds its entities.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askDecision, definePlacement, offerTerms, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await definePlacement(kairos, 'home');
  await registerCustomer(kairos, 'lea');
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const offerFields = 'lifecycle revision revisionState publishedRevision terms { name } workingTerms { name }';
async function act(mutation: string, actor = 'ann', variables: object = {}): Promise<Json> {
  const signature = 'terms' in variables ? '($terms: OfferTermsInput!)' : '';
  const document = `mutation ${signature} { answer: ${mutation} { __typename
    ... on OfferRevision { offer { ${offerFields} } } ... on KairosRefused { reason } } }`;
  const { answer } = await kairos.data(document, variables, { 'x-kairos-actor': actor });
  return answer.reason ?? answer.offer;
}
async function offered(): Promise<string[]> {
  const { nextBestOffer } = await kairos.data(askDecision, { placement: 'home', context: { customerId: 'lea' } });
  return nextBestOffer.offers.map(({ offer }: { offer: { id: string } }) => offer.id);
}

describe('an offer', () => {
  it('goes live only after somebody else approved the very revision', async () => {
    const terms = { ...offerTerms, name: 'One' };
    expect(await act('draftOffer(offerId: "o", terms: $terms)', 'ann', { terms })).toMatchObject({
      lifecycle: 'DRAFT',
      revision: 1,
    });
    expect(await act('publishOffer(offerId: "o")')).toBe('OFFER_NOT_APPROVED');
    await act('submitOffer(offerId: "o")');
    expect(await act('approveOffer(offerId: "o")', 'ann')).toBe('APPROVER_IS_AUTHOR');
    expect(await act('approveOffer(offerId: "o")', 'anonymous')).toBe('ACTOR_UNKNOWN');
    expect(await act('approveOffer(offerId: "o")', 'bob')).toMatchObject({ lifecycle: 'APPROVED' });
    await act('reviseOffer(offerId: "o", terms: $terms)', 'ann', { terms: { ...terms, name: 'Two' } });
    expect(await act('publishOffer(offerId: "o")', 'bob')).toBe('OFFER_NOT_APPROVED');
    expect(await offered()).toEqual([]);
    await act('submitOffer(offerId: "o")');
    await act('approveOffer(offerId: "o", basedOn: 2)', 'bob');
    expect(await act('publishOffer(offerId: "o")')).toMatchObject({
      lifecycle: 'LIVE',
      publishedRevision: 2,
      terms: { name: 'Two' },
    });
    expect(await offered()).toEqual(['o']);
  });

  it('stays live as it was while a new revision is worked on, until that is published', async () => {
    const revised = await act('reviseOffer(offerId: "o", terms: $terms)', 'ann', {
      terms: { ...offerTerms, name: 'Three' },
    });
    expect(revised).toMatchObject({
      lifecycle: 'LIVE',
      revisionState: 'DRAFT',
      terms: { name: 'Two' },
      workingTerms: { name: 'Three' },
    });
    expect(await offered()).toEqual(['o']);
  });

  it('is not shown while it is paused nor after it is retired', async () => {
    await act('pauseOffer(offerId: "o", reason: "out of stock")');
    expect(await offered()).toEqual([]);
    await act('resumeOffer(offerId: "o")');
    expect(await offered()).toEqual(['o']);
    await act('retireOffer(offerId: "o", reason: "over")');
    expect(await offered()).toEqual([]);
    expect(await act('resumeOffer(offerId: "o")')).toBe('OFFER_RETIRED');
  });

  it('tells its whole history with who did what, newest first', async () => {
    const { offer } = await kairos.data('{ offer(id: "o") { history { event by reason } } }');
    expect(offer.history[0]).toEqual({ event: 'OfferRetired', by: 'ann', reason: 'over' });
    expect(offer.history.at(-1)).toEqual({ event: 'OfferDrafted', by: 'ann', reason: null });
    expect(offer.history).toContainEqual({ event: 'OfferApproved', by: 'bob', reason: null });
  });
});

describe('offers', () => {
  it('come in pages that together are all of them once, by filter', async () => {
    for (let index = 0; index < 7; index++) {
      await publishOffer(kairos, `page-${index}`, {
        category: index < 5 ? 'snacks' : 'drinks',
        tags: [`tag-${index % 2}`],
      });
    }
    const query = `query ($after: String, $filter: OfferFilter) { offers(first: 2, after: $after, filter: $filter) {
      totalCount edges { node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    const ids: string[] = [];
    let after: string | null = null;
    do {
      const { offers }: Json = await kairos.data(query, { after, filter: { category: 'snacks', lifecycle: 'LIVE' } });
      expect(offers.totalCount).toBe(5);
      expect(offers.pageInfo.hasPreviousPage).toBe(after !== null);
      ids.push(...offers.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = offers.pageInfo.hasNextPage ? offers.pageInfo.endCursor : null;
    } while (after !== null);
    expect(ids).toEqual(['page-0', 'page-1', 'page-2', 'page-3', 'page-4']);
    const { offers } = await kairos.data(query, { filter: { tag: 'tag-1' } });
    expect(offers.totalCount).toBe(3);
  });

  it('and customers are entities that a gateway resolves', async () => {
    const { _entities } = await kairos.data(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Offer { lifecycle products { sku } } ... on Customer { timeZone } } }',
      {
        r: [
          { __typename: 'Offer', id: 'page-1' },
          { __typename: 'Offer', id: 'nope' },
          { __typename: 'Customer', id: 'lea' },
        ],
      },
    );
    expect(_entities).toEqual([{ lifecycle: 'LIVE', products: [] }, null, { timeZone: 'UTC' }]);
  });
});
