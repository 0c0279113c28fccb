// A day in the life of a subgraph: calls of every root field, in an order in which most of them succeed.
import { offerTermsWith, placementTermsWith } from '../aggregates/valid-terms.ts';
import type { Json } from '../running-kairos.ts';
import type { Arguments, RootKind } from './selections.ts';

/** Answers of earlier steps, by the name of the step. */
export type Answers = ReadonlyMap<string, Json>;

export interface Step {
  readonly kind: RootKind;
  readonly field: string;
  /** Another name than that of the field, where a field is called twice. */
  readonly name?: string;
  readonly actor?: string;
  readonly variables: (answers: Answers) => object;
}

export const given: Arguments = {
  'Customer.capUsage': '(placement: "home")',
  'Customer.nextBestOffer': '(placement: "home", context: { requestId: "again", attributes: { page: "checkout" } })',
};

const terms = offerTermsWith({
  eligibility: [{ name: 'adult', expression: 'profile.age >= 18' }],
  contextWeights: [{ name: 'at checkout', expression: 'context.page == "checkout"', percent: 50 }],
  value: { amount: 250, currency: 'USD' },
  trigger: { signal: 'VIEW', category: 'fuel', atLeast: 1, withinSeconds: 86_400 },
});
const home = placementTermsWith({
  fallbackOfferId: 'fuel',
  caps: [
    {
      name: 'ten a day',
      counts: 'DECISION',
      scope: { kind: 'PLACEMENTS', placements: ['home'] },
      subject: 'CUSTOMER',
      limit: 10,
      window: { kind: 'CALENDAR', unit: 'DAY', zone: 'UTC' },
    },
  ],
});
const desk = placementTermsWith({ channel: 'CALL_CENTER', fallbackOfferId: 'fuel', cadence: 'REAL_TIME' });
const signal = {
  customerId: 'carl',
  signalId: 's1',
  kind: 'VIEW',
  observedAt: '2026-11-21T11:00:00Z',
  category: 'fuel',
};
const shares = {
  name: 'Last season',
  kind: 'STATIC',
  static: {
    offers: [{ offerId: 'fuel', propensity: 0.2 }],
    categories: [{ category: 'fuel', propensity: 0.1 }],
    default: 0.01,
  },
};
const formula = {
  name: 'By age',
  description: 'Two hundred households.',
  kind: 'LOGISTIC',
  logistic: {
    shared: { intercept: -2, weights: [{ attribute: 'profile.age', weight: 0.01, unknown: 0.4 }] },
    offers: [{ offerId: 'fuel', weights: [{ attribute: 'profile.tier', category: 'gold', weight: 1 }] }],
  },
};
const asked = {
  name: 'Of the data team',
  kind: 'EXTERNAL',
  external: { url: 'https://scores.example/v1', attributes: ['profile.age'] },
};
const start = { interactionId: 'call-1', agentId: 'agent-1', customerId: 'carl', placement: 'desk' };

const mutation = (
  field: string,
  variables: object | ((answers: Answers) => object),
  more: Partial<Step> = {},
): Step => ({
  kind: 'mutation',
  field,
  variables: typeof variables === 'function' ? (variables as Step['variables']) : () => variables,
  ...more,
});
const query = (field: string, variables: object | ((answers: Answers) => object), more: Partial<Step> = {}): Step => ({
  ...mutation(field, variables, more),
  kind: 'query',
});

const decided = (answers: Answers) => answers.get('customer').nextBestOffer.id as string;
const popped = (answers: Answers) => answers.get('startInteraction').screenPop.decision.id as string;

