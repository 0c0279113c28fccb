// Random customers and moments for expressions: attributes that are missing or of another type than declared, all kinds of features.
import type { CustomerFacts, Windows } from '../../../src/decisioning/facts.ts';
import { noFeatures, unknownCustomer } from '../../../src/decisioning/facts.ts';
import type { AttributeType, Vocabulary } from '../../../src/decisioning/vocabulary.ts';
import type { Random } from '../../projections/random.ts';

const declared = (types: Readonly<Record<string, AttributeType>>) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, description: '' }]));

export const vocabulary: Vocabulary = {
  currency: 'EUR',
  purposes: {},
  profile: declared({
    tier: 'string',
    code: 'string',
    since: 'string',
    span: 'string',
    age: 'int',
    score: 'double',
    vip: 'bool',
    tags: 'list<string>',
  }),
  context: declared({ page: 'string', amount: 'int', ratio: 'double', mobile: 'bool', items: 'list<string>' }),
};

const texts = ['a', 'b', 'abc', 'GOLD', '', 'é', '😀', 'campaign-18', 'a\\d', 'A', 'toString'];
const values: Readonly<Record<string, readonly unknown[]>> = {
  code: ['12', '-7', '+5', '9223372036854775807', '9223372036854775808', 'x', '1.5', ' 1', '1e3', 'inf', 'NaN'],
  since: ['2026-11-21T18:00:00Z', '2021-01-01T00:00:00.500Z', '2026-13-01T00:00:00Z', 'yesterday'],
  span: ['1h', '36h', '-90s', '5', '1d'],
  string: texts,
  int: [0, 1, -1, 7, 100, -3, 41, 9007199254740991, -9007199254740991, -0],
  double: [0, 1.5, -2.25, 1e6, 0.1, 41, -0, 1e-9],
  bool: [true, false],
  'list<string>': [[], ['a'], ['a', 'b', 'a'], ['GOLD', 'é'], ['campaign-18']],
};
const wrong = ['x', 1.5, 7, true, null, ['a', 1], {}, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60];

export function randomAttributes({ oneOf, share }: Random, of: Vocabulary['profile']): Record<string, never> {
  const known = Object.entries(of).flatMap(([name, { type }]) => {
    const chance = share();
    if (chance < 0.15) return [];
    return [[name, oneOf(chance < 0.25 ? wrong : (values[name] ?? values[type] ?? []))]];
  });
  return Object.fromEntries(known);
}

/** At a whole second: with all of an instant's milliseconds the library's differences over decades are not exact. */
export function randomMoment(random: Random): { readonly at: number; readonly context: Record<string, unknown> } {
  const at = Date.parse('2026-11-21T18:00:00Z') + 1000 * random.below(100_000_000);
  return { at, context: randomAttributes(random, vocabulary.context) };
}

export function randomCustomer(random: Random, at: number): CustomerFacts {
  const { oneOf, below, share } = random;
  const some = <Of>(all: readonly Of[]) => all.filter(() => share() < 0.5);
  const windows = (): Windows => ({ h1: below(3), h24: below(9), d7: below(20), d30: below(50), d90: below(10_000) });
  const contacts = (offerId: string) => [
    offerId,
    {
      decided: 9,
      presented: below(4),
      clicked: below(3),
      accepted: below(2),
      declined: below(2),
      ...(share() < 0.5 && { lastPresentedAt: at - below(1e9), lastAcceptedAt: at - below(1e9) }),
      ...(share() < 0.5 && { lastClickedAt: at - below(1e9), lastDeclinedAt: at - below(1e9) }),
    },
  ];
  return {
    ...unknownCustomer('c1'),
    attributes: randomAttributes(random, vocabulary.profile),
    audiences: some(['campaign-18', 'a', 'GOLD']),
    features: {
      ...noFeatures,
      cartValue: oneOf([0, 7, 1250]),
      ...(share() < 0.7 && { lastSeenAt: at - below(1e8) }),
      lastViewedSkus: some(['a', 'b', 's2']),
      lastViewedCategories: some(['FUEL', 'abc']),
      counts: Object.fromEntries(some(['VIEW', 'SEARCH', 'CART_ADD']).map((kind) => [kind, windows()])),
      sums: Object.fromEntries(some(['PURCHASE']).map((kind) => [kind, windows()])),
      spendByCategory: Object.fromEntries(some(['FUEL', 'MILK', 'a', '__proto__']).map((name) => [name, below(9000)])),
    },
    contacts: Object.fromEntries(some(['a', 'b', 'GOLD']).map(contacts)),
  };
}
