// What the business refuses: each gets a specific answer that names the field and the rule, and the log is unchanged.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  askDecision,
  definePlacement,
  offerTerms,
  placementTerms,
  publishOffer,
  registerCustomer,
} from '../catalogue-of-tests.ts';
import { type Json, later, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;
let decisionId = '';
let eventsBefore = 0;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel', { ttlSeconds: 60, creditWindowSeconds: 600 });
  await definePlacement(kairos, 'home');
  await registerCustomer(kairos, 'carl');
  const { nextBestOffer } = await kairos.data(askDecision, { placement: 'home', context: { customerId: 'carl' } });
  decisionId = nextBestOffer.id;
  eventsBefore = await kairos.events();
});
afterAll(async () => {
  expect(await kairos.events()).toBe(eventsBefore);
  expect(failures).toEqual([]);
  await kairos.stop();
});

const refusal = '__typename ... on KairosRefused { reason rule field }';
const draft = (terms: object) =>
  kairos.data(
    `mutation ($terms: OfferTermsInput!) { answer: draftOffer(offerId: "other", terms: $terms) { ${refusal} } }`,
    {
      terms: { ...offerTerms, ...terms },
    },
  );
const placement = (terms: object) =>
  kairos.data(
    `mutation ($terms: PlacementTermsInput!) { answer: definePlacement(placementId: "other", terms: $terms) { ${refusal} } }`,
    { terms: { ...placementTerms, ...terms } },
  );
const outcome = async (given: object) => {
  const mutation = `mutation ($outcome: OutcomeInput!) { recordOutcomes(outcomes: [$outcome]) { results { ${refusal} } } }`;
  return { answer: (await kairos.data(mutation, { outcome: given })).recordOutcomes.results[0] };
};

