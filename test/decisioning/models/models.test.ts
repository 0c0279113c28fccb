// What each kind of model says of offers, and what decisions make of it.
import { describe, expect, test } from 'vitest';
import type { LogisticModel, ModelTerms, StaticModel, Weight } from '../../../src/decisioning/catalogue.ts';
import { decide } from '../../../src/decisioning/decide.ts';
import { logistic } from '../../../src/decisioning/models/logistic-model.ts';
import { modelQuestionOf, mostOffersAsked } from '../../../src/decisioning/models/model-question.ts';
import { fillSlots } from '../../../src/decisioning/selection.ts';
import { type Differences, situation } from '../situation.ts';

function ranked(given: Differences) {
  const { catalogue, request, facts, contacts } = situation(given);
  return decide(catalogue, request, facts, contacts).survivors.ranked();
}
const propensities = (given: Differences) =>
  Object.fromEntries(ranked(given).map(({ offer, components }) => [offer.offerId, components.propensity]));
const sources = (given: Differences) =>
  Object.fromEntries(ranked(given).map(({ offer, propensityFrom }) => [offer.offerId, propensityFrom?.source]));

const offers = {
  a: { propensity: 0.1, category: 'beef' },
  b: { propensity: 0.2, category: 'beef' },
  c: { propensity: 0.3, category: 'fish' },
};
const table = (model: Partial<StaticModel>): ModelTerms => ({
  kind: 'STATIC',
  static: { offers: [], categories: [], ...model },
});
const formula = (model: Partial<LogisticModel>): ModelTerms => ({
  kind: 'LOGISTIC',
  logistic: { offers: [], ...model },
});

describe('a table', () => {
  test('gives an offer its propensity, else that of its category, else that of all others', () => {
    const byOffer = [{ offerId: 'a', propensity: 0.5 }];
    const categories = [{ category: 'beef', propensity: 0.6 }];
    const all = { offers, model: table({ offers: byOffer, categories, default: 0.7 }) };
    expect(propensities(all)).toEqual({ a: 0.5, b: 0.6, c: 0.7 });
  });

  test('leaves an offer of which it says nothing its own', () => {
    const given = { offers, model: table({ offers: [{ offerId: 'a', propensity: 0 }] }) };
    expect(propensities(given)).toEqual({ a: 0, b: 0.2, c: 0.3 });
    expect(sources(given)).toEqual({ a: 'SCORED', b: 'PRIOR', c: 'PRIOR' });
  });
});

