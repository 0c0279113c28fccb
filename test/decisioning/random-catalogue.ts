// Random catalogues, customers and moments from a seed, made of everything that the funnel looks at.
import type { CapRule } from '../../src/decisioning/caps.ts';
import type { OfferTerms } from '../../src/decisioning/catalogue.ts';
import type { Features } from '../../src/decisioning/facts.ts';
import { unitOf } from '../../src/decisioning/seeded-random.ts';
import type { Differences } from './situation.ts';

const first = '2026-11-20T00:00:00.000Z';
const instants = [first, '2026-11-21T18:00:00.000Z', '2026-11-21T19:00:00.000Z', '2026-12-01T00:00:00.000Z'];

const expressions = [
  'context.page == "home"',
  'context.page == "checkout"',
  'context.page != "home"',
  '!has(context.page) || context.page == "home"',
  'context.page == "search" || !has(context.page)',
  '!has(context.basketValue) || context.basketValue < 300',
  'has(context.page) && context.page == "home"',
  '!has(profile.age)',
  '"beef" in features.spendByCategory',
  'features.spendByCategory["beef"] > 100',
  'context.page in ["home", "search"]',
  'context.page in ["home", "checkout"] && context.page != "checkout"',
  'context.basketValue > 500',
  'context.basketValue >= 500',
  'context.basketValue < 500',
  'context.basketValue <= 500 && context.basketValue > 100',
  '100 <= context.basketValue',
  'context.basketValue > 500 && context.basketValue < 300',
  'context.basketValue == 500',
  'profile.age == "35-44"',
  'profile.age in ["35-44", "45-54"]',
  'profile.age == "35-44" && profile.age == "45-54"',
  'profile.age >= "35-44"',
  'has(profile.income)',
  'profile.income == "50-74K" || context.page == "home"',
  'features.views.h24 >= 3',
  'features.views.h24 < 3 && features.cartAdds.d7 == 1',
  'features.minutesSinceLastSeen < 60.0',
  'history.presented("o1") == 0',
  'history.contacts < 3',
  '"loyal" in profile.audiences',
  'size(profile.audiences) > 1',
  '1 / context.basketValue < 1',
];

/** Draws from a seed, one after the other. */
export function createDraws(seed: string) {
  let drawn = 0;
  const unit = () => unitOf(`${seed}|${drawn++}`);
  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    chance: (share: number) => unit() < share,
    below,
    one: <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item,
    some: <Item>(items: readonly Item[], most: number): Item[] =>
      Array.from({ length: below(most + 1) }, () => items[below(items.length)] as Item),
  };
}

export type Draws = ReturnType<typeof createDraws>;

export function randomOffer(draws: Draws): Partial<OfferTerms> & { state?: 'LIVE' | 'PAUSED' } {
  const { chance, one, some, below } = draws;
  const conditions = (most: number) =>
    some(expressions, most).map((expression, index) => ({ name: `condition ${index}`, expression }));
  return {
    ...(chance(0.1) && { state: 'PAUSED' as const }),
    category: one(['grocery', 'fuel']),
    tags: some(['fuel', 'family'], 2),
    purposes: some(['marketing', 'personalisation', 'service'], 2),
    audiences: chance(0.6) ? [] : some(['loyal', 'new', 'lapsed'], 2),
    eligibility: conditions(3),
    value: { amount: 100 * below(20), currency: 'USD' },
    propensity: below(10) / 10,
    priority: below(3),
    contextWeights: conditions(2).map((condition) => ({ ...condition, percent: 30 * below(10) - 90 })),
    treatments: some(['WEB', 'WEB', 'APP'] as const, 3).map((channel) => ({ channel, headline: 'For you' })),
    startAt: one(instants.slice(0, 3)),
    ...(chance(0.5) && { endAt: one(instants.slice(1)) }),
    rolloutShare: one([1, 1, 0.5, 0]),
    caps: chance(0.4) ? [cap(draws)] : [],
    suppression: {
      ...(chance(0.3) && { afterDecline: { seconds: 3600, doubling: chance(0.5) } }),
      ...(chance(0.3) && { afterAcceptanceSeconds: 7200 }),
      neverAfter: some(['o1', 'o2', 'toString'], 1).map((offerId) => ({ offerId, outcome: 'PRESENTED' as const })),
    },
    ...(chance(0.3) && {
      trigger: {
        signal: one(['VIEW', 'SEARCH']),
        ...(chance(0.3) && { category: one(['beef', 'pork']) }),
        atLeast: 1 + below(2),
        withinSeconds: one([3600, 86_400]),
      },
    }),
  };
}

/** Of equal names what is counted is the same, as the usage of a situation has it. */
function cap({ chance, one, below }: Draws): CapRule {
  const [name, scope] = one([
    ['cap 0', { kind: 'OFFER' }],
    ['cap 1', { kind: 'EVERYTHING' }],
    ['cap 2', { kind: 'TAG', tag: 'fuel' }],
    ['cap 3', { kind: 'CHANNEL', channel: 'APP' }],
  ] as const);
  return {
    name,
    counts: 'IMPRESSION',
    scope,
    subject: name === 'cap 0' && chance(0.3) ? 'TOTAL' : 'CUSTOMER',
    limit: below(5),
    window: { kind: 'LIFETIME' },
    ...(chance(0.5) && { strict: false }),
  };
}

