// What may happen to a model, who may bring it into use, and what its terms must be.
import { describe, test } from 'vitest';
import { createModelDecider, type ModelCommand } from '../../src/aggregates/model/decider.ts';
import { type ModelEvent, type ModelTerms, modelEvent, type Weight } from '../../src/aggregates/model/events.ts';
import { scenario } from './scenario.ts';

const types: Readonly<Record<string, string>> = {
  'profile.age': 'int',
  'profile.member': 'bool',
  'profile.tier': 'string',
  'profile.audiences': 'list<string>',
};
const decider = createModelDecider({
  attributeType: (name) => types[name],
  addressProblem: (url) => (url.startsWith('https://scores.example/') ? undefined : 'is not of an origin to be asked'),
});
const model = scenario(decider, modelEvent);

const shares: ModelTerms = {
  name: 'Last season',
  kind: 'STATIC',
  static: { offers: [{ offerId: 'fuel', propensity: 0.2 }], categories: [{ category: 'fuel', propensity: 0.1 }] },
};
const formula: ModelTerms = {
  name: 'By age',
  kind: 'LOGISTIC',
  logistic: {
    shared: {
      intercept: -2,
      weights: [
        { attribute: 'profile.age', weight: 0.01, unknown: 0.4 },
        { attribute: 'profile.tier', category: 'gold', weight: 1 },
        { attribute: 'profile.tier', category: 'silver', weight: 0.5 },
        { attribute: 'profile.audiences', category: 'drivers', weight: 1 },
        { attribute: 'profile.member', weight: 1 },
      ],
    },
    offers: [{ offerId: 'fuel', intercept: 1, weights: [] }],
  },
};
const service: ModelTerms = {
  name: 'Of the data team',
  kind: 'EXTERNAL',
  external: {
    url: 'https://scores.example/v1',
    budgetMs: 40,
    attributes: ['profile.age'],
    sendsCustomerId: false,
    lastKnownSeconds: 3600,
  },
};
const data = (revision: number, terms: ModelTerms, author = 'ann') => ({ modelId: 'm', revision, author, terms });
const defined: ModelEvent = { type: 'ModelDefined', data: data(1, shares) };
const revised: ModelEvent = { type: 'ModelRevised', data: data(2, formula) };
const approved = (revision: number): ModelEvent => ({
  type: 'ModelApproved',
  data: { modelId: 'm', revision, by: 'bob' },
});
const retired: ModelEvent = { type: 'ModelRetired', data: { modelId: 'm', by: 'bob', reason: 'over' } };

const define = (terms: unknown = shares, modelId = 'm'): ModelCommand => ({
  type: 'DefineModel',
  modelId,
  by: 'ann',
  terms: terms as ModelTerms,
});
const revise = (terms: ModelTerms = formula, basedOn?: number, by = 'ann'): ModelCommand => ({
  type: 'ReviseModel',
  modelId: 'm',
  by,
  terms,
  basedOn,
});
const approve = (by = 'bob', basedOn?: number): ModelCommand => ({ type: 'ApproveModel', modelId: 'm', by, basedOn });
const retire = (reason = 'over', basedOn?: number): ModelCommand => ({
  type: 'RetireModel',
  modelId: 'm',
  by: 'bob',
  reason,
  basedOn,
});

describe('defining and revising', () => {
  test('a new model is revision 1', () => model.when(define()).thenRecorded(defined));
  test('the same definition again is already so', () => model.given(defined).when(define()).thenNothing());
  test('another definition under the same id is refused', () =>
    model.given(defined).when(define(formula)).thenRefused('MODEL_EXISTS', { field: 'modelId', rule: 'm exists' }));
  test('an id that is not opaque is refused', () =>
    model.when(define(shares, 'my model')).thenRefused('MODEL_ID_INVALID', { field: 'modelId' }));
  test('other terms are the next revision', () => model.given(defined).when(revise()).thenRecorded(revised));
  test('equal terms are no revision, though their base is stale by then', () =>
    model.given(defined, revised).when(revise(formula, 1)).thenNothing());
  test('a revision of an older one is refused with the current one', () =>
    model
      .given(defined, revised)
      .when(revise(shares, 1))
      .thenRefused('REVISION_STALE', { field: 'basedOn', rule: 'at revision 2' }));
  test('what was never defined is refused', () =>
    model.when(revise()).thenRefused('MODEL_UNKNOWN', { field: 'modelId' }));
  test('what is retired is refused', () => {
    model.given(defined, retired).when(revise()).thenRefused('MODEL_RETIRED');
    model.given(defined, retired).when(define()).thenRefused('MODEL_RETIRED');
  });
});

describe('approving', () => {
  test('brings the newest revision into use', () =>
    model.given(defined, revised).when(approve('bob', 2)).thenRecorded(approved(2)));
  test('again is already so', () => model.given(defined, approved(1)).when(approve()).thenNothing());
  test('is not for who wrote it', () =>
    model.given(defined).when(approve('ann')).thenRefused('APPROVER_IS_AUTHOR', { rule: 'ann wrote' }));
  test('is not for who wrote a part of what was not approved yet', () => {
    const byBob: ModelEvent = { type: 'ModelRevised', data: data(2, formula, 'bob') };
    model.given(defined, byBob).when(approve('ann')).thenRefused('APPROVER_IS_AUTHOR');
    model.given(defined, byBob).when(approve('bob')).thenRefused('APPROVER_IS_AUTHOR');
  });
  test('is for who wrote only what was approved before', () =>
    model
      .given(defined, approved(1), { type: 'ModelRevised', data: data(2, formula, 'cy') })
      .when(approve('ann'))
      .thenRecorded({ type: 'ModelApproved', data: { modelId: 'm', revision: 2, by: 'ann' } }));
  test.each(['anonymous', ''])('is for nobody in particular: %j', (by) =>
    model.given(defined).when(approve(by)).thenRefused('ACTOR_UNKNOWN'),
  );
  test('of a revision that somebody has replaced is refused', () =>
    model.given(defined, revised).when(approve('bob', 1)).thenRefused('REVISION_STALE', { field: 'basedOn' }));
  test('of nothing, or of what is retired, is refused', () => {
    model.when(approve()).thenRefused('MODEL_UNKNOWN');
    model.given(defined, retired).when(approve()).thenRefused('MODEL_RETIRED');
  });
});

