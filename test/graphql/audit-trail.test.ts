// Who did what, and why: newest first, as it is in the log, by subject, actor, time and type, and nothing of a person but an id.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definePlacement, offerTerms, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
const noon = '2026-11-21T12:00:00.000Z';
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'home');
  kairos.at = later(noon, 60);
  const correlated = { 'x-kairos-actor': 'eve', 'x-correlation-id': 'call-7' };
  await kairos.data('mutation { pauseOffer(offerId: "fuel", reason: "sold out") { __typename } }', {}, correlated);
  await publishOffer(kairos, 'wash', { category: 'wash' });
  await registerCustomer(kairos, 'carl');
  await kairos.data(`mutation {
    linkIdentity(customerId: "carl", identity: { kind: "mail", value: "carl@example.org" }) { __typename }
    observeAttributes(customerId: "carl", attributes: { age: 44 }, source: "crm") { __typename }
    withdrawConsent(input: { customerId: "carl", purpose: "marketing", channels: [WEB], evidence: "carl@example.org" }) { __typename }
  }`);
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const query = `query ($filter: AuditFilter, $first: Int! = 50, $after: String) {
  auditTrail(filter: $filter, first: $first, after: $after) {
    edges { cursor node {
      position event kind subjectId actor at recordedAt correlationId causationId reason revision purpose channel
    } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const trail = async (variables: object) => (await kairos.data(query, variables)).auditTrail;
const nodes = async (variables: object): Promise<Json[]> =>
  (await trail(variables)).edges.map(({ node }: Json) => node);
const told = async (filter: object) => (await nodes({ filter })).map(({ event, subjectId }) => `${event} ${subjectId}`);

describe('the audit trail', () => {
  it('of an offer tells who did what, when and why, newest first', async () => {
    const entries = await nodes({ filter: { kind: 'OFFER', subjectId: 'fuel' } });
    expect(entries.map(({ event, actor, revision }) => [event, actor, revision])).toEqual([
      ['OfferPaused', 'eve', null],
      ['OfferPublished', 'bob', 1],
      ['OfferApproved', 'bob', 1],
      ['OfferSubmitted', 'bob', 1],
      ['OfferDrafted', 'ann', 1],
    ]);
    expect(entries[0]).toMatchObject({
      kind: 'OFFER',
      subjectId: 'fuel',
      reason: 'sold out',
      at: later(noon, 60),
      correlationId: 'call-7',
      causationId: 'call-7',
      purpose: null,
    });
    expect(Date.parse(entries[0].recordedAt)).toBeGreaterThan(Date.parse('2026-01-01'));
    expect(entries.map(({ reason }) => reason).slice(1)).toEqual([null, null, null, null]);
  });

  it('without a filter is that of all offers and placements', async () => {
    const entries = await nodes({});
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['OFFER', 'PLACEMENT']));
    expect(new Set(entries.map(({ subjectId }) => subjectId))).toEqual(new Set(['fuel', 'wash', 'home']));
    const positions = entries.map(({ position }) => position);
    expect(positions).toEqual([...positions].sort().reverse());
  });

  it('is narrowed by kind, actor, type and time, all of which have to fit', async () => {
    expect(await told({ kind: 'PLACEMENT' })).toEqual(['PlacementDefined home']);
    expect(await told({ actor: 'eve' })).toEqual(['OfferPaused fuel']);
    expect(await told({ types: ['OfferApproved'] })).toEqual(['OfferApproved wash', 'OfferApproved fuel']);
    expect(await told({ types: ['OfferApproved'], until: later(noon, 60) })).toEqual(['OfferApproved fuel']);
    expect(await told({ types: ['OfferApproved'], from: later(noon, 60) })).toEqual(['OfferApproved wash']);
    expect(await told({ types: ['OfferApproved'], actor: 'ann' })).toEqual([]);
    expect(await told({ kind: 'OFFER', subjectId: 'nothing' })).toEqual([]);
  });

  it('is read in pages that follow each other without a gap, while more is written', async () => {
    const whole = await nodes({});
    const read: Json[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const page: Json = await trail({ first: 4, after });
      expect(page.pageInfo).toMatchObject({
        hasPreviousPage: after !== null,
        startCursor: page.edges[0].cursor,
        endCursor: page.edges.at(-1).cursor,
      });
      read.push(...page.edges.map(({ node }: Json) => node));
      after = page.pageInfo.endCursor;
      more = page.pageInfo.hasNextPage;
      await kairos.data(
        `mutation ($terms: OfferTermsInput!) { draftOffer(offerId: "later-${read.length}", terms: $terms) { __typename } }`,
        { terms: offerTerms },
      );
    }
    expect(read).toEqual(whole);
  });

  it('keeps only a page in hand, however much there is', async () => {
    for (let turn = 0; turn < 120; turn++) {
      await kairos.data(
        `mutation ($terms: OfferTermsInput!) {
        draftOffer(offerId: "many-${turn}", terms: $terms) { __typename }
        retireOffer(offerId: "many-${turn}", reason: "never") { __typename }
      }`,
        { terms: offerTerms },
      );
    }
    const page = await trail({ first: 1, filter: { types: ['OfferRetired'] } });
    expect(page.edges.map(({ node }: Json) => node.subjectId)).toEqual(['many-119']);
    expect(page.pageInfo.hasNextPage).toBe(true);
    const last = await trail({ first: 120, filter: { types: ['OfferRetired'] } });
    expect([last.edges.length, last.pageInfo.hasNextPage]).toEqual([120, false]);
  });

  it('of a customer and of consents says what was done, and nothing of the person', async () => {
    expect(await told({ kind: 'CUSTOMER', subjectId: 'carl' })).toEqual([
      'AttributesObserved carl',
      'IdentityLinked carl',
      'CustomerRegistered carl',
    ]);
    const consents = await nodes({ filter: { kind: 'CONSENT', subjectId: 'carl' } });
    expect(consents.map(({ event, purpose, channel }) => [event, purpose, channel])).toEqual([
      ['ConsentWithdrawn', 'marketing', 'WEB'],
      ['ConsentGranted', 'marketing', 'CALL_CENTER'],
      ['ConsentGranted', 'marketing', 'WEB'],
    ]);
    expect(JSON.stringify(consents)).not.toContain('@');
  });

  it.each([
    [{ filter: { kind: 'CONSENT' } }, 'filter.subjectId'],
    [{ filter: { kind: 'CUSTOMER', actor: 'ann' } }, 'filter.subjectId'],
    [{ filter: { subjectId: 'fuel' } }, 'filter.kind'],
    [{ filter: { kind: 'OFFER', subjectId: 'x'.repeat(201) } }, 'filter.subjectId'],
    [{ filter: { actor: 'x'.repeat(201) } }, 'filter.actor'],
    [{ filter: { types: Array.from({ length: 51 }, () => 'OfferDrafted') } }, 'filter.types'],
    [{ first: 0 }, 'first'],
    [{ first: 201 }, 'first'],
    [{ after: 'somewhere' }, 'after'],
  ])('%o is refused', async (variables, field) => {
    const answer = await kairos.ask(query, variables);
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});