export function randomFeatures({ chance, below }: Draws): Partial<Features> {
  const windows = { h1: 0, h24: below(6), d7: below(2), d30: 9, d90: 9 };
  const spendByCategory = chance(0.5) ? { beef: 50 * below(5) } : {};
  return {
    counts: { VIEW: windows, CART_ADD: windows },
    spendByCategory,
    ...(chance(0.7) && { lastSeenAt: Date.parse(first) }),
  };
}

/** A placement, a customer and a moment; of the offers only the ids matter here. */
export function randomMoment(draws: Draws, offerIds: readonly string[]): Omit<Differences, 'offers'> {
  const { chance, one, some, below } = draws;
  const contact = () => ({
    presented: below(3),
    declined: below(3),
    ...(chance(0.5) && { lastPresentedAt: one(instants.slice(0, 2)) }),
    ...(chance(0.5) && { lastDeclinedAt: '2026-11-21T17:30:00.000Z' }),
    ...(chance(0.3) && { lastAcceptedAt: '2026-11-21T17:30:00.000Z' }),
    ...(chance(0.3) && { postponedUntil: one(instants) }),
  });
  return {
    at: one(instants),
    placement: {
      ...(chance(0.03) && { retired: true }),
      slots: one([1, 1, 3]),
      ranking: one([
        { method: 'ARITHMETIC' },
        { method: 'PRIORITY' },
        { method: 'FORMULA', formula: 'value * propensity + double(features.views.h24 + history.presented("o3"))' },
      ]),
      cadence: one(['REAL_TIME', 'REAL_TIME', 'BATCH']),
      ...(chance(0.3) && { minimumPropensity: 0.3 }),
      ...(chance(0.2) && { coolingWindow: { seconds: 60, scope: 'CHANNEL' as const } }),
      ...(chance(0.1) && { quietHours: { from: '17:00', to: '18:30' } }),
      ...(chance(0.5) && { fallbackOfferId: one(offerIds) }),
      explorationShare: one([0, 0.3]),
      caps: chance(0.3) ? [cap(draws)] : [],
    },
    context: {
      ...(chance(0.8) && { page: one(['home', 'checkout', 'search', 'other']) }),
      ...(chance(0.8) && { basketValue: one([0, 100, 101, 300, 499, 500, 501, 9000]) }),
    },
    customer: {
      attributes: {
        ...(chance(0.7) && { age: one(['35-44', '45-54', '19-24']) }),
        ...(chance(0.5) && { income: '50-74K' }),
      },
      audiences: some(['loyal', 'new', 'other'], 3),
      consents: (['marketing', 'personalisation', 'service'] as const)
        .filter(() => chance(0.85))
        .map((purpose) => ({
          purpose,
          channel: 'WEB',
          state: chance(0.9) ? 'GRANTED' : 'WITHDRAWN',
          ...(chance(0.2) && { expiresAt: one(instants) }),
        })),
      signals: some(['VIEW', 'SEARCH', 'LOGIN'], 5).map((kind) => ({
        kind,
        ...(chance(0.5) && { category: one(['beef', 'pork']) }),
        at: one(instants.slice(0, 2)),
      })),
      history: Object.fromEntries(some(offerIds, 12).map((offerId) => [offerId, contact()])),
    },
    usage: { 'cap 0': below(3), 'cap 1': below(3), 'cap 2': below(3), 'cap 3': 4 },
    lastContact: chance(0.2) ? { 'channel:WEB': '2026-11-21T17:59:30.000Z' } : {},
  };
}

/** A model of any kind for some of the offers, or none. */
export function randomModel(draws: Draws, offerIds: readonly string[]): Pick<Differences, 'model' | 'scores'> {
  const { chance, one, some, below } = draws;
  const ids = [...new Set(some(offerIds, 20))];
  const propensity = () => below(11) / 10;
  const weights = [
    { attribute: 'profile.age', category: '35-44', weight: 1.5, unknown: -1 },
    { attribute: 'context.basketValue', weight: 0.002, unknown: 0.5 },
    { attribute: 'features.views.h24', weight: -0.3 },
    { attribute: 'features.lastViewedCategories', category: 'beef', weight: 2 },
    { attribute: 'history.contacts', weight: 0.25 },
    { attribute: 'profile.audiences', category: 'loyal', weight: 1 },
  ];
  const linear = () => ({ intercept: below(5) - 3, weights: weights.filter(() => chance(0.4)) });
  switch (one(['NONE', 'NONE', 'STATIC', 'LOGISTIC', 'EXTERNAL'])) {
    case 'STATIC': {
      const offers = ids.map((offerId) => ({ offerId, propensity: propensity() }));
      const categories = [{ category: 'beef', propensity: propensity() }];
      const others = chance(0.5) ? { default: propensity() } : {};
      return { model: { kind: 'STATIC', static: { offers, categories, ...others } } };
    }
    case 'LOGISTIC': {
      const offers = ids.map((offerId) => ({ offerId, ...linear() }));
      return { model: { kind: 'LOGISTIC', logistic: { offers, ...(chance(0.5) && { shared: linear() }) } } };
    }
    case 'EXTERNAL': {
      const external = { url: '', budgetMs: 1, attributes: [], sendsCustomerId: false, lastKnownSeconds: 0 };
      const score = () => ({ propensity: propensity(), source: one(['SCORED', 'LAST_KNOWN'] as const) });
      const scores = Object.fromEntries(ids.map((offerId) => [offerId, score()]));
      return { model: { kind: 'EXTERNAL', external }, ...(chance(0.8) && { scores }) };
    }
    default:
      return {};
  }
}
