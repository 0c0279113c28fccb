// Models through the API: from a definition that nobody uses to decisions that say which revision gave their propensities.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { definePlacement, placementTerms, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type ScoringServer, startScoringServer } from '../propensity/scoring-server.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let server: ScoringServer;
let kairos: RunningKairos;
beforeAll(async () => {
  server = await startScoringServer();
  const tokens = new Map([[server.origin, 'a-token-of-the-service']]);
  kairos = await startKairos(failures, { modelServices: { origins: [server.origin], tokens } });
  await publishOffer(kairos, 'high', { propensity: 0.5 });
  await publishOffer(kairos, 'low', { propensity: 0.1 });
  await registerCustomer(kairos, 'carl');
});
afterAll(async () => {
  await kairos.stop();
  await server.stop();
  expect(failures).toEqual([]);
});

const told = `__typename
  ... on ModelRevision { position model { id revision approvedRevision approvedBy retired authors terms { kind name } } }
  ... on KairosRefused { reason field rule }`;
const mutations = {
  defineModel: `mutation ($modelId: ID!, $terms: ModelTermsInput!) { defineModel(modelId: $modelId, terms: $terms) { ${told} } }`,
  reviseModel: `mutation ($modelId: ID!, $terms: ModelTermsInput!, $basedOn: Int) { reviseModel(modelId: $modelId, terms: $terms, basedOn: $basedOn) { ${told} } }`,
  approveModel: `mutation ($modelId: ID!, $basedOn: Int) { approveModel(modelId: $modelId, basedOn: $basedOn) { ${told} } }`,
  retireModel: `mutation ($modelId: ID!, $reason: String!) { retireModel(modelId: $modelId, reason: $reason) { ${told} } }`,
} as const;
/** What a mutation answers, given by ann, or by whoever is named. */
async function give(mutation: keyof typeof mutations, variables: object, actor = 'ann'): Promise<Json> {
  return (await kairos.data(mutations[mutation], variables, { 'x-kairos-actor': actor }))[mutation];
}
async function use(modelId: string, terms: object, mutation: 'defineModel' | 'reviseModel' = 'defineModel') {
  expect(await give(mutation, { modelId, terms })).toMatchObject({ __typename: 'ModelRevision' });
  expect(await give('approveModel', { modelId }, 'bob')).toMatchObject({ __typename: 'ModelRevision' });
}

const byPage = (weight: number) => ({
  name: 'By page',
  kind: 'LOGISTIC',
  logistic: { offers: [{ offerId: 'low', weights: [{ attribute: 'context.page', category: 'till', weight }] }] },
});
const asked = (changes: object = {}) => ({
  name: 'Of the data team',
  kind: 'EXTERNAL',
  external: { url: `${server.origin}/v1`, budgetMs: 2000, ...changes },
});

async function decide(placement: string, page = 'till'): Promise<Json> {
  const query = `query ($placement: ID!, $page: JSON!) {
    nextBestOffer(placement: $placement, context: { customerId: "carl", attributes: $page }) {
      id degradations { stage cause instead }
      offer { offer { id } components { propensity } propensityFrom { model revision source } }
    }
  }`;
  return (await kairos.data(query, { placement, page: { page } })).nextBestOffer;
}
async function explained(id: string): Promise<Json> {
  const query = `query ($id: ID!) { explainDecision(id: $id) {
    reproduced candidates { offerId components { propensity } propensityFrom { model revision source } }
  } }`;
  return (await kairos.data(query, { id })).explainDecision;
}