describe('a mutation that breaks a rule is refused with its reason and field', () => {
  const rolling = { kind: 'ROLLING', seconds: 60 };
  it.each<[string, () => Promise<Json>, string, string]>([
    [
      'malformed CEL',
      () => draft({ eligibility: [{ name: 'x', expression: 'profile.age >' }] }),
      'OFFER_CONDITION_INVALID',
      'eligibility.0.expression',
    ],
    [
      'an attribute that nobody declared',
      () => draft({ eligibility: [{ name: 'x', expression: 'profile.agee > 1' }] }),
      'OFFER_CONDITION_INVALID',
      'eligibility.0.expression',
    ],
    [
      'a condition of the wrong type',
      () => draft({ eligibility: [{ name: 'x', expression: 'profile.age + 1' }] }),
      'OFFER_CONDITION_INVALID',
      'eligibility.0.expression',
    ],
    [
      'an end before the start',
      () => draft({ startAt: '2026-02-01T00:00:00Z', endAt: '2026-01-01T00:00:00Z' }),
      'OFFER_TERMS_INVALID',
      'endAt',
    ],
    [
      'a negative limit',
      () => draft({ caps: [{ name: 'c', counts: 'CLICK', scope: { kind: 'OFFER' }, limit: -1, window: rolling }] }),
      'OFFER_TERMS_INVALID',
      'caps.0.limit',
    ],
    [
      'a tag scope without a tag',
      () => draft({ caps: [{ name: 'c', counts: 'CLICK', scope: { kind: 'TAG' }, limit: 1, window: rolling }] }),
      'OFFER_TERMS_INVALID',
      'caps.0.scope.tag',
    ],
    ['a propensity above one', () => draft({ propensity: 1.5 }), 'OFFER_TERMS_INVALID', 'propensity'],
    ['no purpose', () => draft({ purposes: [], audiences: ['a'] }), 'OFFER_TERMS_INVALID', 'audiences'],
    ['an unknown purpose', () => draft({ purposes: ['mischief'] }), 'OFFER_TERMS_INVALID', 'purposes.0'],
    [
      'another currency',
      () => draft({ value: { amount: 1, currency: 'EUR' } }),
      'OFFER_TERMS_INVALID',
      'value.currency',
    ],
    [
      'an offer that exists',
      () =>
        kairos.data(
          `mutation ($terms: OfferTermsInput!) { answer: draftOffer(offerId: "fuel", terms: $terms) { ${refusal} } }`,
          { terms: { ...offerTerms, name: 'Other' } },
        ),
      'OFFER_EXISTS',
      'offerId',
    ],
    [
      'a stale revision',
      () =>
        kairos.data(
          `mutation ($terms: OfferTermsInput!) { answer: reviseOffer(offerId: "fuel", terms: $terms, basedOn: 7) { ${refusal} } }`,
          { terms: offerTerms },
        ),
      'REVISION_STALE',
      'basedOn',
    ],
    [
      'an unknown offer',
      () => kairos.data(`mutation { answer: submitOffer(offerId: "nope") { ${refusal} } }`),
      'OFFER_UNKNOWN',
      'offerId',
    ],
    [
      'an offer id with a space',
      () =>
        kairos.data(
          `mutation ($terms: OfferTermsInput!) { answer: draftOffer(offerId: "a b", terms: $terms) { ${refusal} } }`,
          { terms: offerTerms },
        ),
      'OFFER_ID_INVALID',
      'offerId',
    ],
    [
      'a formula that is not a number',
      () => placement({ ranking: { method: 'FORMULA', formula: '"x"' } }),
      'PLACEMENT_FORMULA_INVALID',
      'ranking.formula',
    ],
    [
      'a quiet hour that is no time',
      () => placement({ quietHours: { from: '25:00', to: '08:00' } }),
      'PLACEMENT_TERMS_INVALID',
      'quietHours.from',
    ],
    [
      'an unknown time zone',
      () =>
        kairos.data(`mutation { answer: registerCustomer(customerId: "dora", timeZone: "Mars/Base") { ${refusal} } }`),
      'TIME_ZONE_UNKNOWN',
      'timeZone',
    ],
    [
      'an undeclared attribute',
      () =>
        kairos.data(
          `mutation { answer: observeAttributes(customerId: "carl", attributes: { shoe: 9 }, source: "crm") { ${refusal} } }`,
        ),
      'ATTRIBUTE_INVALID',
      'attributes.shoe',
    ],
    [
      'an attribute of the wrong type',
      () =>
        kairos.data(
          `mutation { answer: observeAttributes(customerId: "carl", attributes: { age: "old" }, source: "crm") { ${refusal} } }`,
        ),
      'ATTRIBUTE_INVALID',
      'attributes.age',
    ],
    [
      'attributes that are a list',
      () =>
        kairos.data(
          `mutation { answer: observeAttributes(customerId: "carl", attributes: [], source: "crm") { ${refusal} } }`,
        ),
      'ATTRIBUTE_INVALID',
      'attributes',
    ],
    [
      'a moment that is a number',
      () => kairos.data(`mutation { answer: observeInteraction(interactionId: "nope", attributes: 7) { ${refusal} } }`),
      'CONTEXT_INVALID',
      'attributes',
    ],
    [
      'an unknown customer',
      () => kairos.data(`mutation { answer: joinAudiences(customerId: "nobody", audiences: ["a"]) { ${refusal} } }`),
      'CUSTOMER_UNKNOWN',
      'customerId',
    ],
    [
      'an outcome of an unknown decision',
      () => outcome({ decisionId: 'carl_202611_nope', offerId: 'fuel', kind: 'CLICKED' }),
      'DECISION_UNKNOWN',
      'decisionId',
    ],
    [
      'an outcome of a decision id that is none',
      () => outcome({ decisionId: 'nope', kind: 'CLICKED' }),
      'DECISION_UNKNOWN',
      'decisionId',
    ],
    [
      'an outcome of another offer',
      () => outcome({ decisionId, offerId: 'other', kind: 'CLICKED' }),
      'OFFER_NOT_IN_DECISION',
      'offerId',
    ],
    ['an outcome that only Kairos records', () => outcome({ decisionId, kind: 'EXPIRED' }), 'OUTCOME_INVALID', 'kind'],
    [
      'a postponement into the past',
      () => outcome({ decisionId, kind: 'POSTPONED', until: '2020-01-01T00:00:00Z' }),
      'UNTIL_NOT_LATER',
      'until',
    ],
    [
      'an unknown interaction',
      () => kairos.data(`mutation { answer: endInteraction(interactionId: "nope") { ${refusal} } }`),
      'INTERACTION_UNKNOWN',
      'interactionId',
    ],
  ])('%s', async (_, act, reason, field) => {
    const { answer } = await act();
    expect(answer).toMatchObject({ __typename: 'KairosRefused', reason, field });
    expect(answer.rule).toMatch(/^.{10,}[.]$/s);
  });

  it('a CEL problem names its position in the expression', async () => {
    const { answer } = await draft({ eligibility: [{ name: 'grown up', expression: 'true && profile.agee > 1' }] });
    expect(answer.rule).toContain('grown up');
    expect(answer.rule).toMatch(/position \d+|offset \d+|character \d+/);
  });

  it('an outcome after the expiry is refused', async () => {
    const now = kairos.at;
    const { nextBestOffer } = await kairos.data(askDecision, { placement: 'home', context: { customerId: 'carl' } });
    kairos.at = later(now, 61);
    const { answer } = await outcome({ decisionId: nextBestOffer.id, kind: 'PRESENTED' });
    kairos.at = now;
    expect(answer).toMatchObject({ reason: 'DECISION_EXPIRED' });
    eventsBefore = await kairos.events();
  });

  it('a bad signal does not sink its neighbours', async () => {
    const at = kairos.at;
    const signals = [
      { customerId: 'carl', signalId: 's-1', kind: 'VIEW', observedAt: at, sku: 'sku-1' },
      { customerId: 'carl', signalId: 's-2', kind: 'VIEW', observedAt: later(at, 3600) },
      { customerId: 'carl', signalId: 's-3', kind: 'PURCHASE', observedAt: at, amount: -5 },
      { customerId: 'carl', signalId: 's-1', kind: 'VIEW', observedAt: at, sku: 'sku-1' },
    ];
    const { recordSignals } = await kairos.data(
      `mutation ($signals: [SignalInput!]!) { recordSignals(signals: $signals) { results {
        __typename ... on SignalRecorded { signalId alreadyRecorded } ... on KairosRefused { reason field } } } }`,
      { signals },
    );
    expect(recordSignals.results).toEqual([
      { __typename: 'SignalRecorded', signalId: 's-1', alreadyRecorded: false },
      { __typename: 'KairosRefused', reason: 'SIGNAL_IN_FUTURE', field: 'observedAt' },
      { __typename: 'KairosRefused', reason: 'SIGNAL_INVALID', field: 'amount' },
      { __typename: 'SignalRecorded', signalId: 's-1', alreadyRecorded: true },
    ]);
    expect(await kairos.events()).toBe(++eventsBefore);
  });

  it('nor does an id that no rule would ever admit', async () => {
    const long = 'x'.repeat(201);
    const { recordSignals, recordOutcomes } = await kairos.data(
      `mutation ($at: DateTime!, $long: ID!) {
        recordSignals(signals: [{ customerId: $long, signalId: "s", kind: VIEW, observedAt: $at },
          { customerId: "carl", signalId: "s-1", kind: VIEW, observedAt: $at }]) { results {
          ... on SignalRecorded { alreadyRecorded } ... on KairosRefused { reason field } } }
        recordOutcomes(outcomes: [{ decisionId: $long, kind: CLICKED }, { decisionId: "nope", kind: CLICKED },
          { decisionId: "nope", offerId: $long, kind: CLICKED }]) { results { ... on KairosRefused { reason field } } } }`,
      { at: kairos.at, long },
    );
    expect(recordSignals.results).toEqual([
      { reason: 'CUSTOMER_ID_INVALID', field: 'customerId' },
      { alreadyRecorded: true },
    ]);
    expect(recordOutcomes.results.map(({ reason }: Json) => reason)).toEqual([
      'DECISION_UNKNOWN',
      'DECISION_UNKNOWN',
      'OFFER_NOT_IN_DECISION',
    ]);
  });

  it('an outcome that comes twice is recorded once, and the second answer says so', async () => {
    const mutation = `mutation ($id: ID!) { recordOutcomes(outcomes: [{ decisionId: $id, kind: CLICKED }]) {
      results { ... on OutcomeRecorded { alreadyRecorded } } } }`;
    const first = await kairos.data(mutation, { id: decisionId });
    eventsBefore = await kairos.events();
    const second = await kairos.data(mutation, { id: decisionId });
    expect(first.recordOutcomes.results).toEqual([{ alreadyRecorded: false }]);
    expect(second.recordOutcomes.results).toEqual([{ alreadyRecorded: true }]);
  });
});