describe('a formula', () => {
  const shared = (...weights: Weight[]) => formula({ shared: { intercept: -1, weights } });
  const first = (given: Partial<Differences>) => propensities({ offers: { a: {} }, ...given }).a;

  test('is 1 / (1 + e^−z), from 0 to 1 whatever z is', () => {
    expect(logistic(0)).toBe(0.5);
    // Of the tables of the standard logistic distribution.
    expect(logistic(1)).toBeCloseTo(0.7310585786300049, 15);
    expect(logistic(-2)).toBeCloseTo(0.11920292202211755, 15);
    expect([1e12, -1e12, 710, -746].map(logistic)).toEqual([1, 0, 1, 0]);
  });

  test('adds what is of all offers and what is of one', () => {
    const model = formula({
      shared: { intercept: -1, weights: [{ attribute: 'context.basketValue', weight: 0.01 }] },
      offers: [{ offerId: 'b', intercept: 0.5, weights: [{ attribute: 'context.basketValue', weight: 0.02 }] }],
    });
    expect(propensities({ offers, model, context: { basketValue: 100 } })).toEqual({
      a: logistic(-1 + 1),
      b: logistic(-1 + 1 + (0.5 + 2)),
      c: logistic(-1 + 1),
    });
  });

  test('without a part of all offers knows only those that it lists', () => {
    const given = { offers, model: formula({ offers: [{ offerId: 'b', intercept: 1, weights: [] }] }) };
    expect(propensities(given)).toEqual({ a: 0.1, b: logistic(1), c: 0.3 });
    expect(sources(given)).toEqual({ a: 'PRIOR', b: 'SCORED', c: 'PRIOR' });
  });

  test.each<[string, Weight, Partial<Differences>, number]>([
    ['a number, times it', { attribute: 'context.basketValue', weight: 0.5 }, { context: { basketValue: 3 } }, 1.5],
    ['a number that is not known, nothing', { attribute: 'context.basketValue', weight: 0.5 }, {}, 0],
    ['what is not known, what it says', { attribute: 'context.basketValue', weight: 0.5, unknown: 2 }, {}, 2],
    [
      'what is known, nothing of what it says of the unknown',
      { attribute: 'context.basketValue', weight: 0.5, unknown: 2 },
      { context: { basketValue: 0 } },
      0,
    ],
    [
      'a text that is the one',
      { attribute: 'context.page', category: 'home', weight: 2 },
      { context: { page: 'home' } },
      2,
    ],
    [
      'a text that is another',
      { attribute: 'context.page', category: 'home', weight: 2 },
      { context: { page: 'till' } },
      0,
    ],
    ['a text that is not known', { attribute: 'context.page', category: 'home', weight: 2, unknown: 3 }, {}, 3],
    [
      'a list that has it',
      { attribute: 'profile.audiences', category: 'loyal', weight: 2 },
      { customer: { audiences: ['new', 'loyal'] } },
      2,
    ],
    [
      'a list that has it not',
      { attribute: 'profile.audiences', category: 'loyal', weight: 2 },
      { customer: { audiences: ['new'] } },
      0,
    ],
    ['an attribute that the vocabulary has no more', { attribute: 'profile.shoes', weight: 2, unknown: 4 }, {}, 4],
    [
      'an attribute of another type',
      { attribute: 'context.basketValue', weight: 2 },
      { context: { basketValue: 'x' } },
      0,
    ],
  ])('counts of %s', (_, weight, given, worth) => {
    expect(first({ model: shared(weight), ...given })).toBe(logistic(-1 + worth));
  });

  test('is a probability whatever is known, and however large', () => {
    const large: Weight[] = [
      { attribute: 'context.basketValue', weight: 1e6 },
      { attribute: 'features.minutesSinceLastSeen', weight: -1e6 },
    ];
    for (const basketValue of [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0, Number.NaN]) {
      const propensity = first({ model: shared(...large), context: { basketValue } }) as number;
      expect(propensity).toBeGreaterThanOrEqual(0);
      expect(propensity).toBeLessThanOrEqual(1);
    }
  });

  test('gives each customer another best offer', () => {
    const weights = [{ attribute: 'context.page', category: 'till', weight: 5 }];
    const model = formula({ offers: [{ offerId: 'a', intercept: -3, weights }] });
    const best = (page: string) => ranked({ offers, model, context: { page } })[0]?.offer.offerId;
    expect([best('home'), best('till')]).toEqual(['c', 'a']);
  });
});

describe('a decision', () => {
  test('rejects who is below the minimum by the model, and keeps who is above it by the model alone', () => {
    const model = table({
      offers: [
        { offerId: 'a', propensity: 0.9 },
        { offerId: 'c', propensity: 0.01 },
      ],
    });
    const { catalogue, request, facts, contacts } = situation({
      offers,
      model,
      placement: { minimumPropensity: 0.25 },
    });
    const { survivors, rejections, counts } = decide(catalogue, request, facts, contacts, { explain: true });
    expect(survivors.ranked().map(({ offer }) => offer.offerId)).toEqual(['a']);
    expect(rejections.flat().map(({ offerId, reason }) => [offerId, reason])).toEqual([
      ['b', 'PROPENSITY_TOO_LOW'],
      ['c', 'PROPENSITY_TOO_LOW'],
    ]);
    expect(counts).toEqual({ PROPENSITY_TOO_LOW: 2 });
  });

  test('keeps the facts that a formula reads of the customer', () => {
    const weights = [{ attribute: 'features.lastViewedCategories', category: 'beef', weight: 2 }];
    const { catalogue, request, facts, contacts } = situation({
      offers,
      model: formula({ shared: { intercept: 0, weights } }),
    });
    const known = { ...facts, features: { ...facts.features, lastViewedCategories: ['beef'] } };
    const asked = decide(catalogue, request, known, contacts).askedFacts();
    expect(asked.features.lastViewedCategories).toEqual(['beef']);
  });

  test('says what it is without a model where the model is retired, or not there', () => {
    const { catalogue, request, facts, contacts } = situation({ offers, model: table({ default: 0.9 }) });
    const [model] = catalogue.models.values();
    if (!model) throw new Error('the situation has no model');
    const retired = catalogue.with({
      offers: [],
      placements: [],
      withdrawn: [],
      models: [{ ...model, retired: true }],
      position: '8',
    });
    const best = (snapshot: typeof catalogue) =>
      fillSlots(decide(snapshot, request, facts, contacts), request, new Set()).chosen[0]?.candidate.components
        .propensity;
    expect([best(catalogue), best(retired), best(catalogue)]).toEqual([0.9, 0.3, 0.9]);
    expect(ranked({ offers, placement: { model: 'nobody' } })[0]?.propensityFrom).toBeUndefined();
  });
});