export const steps: readonly Step[] = [
  mutation('registerCustomer', { customerId: 'carl' }),
  mutation('registerCustomer', { customerId: 'carl@example.org' }, { name: 'a refusal' }),
  mutation('observeTimeZone', { customerId: 'carl', timeZone: 'UTC' }),
  mutation('linkIdentity', { customerId: 'carl', identity: { kind: 'loyalty', value: 'L-1' } }),
  mutation('linkIdentity', { customerId: 'carl', identity: { kind: 'device', value: 'D-1' } }, { name: 'another' }),
  mutation('unlinkIdentity', { customerId: 'carl', identity: { kind: 'device', value: 'D-1' } }),
  mutation('observeAttributes', { customerId: 'carl', attributes: { age: 44, tier: 'gold' }, source: 'crm' }),
  mutation('joinAudiences', { customerId: 'carl', audiences: ['drivers', 'walkers'] }),
  mutation('leaveAudiences', { customerId: 'carl', audiences: ['walkers'] }),
  mutation('grantConsent', {
    input: {
      customerId: 'carl',
      purpose: 'marketing',
      channels: ['WEB', 'CALL_CENTER', 'EMAIL'],
      evidence: 'form-7',
      policyVersion: '2026-01',
      expiresAt: '2027-01-01T00:00:00+01:00',
    },
  }),
  mutation('withdrawConsent', {
    input: { customerId: 'carl', purpose: 'marketing', channels: ['EMAIL'], evidence: 'form-8' },
  }),
  mutation('draftOffer', { offerId: 'fuel', terms }),
  mutation('reviseOffer', { offerId: 'fuel', terms: { ...terms, priority: 11 }, basedOn: 1 }),
  mutation('reviseOffer', { offerId: 'fuel', terms: { ...terms, priority: 12 }, basedOn: 1 }, { name: 'a stale one' }),
  mutation('submitOffer', { offerId: 'fuel' }),
  mutation('rejectOffer', { offerId: 'fuel', reason: 'too dear' }, { actor: 'bob' }),
  mutation('reviseOffer', { offerId: 'fuel', terms: { ...terms, priority: 13 } }, { name: 'a cheaper one' }),
  mutation('submitOffer', { offerId: 'fuel' }, { name: 'again to review' }),
  mutation('approveOffer', { offerId: 'fuel' }, { actor: 'bob' }),
  mutation('publishOffer', { offerId: 'fuel' }, { actor: 'bob' }),
  mutation('pauseOffer', { offerId: 'fuel', reason: 'sold out' }),
  mutation('resumeOffer', { offerId: 'fuel' }),
  mutation('draftOffer', { offerId: 'old', terms }, { name: 'another draft' }),
  mutation('retireOffer', { offerId: 'old', reason: 'never liked' }),
  mutation('defineModel', { modelId: 'season', terms: shares }),
  mutation('reviseModel', { modelId: 'season', terms: formula, basedOn: 1 }),
  mutation('approveModel', { modelId: 'season', basedOn: 2 }, { actor: 'bob' }),
  mutation('defineModel', { modelId: 'older', terms: shares }, { name: 'another model' }),
  mutation('defineModel', { modelId: 'asked', terms: asked }, { name: 'a service' }),
  mutation('retireModel', { modelId: 'older', reason: 'never liked' }),
  mutation('definePlacement', { placementId: 'home', terms: home }),
  mutation('redefinePlacement', { placementId: 'home', terms: { ...home, name: 'The home page', model: 'season' } }),
  mutation('definePlacement', { placementId: 'desk', terms: desk }, { name: 'a desk' }),
  mutation('definePlacement', { placementId: 'attic', terms: home }, { name: 'an attic' }),
  mutation('retirePlacement', { placementId: 'attic' }),
  mutation('recordSignals', {
    signals: [
      signal,
      { ...signal, signalId: 'x y' },
      { ...signal, kind: 'PURCHASE', signalId: 's2', amount: 990, quantity: 2 },
    ],
  }),
  query('customer', { id: 'carl' }),
  query('customer', { id: 'nobody' }, { name: 'nobody' }),
  query('nextBestOffer', {
    placement: 'home',
    context: { customerId: 'carl', requestId: 'first', attributes: { page: 'checkout' } },
  }),
  query('nextBestOffers', { placements: ['home'], context: { customerId: 'carl', requestId: 'first' } }),
  query('decision', (answers) => ({ id: decided(answers) })),
  query('explainDecision', (answers) => ({ id: decided(answers) })),
  query('simulateOffer', {
    input: {
      customerId: 'carl',
      placement: 'home',
      attributes: { page: 'checkout' },
      overrides: { grantedPurposes: [] },
    },
  }),
  mutation('recordOutcomes', (answers) => ({
    outcomes: [
      { decisionId: decided(answers), kind: 'PRESENTED' },
      { decisionId: decided(answers), kind: 'EXPIRED' },
      { decisionId: decided(answers), kind: 'DECLINED', reason: 'not now' },
    ],
  })),
  mutation('startInteraction', { input: start }),
  mutation('observeInteraction', { interactionId: 'call-1', attributes: { reason: 'fuel' } }),
  query('interaction', { id: 'call-1' }),
  mutation('respondToOffer', (answers) => ({
    input: { interactionId: 'call-1', decisionId: popped(answers), offerId: 'fuel', response: 'ACCEPT' },
  })),
  mutation('endInteraction', { interactionId: 'call-1', summary: 'pleased' }),
  query('offer', { id: 'fuel' }),
  query('offers', { first: 1, filter: { lifecycle: 'LIVE' } }),
  query('placements', {}),
  query('models', {}),
  query('model', { id: 'season' }),
  query('auditTrail', {
    filter: { kind: 'OFFER', subjectId: 'fuel', types: ['OfferRejected', 'OfferPaused'] },
    first: 1,
  }),
  query('vocabulary', {}),
  query('readModels', {}),
  query('slo', {}),
  query('_service', {}),
  query('_entities', (answers) => ({
    representations: [
      { __typename: 'Customer', id: 'carl' },
      { __typename: 'Offer', id: 'fuel' },
      { __typename: 'Offer', id: 'nowhere' },
      { __typename: 'Customer', id: 7 },
      { __typename: 'Decision', id: decided(answers) },
      { __typename: 'Money' },
    ],
  })),
];