test('a model is used when somebody else has approved it, and explanations say which revision it was', async () => {
  expect(await give('defineModel', { modelId: 'page', terms: byPage(3) })).toMatchObject({
    model: { id: 'page', revision: 1, approvedRevision: null, authors: ['ann'], terms: { kind: 'LOGISTIC' } },
  });
  await definePlacement(kairos, 'paged', { model: 'page' });
  const before = await decide('paged');
  expect(before.offer).toMatchObject({ offer: { id: 'high' }, propensityFrom: null });
  expect(await give('approveModel', { modelId: 'page' })).toMatchObject({ reason: 'APPROVER_IS_AUTHOR' });
  expect(await give('approveModel', { modelId: 'page', basedOn: 1 }, 'bob')).toMatchObject({
    model: { approvedRevision: 1, approvedBy: 'bob', authors: [] },
  });
  const after = await decide('paged');
  const propensity = 1 / (1 + Math.exp(-3));
  expect(after).toMatchObject({
    degradations: [],
    offer: {
      offer: { id: 'low' },
      components: { propensity },
      propensityFrom: { model: 'page', revision: 1, source: 'SCORED' },
    },
  });
  expect((await decide('paged', 'home')).offer.components.propensity).toBe(0.5);
  await use('page', byPage(-3), 'reviseModel');
  expect((await decide('paged')).offer.offer.id).toBe('high');
  const explanation = await explained(after.id);
  expect(explanation.reproduced).toBe(true);
  expect(explanation.candidates.slice(0, 2)).toEqual([
    { offerId: 'low', components: { propensity }, propensityFrom: { model: 'page', revision: 1, source: 'SCORED' } },
    {
      offerId: 'high',
      components: { propensity: 0.5 },
      propensityFrom: { model: 'page', revision: 1, source: 'PRIOR' },
    },
  ]);
  expect((await explained(before.id)).reproduced).toBe(true);
});

test('a service is asked with its token, and decisions that it scored come out the same when it is gone', async () => {
  await use('asked', asked());
  await definePlacement(kairos, 'scored', { model: 'asked' });
  server.give({ high: 0.1, low: 0.9 });
  const decision = await decide('scored');
  expect(decision.offer).toMatchObject({
    offer: { id: 'low' },
    components: { propensity: 0.9 },
    propensityFrom: { model: 'asked', revision: 1, source: 'SCORED' },
  });
  expect(server.asked.at(-1)?.headers.authorization).toBe('Bearer a-token-of-the-service');
  expect(server.asked.at(-1)?.body).toEqual({
    model: 'asked',
    revision: 1,
    placement: 'scored',
    attributes: {},
    offers: ['high', 'low'],
  });
  server.answer = (response) => response.writeHead(500).end('no');
  const later = await decide('scored');
  expect(later).toMatchObject({
    degradations: [{ stage: 'MODEL', cause: 'UNAVAILABLE', instead: 'LAST_KNOWN' }],
    offer: { offer: { id: 'low' }, propensityFrom: { source: 'LAST_KNOWN' } },
  });
  const questions = server.asked.length;
  for (const { id } of [decision, later]) expect((await explained(id)).reproduced).toBe(true);
  await kairos.restart();
  for (const { id } of [decision, later]) expect((await explained(id)).reproduced).toBe(true);
  expect(server.asked).toHaveLength(questions);
});

test('a placement names a model that is there', async () => {
  const define = async (placementId: string, model: string): Promise<Json> => {
    const mutation = `mutation ($placementId: ID!, $terms: PlacementTermsInput!) {
      definePlacement(placementId: $placementId, terms: $terms) {
        __typename ... on KairosRefused { reason field } ... on PlacementRevision { placement { terms { model } } }
      }
    }`;
    return (await kairos.data(mutation, { placementId, terms: { ...placementTerms, model } })).definePlacement;
  };
  expect(await define('p1', 'nobody')).toMatchObject({ reason: 'MODEL_UNKNOWN', field: 'model' });
  expect(await define('p1', 'no body')).toMatchObject({ reason: 'PLACEMENT_TERMS_INVALID', field: 'model' });
  await use('brief', byPage(3));
  expect(await define('p1', 'brief')).toMatchObject({ placement: { terms: { model: 'brief' } } });
  expect((await decide('p1')).offer.offer.id).toBe('low');
  expect(await give('retireModel', { modelId: 'brief', reason: 'over' })).toMatchObject({ model: { retired: true } });
  expect(await define('p2', 'brief')).toMatchObject({ reason: 'MODEL_RETIRED', field: 'model' });
  expect((await decide('p1')).offer).toMatchObject({ offer: { id: 'high' }, propensityFrom: null });
});

