// Offers, placements and customers for tests, put into a running Kairos through its API.
import type { RunningKairos } from './running-kairos.ts';

type Asked = Pick<RunningKairos, 'data'>;

export const offerTerms = {
  name: 'Fuel discount',
  category: 'fuel',
  tags: ['fuel'],
  purposes: ['marketing'],
  value: { amount: 1000, currency: 'USD' },
  propensity: 0.2,
  treatments: [
    { channel: 'WEB', headline: 'Ten cents off' },
    { channel: 'CALL_CENTER', headline: 'Ten cents off', agentScript: 'May I offer you ten cents off each gallon?' },
  ],
  startAt: '2026-01-01T00:00:00.000Z',
  endAt: '2027-01-01T00:00:00.000Z',
};

export const placementTerms = { name: 'Home page', channel: 'WEB' };

const release = `mutation Release($offerId: ID!) {
  submitOffer(offerId: $offerId) { __typename ...refusal }
  approveOffer(offerId: $offerId) { __typename ...refusal }
  publishOffer(offerId: $offerId) { __typename ...refusal }
}
fragment refusal on KairosRefused { reason rule field }`;

/** Drafts, has approved by somebody else, and publishes. */
export async function publishOffer(kairos: Asked, offerId: string, terms: object = {}): Promise<void> {
  const draft = `mutation ($offerId: ID!, $terms: OfferTermsInput!) {
    draftOffer(offerId: $offerId, terms: $terms) { __typename ... on KairosRefused { reason rule field } }
  }`;
  const drafted = await kairos.data(draft, { offerId, terms: { ...offerTerms, ...terms } });
  const released = await kairos.data(release, { offerId }, { 'x-kairos-actor': 'bob' });
  for (const answer of [...Object.values(drafted), ...Object.values(released)] as { __typename: string }[]) {
    if (answer.__typename === 'KairosRefused') throw new Error(JSON.stringify(answer));
  }
}

export async function definePlacement(kairos: Asked, placementId: string, terms: object = {}): Promise<void> {
  const mutation = `mutation ($placementId: ID!, $terms: PlacementTermsInput!) {
    definePlacement(placementId: $placementId, terms: $terms) { __typename ... on KairosRefused { reason rule field } }
  }`;
  const { definePlacement: defined } = await kairos.data(mutation, {
    placementId,
    terms: { ...placementTerms, ...terms },
  });
  if (defined.__typename === 'KairosRefused') throw new Error(JSON.stringify(defined));
}

/** Registers a customer who allows marketing on the web and on the phone. */
export async function registerCustomer(kairos: Asked, customerId: string): Promise<void> {
  await kairos.data(
    `mutation ($customerId: ID!, $consent: GrantConsentInput!) {
      registerCustomer(customerId: $customerId) { __typename }
      grantConsent(input: $consent) { __typename }
    }`,
    {
      customerId,
      consent: {
        customerId,
        purpose: 'marketing',
        channels: ['WEB', 'CALL_CENTER'],
        evidence: 'form-7',
        policyVersion: '2026-01',
      },
    },
  );
}

export const askDecision = `query ($placement: ID!, $context: DecisionContext!) {
  nextBestOffer(placement: $placement, context: $context) {
    id resolution stale cause expiresAt position
    offers { slot revision reasons score selectionProbability offer { id } treatment { headline } }
    rejections { reason count }
  }
}`;
