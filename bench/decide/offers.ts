// A seeded catalogue of realistic offers: each with five conditions, consent to a purpose, caps, a value and a propensity.
import type { OfferTerms, PublishedOffer, PublishedPlacement } from '../../src/decisioning/catalogue.ts';
import { celOf, holds, type Subject, type Test } from './conditions.ts';
import type { Draw } from './draw.ts';
import {
  categories,
  devices,
  interests,
  type Person,
  placementId,
  purpose,
  regions,
  segments,
  tiers,
} from './people.ts';

/** An offer, and its conditions as data. */
export interface BenchOffer {
  readonly published: PublishedOffer;
  readonly tests: readonly Test[];
}

/**
 * Who is eligible for what: as in a catalogue of a real business (about 3 % of the offers for one customer); everybody for
 * everything, the worst case; or everybody for so many of the offers, and nobody for the others.
 */
export type Eligible = 'USUAL' | 'EVERYTHING' | number;

export const conditionsPerOffer = 5;
const day = 86_400;

/** How conditions on a subject are drawn: one that some customers meet, and one that all of them do, where there is such a thing. */
interface Kind {
  readonly some: (draw: Draw) => Test;
  readonly all?: (draw: Draw) => Test;
}

const kinds: readonly Kind[] = [
  text('context.category', categories, 4),
  text('context.device', devices, 2),
  text('profile.segment', segments, 3),
  text('profile.region', regions, 5),
  text('profile.tier', tiers, 2),
  {
    some: (draw) => {
      const from = 18 + 4 * draw.whole(0, 8);
      return { subject: 'profile.age', operator: 'between', from, below: from + 4 * draw.whole(5, 9) };
    },
    all: (draw) => ({
      subject: 'profile.age',
      operator: 'between',
      from: draw.whole(0, 18),
      below: draw.whole(80, 100),
    }),
  },
  number(
    'profile.tenureMonths',
    'at least',
    (draw) => 6 * draw.whole(0, 16),
    (draw) => -draw.whole(0, 16),
  ),
  number(
    'profile.churnRisk',
    'below',
    (draw) => draw.whole(1, 16) / 16,
    (draw) => draw.whole(1, 16),
  ),
  number(
    'context.basketValue',
    'at least',
    (draw) => 1000 * draw.whole(0, 16),
    (draw) => -1000 * draw.whole(0, 16),
  ),
  number(
    'features.views.h24',
    'at least',
    (draw) => draw.whole(1, 8),
    (draw) => -draw.whole(0, 8),
  ),
  number(
    'features.cartAdds.d7',
    'at least',
    (draw) => draw.whole(1, 5),
    (draw) => -draw.whole(0, 5),
  ),
  number(
    'features.purchases.d90',
    'at least',
    (draw) => draw.whole(1, 4),
    (draw) => -draw.whole(0, 4),
  ),
  { some: (draw) => ({ subject: 'profile.hasApp', operator: 'equals', value: draw.chance(0.7) }) },
  { some: (draw) => ({ subject: 'profile.interests', operator: 'includes', value: draw.one(interests) }) },
];
const kindsForAll = kinds.flatMap(({ all }) => all ?? []);

/** One value, the whole list but one value, or one of a list. */
function text(subject: Subject, values: readonly string[], most: number): Kind {
  return {
    some(draw) {
      const kind = draw.whole(0, 4);
      if (kind === 0) return { subject, operator: 'equals', value: draw.one(values) };
      if (kind === 1) return { subject, operator: 'differs', value: draw.one(values) };
      return { subject, operator: 'in', values: draw.some(values, draw.whole(2, most + 1)) };
    },
    all: (draw) =>
      draw.chance(0.5)
        ? { subject, operator: 'differs', value: `former-${draw.whole(0, 20)}` }
        : { subject, operator: 'in', values: [...values, `former-${draw.whole(0, 20)}`] },
  };
}