describe('retiring', () => {
  test('takes a model out of use', () => model.given(defined).when(retire()).thenRecorded(retired));
  test('again is already so', () => model.given(defined, retired).when(retire()).thenNothing());
  test('what was never defined is refused', () => model.when(retire()).thenRefused('MODEL_UNKNOWN'));
  test('without a reason is refused', () =>
    model.given(defined).when(retire(' ')).thenRefused('REASON_INVALID', { field: 'reason' }));
  test('with a reason that nobody reads is refused', () =>
    model
      .given(defined)
      .when(retire('x'.repeat(1001)))
      .thenRefused('REASON_INVALID', { field: 'reason' }));
  test('an older revision is refused', () =>
    model.given(defined, revised).when(retire('over', 1)).thenRefused('REVISION_STALE'));
});

describe('terms', () => {
  const table = (changes: object) => ({ ...shares, static: { ...shares.static, ...changes } });
  const weighted = (weight: Partial<Weight>, ...more: Weight[]) => ({
    ...formula,
    logistic: {
      offers: [{ offerId: 'o', intercept: 0, weights: [{ attribute: 'profile.age', weight: 1, ...weight }, ...more] }],
    },
  });
  const asked = (changes: object) => ({ ...service, external: { ...service.external, ...changes } });
  const weights = 'logistic.offers.0.weights';
  test.each<[rule: string, field: string, terms: unknown]>([
    ['no terms', 'terms', null],
    ['an unknown kind', 'kind', { name: 'x', kind: 'MAGIC' }],
    ['the wrong part for its kind', 'static', { name: 'x', kind: 'STATIC', logistic: formula.logistic }],
    ['a propensity above 1', 'static.default', table({ default: 1.1 })],
    ['a propensity below 0', 'static.offers.0.propensity', table({ offers: [{ offerId: 'a', propensity: -0.1 }] })],
    ['a propensity that is no number', 'static.default', table({ default: Number.NaN })],
    [
      'an offer twice',
      'static.offers.1.offerId',
      table({ offers: [...shares.static.offers, ...shares.static.offers] }),
    ],
    [
      'a category twice',
      'static.categories.1.category',
      table({ categories: [...shares.static.categories, ...shares.static.categories] }),
    ],
    ['a table of nothing', 'static', table({ offers: [], categories: [] })],
    ['a formula of nothing', 'logistic', { ...formula, logistic: { offers: [] } }],
    ['an infinite weight', `${weights}.0.weight`, weighted({ weight: Number.POSITIVE_INFINITY })],
    ['a weight that is no number', `${weights}.0.unknown`, weighted({ unknown: Number.NaN })],
    ['a weight beyond all measure', `${weights}.0.weight`, weighted({ weight: 1e7 })],
    ['an unknown attribute', `${weights}.0.attribute`, weighted({ attribute: 'profile.shoeSize' })],
    ['a text without a category', `${weights}.0.category`, weighted({ attribute: 'profile.tier' })],
    ['a list without a category', `${weights}.0.category`, weighted({ attribute: 'profile.audiences' })],
    ['a number in a category', `${weights}.0.category`, weighted({ category: '42' })],
    ['an attribute twice', `${weights}.1`, weighted({}, { attribute: 'profile.age', weight: 2 })],
    [
      'an unknown attribute of all offers',
      'logistic.shared.weights.0.attribute',
      { ...formula, logistic: { offers: [], shared: { intercept: 0, weights: [{ attribute: 'x', weight: 1 }] } } },
    ],
    ['an address that may not be asked', 'external.url', asked({ url: 'https://elsewhere.example/' })],
    ['an unknown attribute to be sent', 'external.attributes.0', asked({ attributes: ['profile.shoeSize'] })],
    ['an attribute to be sent twice', 'external.attributes.1', asked({ attributes: ['profile.age', 'profile.age'] })],
    ['no time at all', 'external.budgetMs', asked({ budgetMs: 0 })],
    ['more time than anybody waits', 'external.budgetMs', asked({ budgetMs: 60_000 })],
    ['scores of the month before', 'external.lastKnownSeconds', asked({ lastKnownSeconds: 30 * 86_400 })],
  ])('%s: refused', (_, field, input) => model.when(define(input)).thenRefused('MODEL_TERMS_INVALID', { field }));
  test.each([
    ['a table', shares],
    ['a formula', formula],
    ['a service', service],
  ] as const)('%s: recorded', (_, terms) =>
    model.when(define(terms)).thenRecorded({ type: 'ModelDefined', data: data(1, terms) }),
  );
  test('are checked in a revision, too', () =>
    model
      .given(defined)
      .when(revise(table({ default: 2 }) as ModelTerms))
      .thenRefused('MODEL_TERMS_INVALID', { field: 'static.default' }));
});
