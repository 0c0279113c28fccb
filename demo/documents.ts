// The GraphQL documents of the demo and the replay, and the shapes of their answers.

/** A union member of a mutation's answer, as every document below asks for it. */
export interface Refusal {
  readonly __typename: 'KairosRefused';
  readonly reason: string;
  readonly rule: string;
  readonly field: string | null;
}

const refused = '... on KairosRefused { reason rule field }';

/** By the author. */
export const draftOffer = `mutation DraftOffer($offerId: ID!, $terms: OfferTermsInput!) {
  draftOffer(offerId: $offerId, terms: $terms) { __typename ... on OfferRevision { position } ${refused} }
  submitOffer(offerId: $offerId) { __typename ... on OfferRevision { position } ${refused} }
}`;

/** By somebody else. */
export const releaseOffer = `mutation ReleaseOffer($offerId: ID!) {
  approveOffer(offerId: $offerId) { __typename ... on OfferRevision { position } ${refused} }
  publishOffer(offerId: $offerId) { __typename ... on OfferRevision { position } ${refused} }
}`;

export const offerLifecycle = `query OfferLifecycle($offerId: ID!) {
  offer(id: $offerId) { lifecycle revisionState }
}`;
export interface OfferLifecycleAnswer {
  readonly offer: { readonly lifecycle: string; readonly revisionState: string } | null;
}

export const definePlacement = `mutation DefinePlacement($placementId: ID!, $terms: PlacementTermsInput!) {
  definePlacement(placementId: $placementId, terms: $terms) { __typename ... on PlacementRevision { position } ${refused} }
}`;

export const registerCustomer = `mutation RegisterCustomer($customerId: ID!, $timeZone: String!, $consent: GrantConsentInput!) {
  registerCustomer(customerId: $customerId, timeZone: $timeZone) { __typename ${refused} }
  grantConsent(input: $consent) { __typename ${refused} }
}`;

export const observeAttributes = `mutation ObserveAttributes($customerId: ID!, $attributes: JSON!) {
  observeAttributes(customerId: $customerId, attributes: $attributes, source: "demographics") { __typename ${refused} }
}`;

export const joinAudiences = `mutation JoinAudiences($customerId: ID!, $audiences: [ID!]!) {
  joinAudiences(customerId: $customerId, audiences: $audiences) { __typename ... on CustomerRecorded { position } ${refused} }
}`;

export const recordSignals = `mutation RecordSignals($signals: [SignalInput!]!) {
  recordSignals(signals: $signals) {
    position
    results { __typename ... on SignalRecorded { alreadyRecorded } ${refused} }
  }
}`;
export interface RecordSignalsAnswer {
  readonly recordSignals: {
    readonly position: string;
    readonly results: readonly (
      | { readonly __typename: 'SignalRecorded'; readonly alreadyRecorded: boolean }
      | Refusal
    )[];
  };
}

export const nextBestOffer = `query NextBestOffer($placement: ID!, $context: DecisionContext!) {
  nextBestOffer(placement: $placement, context: $context) {
    id resolution cause decidedAt
    offers { slot name reasons score offer { id } treatment { headline } }
    rejections { reason count }
  }
}`;
export interface DecisionAnswer {
  readonly id: string;
  readonly resolution: string;
  readonly cause: string | null;
  readonly decidedAt: string;
  readonly offers: readonly {
    readonly slot: number;
    readonly name: string;
    readonly reasons: readonly string[];
    readonly score: number;
    readonly offer: { readonly id: string };
    readonly treatment: { readonly headline: string };
  }[];
  readonly rejections: readonly { readonly reason: string; readonly count: number }[];
}

export const recordOutcomes = `mutation RecordOutcomes($outcomes: [OutcomeInput!]!) {
  recordOutcomes(outcomes: $outcomes) {
    results { __typename ... on OutcomeRecorded { alreadyRecorded } ${refused} }
  }
}`;
export interface RecordOutcomesAnswer {
  readonly recordOutcomes: {
    readonly results: readonly (
      | { readonly __typename: 'OutcomeRecorded'; readonly alreadyRecorded: boolean }
      | Refusal
    )[];
  };
}

export const featuresPosition = `query FeaturesPosition($customerId: ID!, $position: String!) {
  customer(id: $customerId, position: $position) { features { position } }
}`;
export interface FeaturesPositionAnswer {
  readonly customer: { readonly features: { readonly position: string } } | null;
}

export const decisionOutcomes = `query DecisionOutcomes($id: ID!) {
  decision(id: $id) { offers { offer { id } outcomes { kind at } } }
}`;
export interface DecisionOutcomesAnswer {
  readonly decision: {
    readonly offers: readonly {
      readonly offer: { readonly id: string };
      readonly outcomes: readonly { readonly kind: string; readonly at: string }[];
    }[];
  } | null;
}

export const explainDecision = `query ExplainDecision($id: ID!) {
  explainDecision(id: $id) { reproduced candidates { offerId slot reason } }
}`;
export interface ExplainDecisionAnswer {
  readonly explainDecision: {
    readonly reproduced: boolean | null;
    readonly candidates: readonly {
      readonly offerId: string;
      readonly slot: number | null;
      readonly reason: string | null;
    }[];
  } | null;
}

export const readModels = `query ReadModels { readModels { position head freshness { events p50 p99 max } } }`;
export interface ReadModelsAnswer {
  readonly readModels: {
    readonly position: string;
    readonly head: string;
    readonly freshness: { readonly events: number; readonly p50: number; readonly p99: number; readonly max: number };
  };
}
