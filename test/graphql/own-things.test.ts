// What roles do not say: an agent has her own interactions only, nobody approves what is his, and customers' facts are for readers.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callersOf } from '../authentication/callers.ts';
import { createTokenIssuer, type TokenIssuer } from '../authentication/token-issuer.ts';
import { offerTerms, placementTerms } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let issuer: TokenIssuer;
let kairos: RunningKairos;
const as = callersOf(
  () => kairos,
  () => issuer,
);
const [gateway, writer, board] = [as('gateway', 'decide'), as('wil', 'offer:write'), as('bea', 'offer:approve')];
const [eve, max] = [as('eve', 'agent'), as('max', 'agent')];
const reader = as('rita', 'customer:read');
let decisionId: string;

const offer = (name: string) => `mutation ($id: ID!) { answer: ${name}(offerId: $id) { __typename
  ... on KairosRefused { reason } } }`;
const draft = `mutation ($id: ID!, $terms: OfferTermsInput!) { answer: draftOffer(offerId: $id, terms: $terms) {
  __typename ... on KairosRefused { reason rule } } }`;
const begin = `mutation ($input: StartInteractionInput!) { answer: startInteraction(input: $input) {
  __typename ... on InteractionRecorded { screenPop { decision { id offer { reasons } } } } } }`;
const call = (interactionId: string, agentId: string) => ({
  input: { interactionId, agentId, customerId: 'ida', placement: 'desk' },
});

beforeAll(async () => {
  issuer = await createTokenIssuer();
  kairos = await startKairos(failures, { tokens: issuer.settings() });
  const eligibility = [{ name: 'of any age', expression: '!has(profile.age) || profile.age >= 0' }];
  const terms = { ...offerTerms, startAt: '2020-01-01T00:00:00Z', endAt: null, eligibility };
  expect((await writer(draft, { id: 'fuel', terms })).data.answer.__typename).toBe('OfferRevision');
  await writer(offer('submitOffer'), { id: 'fuel' });
});
afterAll(async () => {
  await kairos.stop();
  await issuer.stop();
  expect(failures).toEqual([]);
});

describe('an approval', () => {
  it('is not of the author, also when he may approve, and leaves nothing behind', async () => {
    const both = as('wil', 'offer:write', 'offer:approve');
    const before = await kairos.events();
    expect((await both(offer('approveOffer'), { id: 'fuel' })).data.answer).toEqual({
      __typename: 'KairosRefused',
      reason: 'APPROVER_IS_AUTHOR',
    });
    expect(await kairos.events()).toBe(before);
  });

  it('is not of who lacks the role, not even together with what he may do', async () => {
    const several = `mutation { paused: pauseOffer(offerId: "fuel", reason: "r") { __typename }
      answer: approveOffer(offerId: "fuel") { __typename } }`;
    const before = await kairos.events();
    expect(await writer(several)).toMatchObject({
      status: 403,
      errors: [{ extensions: { code: 'FORBIDDEN', field: 'Mutation.approveOffer', roles: ['offer:approve'] } }],
    });
    expect(await kairos.events()).toBe(before);
  });

  it('is of somebody else, whose name is in the history', async () => {
    expect((await board(offer('approveOffer'), { id: 'fuel' })).data.answer.__typename).toBe('OfferRevision');
    expect((await board(offer('publishOffer'), { id: 'fuel' })).data.answer.__typename).toBe('OfferRevision');
    const { data } = await writer('{ offer(id: "fuel") { history { event by } } }');
    expect(data.offer.history).toEqual([
      { event: 'OfferPublished', by: 'bea' },
      { event: 'OfferApproved', by: 'bea' },
      { event: 'OfferSubmitted', by: 'wil' },
      { event: 'OfferDrafted', by: 'wil' },
    ]);
  });
});

describe('an agent', () => {
  beforeAll(async () => {
    const define = `mutation ($terms: PlacementTermsInput!) {
      definePlacement(placementId: "desk", terms: $terms) { __typename } }`;
    const terms = { ...placementTerms, channel: 'CALL_CENTER' };
    await as('op', 'operate')(define, { terms });
    await gateway('mutation { registerCustomer(customerId: "ida") { __typename } }');
    const consent = `mutation ($purpose: ID!) { grantConsent(input: { customerId: "ida", purpose: $purpose,
      channels: [CALL_CENTER], evidence: "e", policyVersion: "1" }) { __typename } }`;
    for (const purpose of ['marketing', 'service']) await gateway(consent, { purpose });
  });

  it('begins her own interactions, and the service those of anybody', async () => {
    const own = await eve(begin, call('call-1', 'eve'));
    decisionId = own.data.answer.screenPop.decision.id;
    expect(own.data.answer.screenPop.decision.offer.reasons.length).toBeGreaterThan(0);
    expect((await gateway(begin, call('call-2', 'max'))).data.answer.__typename).toBe('InteractionRecorded');
  });

  it.each<[string, () => Promise<Json>]>([
    ['begin', () => max(begin, call('call-3', 'eve'))],
    ['see', () => max('{ answer: interaction(id: "call-1") { id } }')],
    [
      'tell something of',
      () => max('mutation { answer: observeInteraction(interactionId: "call-1", attributes: {}) { __typename } }'),
    ],
    ['end', () => max('mutation { answer: endInteraction(interactionId: "call-1") { __typename } }')],
    [
      'answer in',
      () =>
        max(
          `mutation ($decisionId: ID!) { answer: respondToOffer(input: { interactionId: "call-1", offerId: "fuel",
            decisionId: $decisionId, response: ACCEPT }) { __typename } }`,
          { decisionId },
        ),
    ],
  ])('does not %s the interaction of another one', async (_, attempt) => {
    const before = await kairos.events();
    const { errors } = await attempt();
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', reason: 'NOT_OWN' } }]);
    expect(await kairos.events()).toBe(before);
  });

  it('does all of it with her own, and hears from the business what is not there', async () => {
    expect((await eve('{ interaction(id: "call-1") { agentId } }')).data.interaction.agentId).toBe('eve');
    expect((await reader('{ interaction(id: "call-1") { agentId } }')).data.interaction.agentId).toBe('eve');
    const end = `mutation ($id: ID!) { answer: endInteraction(interactionId: $id) { __typename
      ... on KairosRefused { reason } } }`;
    expect((await eve(end, { id: 'call-1' })).data.answer.__typename).toBe('InteractionRecorded');
    expect((await eve(end, { id: 'call-9' })).data.answer.reason).toBe('INTERACTION_UNKNOWN');
  });
});