test('terms are refused with the path of the field and the rule', async () => {
  const refusal = async (terms: object) => give('defineModel', { modelId: 'bad', terms });
  expect(await refusal(asked({ url: 'https://elsewhere.example/' }))).toMatchObject({
    reason: 'MODEL_TERMS_INVALID',
    field: 'external.url',
    rule: expect.stringContaining('KAIROS_MODEL_ORIGINS'),
  });
  expect(await refusal(asked({ attributes: ['profile.shoeSize'] }))).toMatchObject({ field: 'external.attributes.0' });
  expect(await refusal({ ...byPage(1), kind: 'STATIC' })).toMatchObject({ field: 'static' });
  expect(await refusal(byPage(1e9))).toMatchObject({ field: 'logistic.offers.0.weights.0.weight' });
  expect(await refusal({ name: '', kind: 'STATIC', static: { default: 0.5 } })).toMatchObject({ field: 'name' });
});

test('what is not approved yet can be tried out, and only there', async () => {
  await use('tried', byPage(-3));
  await definePlacement(kairos, 'trying', { model: 'tried' });
  await give('reviseModel', { modelId: 'tried', terms: byPage(3), basedOn: 1 });
  const query = `query ($input: SimulateOfferInput!) {
    simulateOffer(input: $input) { candidates { offerId slot propensityFrom { revision source } } }
  }`;
  const first = async (overrides: object) => {
    const input = { customerId: 'carl', placement: 'trying', attributes: { page: 'till' }, overrides };
    return (await kairos.data(query, { input })).simulateOffer.candidates[0];
  };
  expect(await first({ models: ['tried'] })).toMatchObject({ offerId: 'low', propensityFrom: { revision: 2 } });
  expect(await first({})).toMatchObject({ offerId: 'high', propensityFrom: { revision: 1, source: 'PRIOR' } });
  const { errors } = await kairos.ask(query, {
    input: { customerId: 'carl', placement: 'trying', overrides: { models: ['nobody'] } },
  });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'NOT_FOUND', reason: 'MODEL_UNKNOWN' });
});

test('models are read whole, and the audit trail tells who did what to them', async () => {
  const query = `{ models { id revision approvedRevision retired } model(id: "tried") {
    terms { static { default } external { url } logistic { shared { intercept } offers {
      offerId intercept weights { attribute category weight unknown }
    } } }
    approvedTerms { logistic { offers { weights { weight } } } }
  } none: model(id: "nobody") { id } }`;
  const { models, model, none } = await kairos.data(query);
  expect(models.map(({ id, retired }: Json) => [id, retired])).toEqual([
    ['asked', false],
    ['brief', true],
    ['page', false],
    ['tried', false],
  ]);
  expect(none).toBe(null);
  expect(model.terms).toEqual({
    static: null,
    external: null,
    logistic: {
      shared: null,
      offers: [
        {
          offerId: 'low',
          intercept: 0,
          weights: [{ attribute: 'context.page', category: 'till', weight: 3, unknown: null }],
        },
      ],
    },
  });
  expect(model.approvedTerms.logistic.offers[0].weights[0].weight).toBe(-3);
  const trail =
    '{ auditTrail(filter: { kind: MODEL, subjectId: "tried" }) { edges { node { event actor revision } } } }';
  const { auditTrail } = await kairos.data(trail);
  expect(auditTrail.edges.map(({ node }: Json) => [node.event, node.actor, node.revision])).toEqual([
    ['ModelRevised', 'ann', 2],
    ['ModelApproved', 'bob', 1],
    ['ModelDefined', 'ann', 1],
  ]);
});