function number(
  subject: Subject,
  operator: 'at least' | 'below',
  some: (draw: Draw) => number,
  all: (draw: Draw) => number,
): Kind {
  return {
    some: (draw) => ({ subject, operator, value: some(draw) }),
    all: (draw) => ({ subject, operator, value: all(draw) }),
  };
}

/** @param people the customers for whom `eligible` is to be true. */
export function offersOf(draw: Draw, count: number, eligible: Eligible, people: readonly Person[]): BenchOffer[] {
  return Array.from({ length: count }, (_, index) => {
    const tests = testsOf(draw, index, eligible, people);
    const offerId = `offer-${String(index).padStart(6, '0')}`;
    return { published: { offerId, revision: 1, state: 'LIVE', terms: termsOf(draw, index, tests) }, tests };
  });
}

function testsOf(draw: Draw, index: number, eligible: Eligible, people: readonly Person[]): readonly Test[] {
  if (eligible === 'EVERYTHING' || (eligible !== 'USUAL' && index < eligible)) {
    return draw.some(kindsForAll, conditionsPerOffer).map((all) => all(draw));
  }
  for (;;) {
    const tests = draw.some(kinds, conditionsPerOffer).map(({ some }) => some(draw));
    const meets = ({ plain }: Person) => tests.every((test) => holds(test, plain));
    if (eligible === 'USUAL' || !people.some(meets)) return tests;
  }
}

function termsOf(draw: Draw, index: number, tests: readonly Test[]): OfferTerms {
  const category = categories[index % categories.length] ?? '';
  return {
    name: `Offer ${index}`,
    category,
    tags: [`brand-${index % 30}`],
    purposes: [purpose],
    audiences: [],
    eligibility: tests.map((test) => ({ name: `${test.subject} ${test.operator}`, expression: celOf(test) })),
    value: { amount: draw.whole(100, 10_000), currency: 'USD' },
    propensity: draw.whole(1, 300) / 1000,
    priority: draw.whole(0, 10),
    contextWeights: [
      { name: 'looks at it now', expression: `context.category == ${JSON.stringify(category)}`, percent: 50 },
    ],
    levers: draw.chance(0.2) ? [{ name: 'quarter goal', percent: 10 }] : [],
    treatments: [{ channel: 'WEB', headline: `Headline ${index}` }],
    creditWindowSeconds: 30 * day,
    ttlSeconds: 600,
    startAt: '2026-01-01T00:00:00.000Z',
    endAt: '2027-01-01T00:00:00.000Z',
    rolloutShare: 1,
    caps: [
      {
        name: 'three a week',
        counts: 'IMPRESSION',
        scope: { kind: 'OFFER' },
        subject: 'CUSTOMER',
        limit: 3,
        window: { kind: 'ROLLING', seconds: 7 * day },
      },
      {
        name: 'a million altogether',
        counts: 'ACCEPTANCE',
        scope: { kind: 'OFFER' },
        subject: 'TOTAL',
        limit: 1_000_000,
        window: { kind: 'LIFETIME' },
      },
    ],
    suppression: { afterDecline: { seconds: 30 * day, doubling: true }, neverAfter: [] },
  };
}

export const placement: PublishedPlacement = {
  placementId,
  revision: 1,
  retired: false,
  terms: {
    name: 'Home page',
    channel: 'WEB',
    slots: 3,
    ranking: { method: 'ARITHMETIC' },
    timeBudgetMs: 60_000,
    cadence: 'REAL_TIME',
    minimumPropensity: 0.001,
    explorationShare: 0,
    perCategoryLimit: 2,
    coolingWindow: { seconds: 1800, scope: 'PLACEMENT' },
    caps: [
      {
        name: 'ten a day here',
        counts: 'IMPRESSION',
        scope: { kind: 'EACH_PLACEMENT' },
        subject: 'CUSTOMER',
        limit: 10,
        window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' },
      },
    ],
  },
};