describe('what is known of a customer', () => {
  const explain = `query ($id: ID!) { explainDecision(id: $id) { candidates { offerId score detail met } } }`;
  const decision = `query ($id: ID!) { decision(id: $id) { offer { name reasons outcomes { kind reason } } } }`;

  it('is in an explanation for its readers; the others get the same without it', async () => {
    const simulated = `{ simulateOffer(input: { customerId: "ida", placement: "desk", overrides: { grantedPurposes: [] } }) {
      candidates { offerId detail } } }`;
    expect((await reader(simulated)).data.simulateOffer.candidates[0].detail).toMatch(/marketing|service/);
    const [all, some] = [await reader(explain, { id: decisionId }), await board(explain, { id: decisionId })];
    expect(all.errors ?? some.errors).toBeUndefined();
    const [candidate] = all.data.explainDecision.candidates;
    expect(some.data.explainDecision.candidates[0]).toEqual({ ...candidate, detail: null, met: [] });
    expect(candidate.met.length).toBeGreaterThan(0);
  });

  it('is in a decision for those who serve or read customers; who operates gets the same without it', async () => {
    const [all, some] = [
      await reader(decision, { id: decisionId }),
      await as('op', 'operate')(decision, { id: decisionId }),
    ];
    const { offer: shown } = all.data.decision;
    expect(shown.reasons.length).toBeGreaterThan(0);
    expect(some.data.decision.offer).toEqual({
      ...shown,
      reasons: [],
      outcomes: shown.outcomes.map((outcome: Json) => ({ ...outcome, reason: null })),
    });
  });

  it('comes with an entity to its readers only; nulls where the schema says so', async () => {
    const entities = (fields: string) => `{ _entities(representations: [{ __typename: "Customer", id: "ida" }]) {
      ... on Customer { id ${fields} } } }`;
    const nullable = 'registeredAt capUsage(placement: "desk") { used }';
    expect((await gateway(entities(nullable))).data).toEqual({
      _entities: [{ id: 'ida', registeredAt: null, capUsage: null }],
    });
    const [known] = (await reader(entities(nullable))).data._entities;
    expect(known.registeredAt).toMatch(/^2/);
    expect(await gateway(entities('attributes'))).toMatchObject({
      status: 403,
      errors: [{ extensions: { field: 'Customer.attributes', roles: ['customer:read', 'privacy'] } }],
    });
  });

  it('does not come by a reference to who may not ask for the entity, also if he names no field', async () => {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename } }`;
    const representations = [
      { __typename: 'Offer', id: 'fuel' },
      { __typename: 'Decision', id: decisionId },
      { __typename: 'Customer', id: 'ida' },
    ];
    const { data, errors } = await writer(query, { representations });
    expect(data._entities).toEqual([{ __typename: 'Offer' }, null, null]);
    expect(errors.map(({ extensions }: Json) => extensions.field)).toEqual([
      '_entities of Decision',
      '_entities of Customer',
    ]);
  });
});

describe('the audit trail of a person', () => {
  const trail = `query ($kind: AuditKind!) { auditTrail(filter: { kind: $kind, subjectId: "ida" }) { edges { node { event } } } }`;

  it.each(['CUSTOMER', 'CONSENT'])('of the kind %s is for those who may read what is known of him', async (kind) => {
    for (const role of ['offer:approve', 'operate']) {
      const { data, errors } = await as('ann', role)(trail, { kind });
      expect([data.auditTrail, errors[0].extensions]).toEqual([
        null,
        {
          code: 'FORBIDDEN',
          reason: 'ROLE_MISSING',
          field: `auditTrail of ${kind}`,
          roles: ['customer:read', 'privacy'],
        },
      ]);
    }
    for (const roles of [['privacy'], ['operate', 'customer:read']]) {
      const { data, errors } = await as('pia', ...roles)(trail, { kind });
      expect([errors, Array.isArray(data.auditTrail.edges)]).toEqual([undefined, true]);
    }
  });

  it('is no matter of those of offers and placements', async () => {
    expect((await as('ann', 'operate')(trail, { kind: 'OFFER' })).data.auditTrail.edges).toEqual([]);
  });
});