describe('a service', () => {
  const model = (attributes: readonly string[] = []): ModelTerms => ({
    kind: 'EXTERNAL',
    external: { url: 'https://scores.example', budgetMs: 50, attributes, sendsCustomerId: false, lastKnownSeconds: 0 },
  });
  function questionOf(given: Differences) {
    const { catalogue, request, facts, contacts } = situation(given);
    return modelQuestionOf(catalogue, request, facts, contacts);
  }

  test('is asked about those whom every other stage lets through, those below the minimum too', () => {
    const question = questionOf({
      offers: { ...offers, away: { audiences: ['nobody'] }, off: { state: 'PAUSED' } },
      model: model(),
      placement: { minimumPropensity: 0.9 },
    });
    expect(question?.offers).toEqual(['a', 'b', 'c']);
    expect(question?.model).toMatchObject({ modelId: 'm', revision: 3 });
  });

  test('is told the attributes that it names, as far as they are known', () => {
    const question = questionOf({
      offers,
      model: model(['context.page', 'context.campaign', 'profile.audiences', 'features.views.h24']),
      context: { page: 'home', basketValue: 3 },
      customer: { audiences: ['loyal'] },
    });
    expect(question?.attributes).toEqual({
      'context.page': 'home',
      'profile.audiences': ['loyal'],
      'features.views.h24': 0,
    });
  });

  test('is not asked where there is nobody to ask about, or nothing is known of the customer', () => {
    expect(questionOf({ offers: { a: { audiences: ['nobody'] } }, model: model() })).toBeUndefined();
    expect(questionOf({ offers, model: model(), isBlind: true })).toBeUndefined();
    expect(questionOf({ offers, model: table({ default: 0.5 }) })).toBeUndefined();
    expect(questionOf({ offers })).toBeUndefined();
  });

  test('is asked about so many at most: those that would be first by themselves', () => {
    const many = Object.fromEntries(
      Array.from({ length: mostOffersAsked + 100 }, (_, index) => [`o${index}`, { propensity: index / 1000 }]),
    );
    const asked = questionOf({ offers: many, model: model() })?.offers ?? [];
    expect(asked).toHaveLength(mostOffersAsked);
    expect(asked[0]).toBe(`o${mostOffersAsked + 99}`);
    expect(asked).not.toContain('o99');
  });

  test('counts for what it said, and for nothing else', () => {
    const given = {
      offers,
      model: model(),
      scores: {
        a: { propensity: 0.8, source: 'SCORED' as const },
        b: { propensity: 0.7, source: 'LAST_KNOWN' as const },
      },
    };
    expect(propensities(given)).toEqual({ a: 0.8, b: 0.7, c: 0.3 });
    expect(sources(given)).toEqual({ a: 'SCORED', b: 'LAST_KNOWN', c: 'PRIOR' });
    expect(propensities({ offers, model: model() })).toEqual({ a: 0.1, b: 0.2, c: 0.3 });
  });
});
