// What conditions see: the facts of a customer and a moment under the names and types of CEL, converted only when asked for.
import type { Environment } from '@marcbachmann/cel-js';
import type { DecisionRequest } from './decision-request.ts';
import { type CelValue, celValue } from './declared-values.ts';
import type { CustomerFacts, Features, OfferContacts, Windows } from './facts.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The variables of a condition. Their values mean something only to the language that made them. */
export interface Scope {
  readonly profile: object;
  readonly context: object;
  readonly features: object;
  readonly history: object;
}

export type ScopeOf = (facts: CustomerFacts, request: Pick<DecisionRequest, 'at' | 'context'>) => Scope;

/** Hours or minutes since something that never happened. */
export const never = 1e9;

const noWindows: Windows = { h1: 0, h24: 0, d7: 0, d30: 0, d90: 0 };
const windowNames = ['h1', 'h24', 'd7', 'd30', 'd90'] as const;
const countedSignals = {
  views: 'VIEW',
  searches: 'SEARCH',
  cartAdds: 'CART_ADD',
  cartRemoves: 'CART_REMOVE',
  purchases: 'PURCHASE',
  logins: 'LOGIN',
} as const;
const outcomes = {
  presented: 'lastPresentedAt',
  clicked: 'lastClickedAt',
  accepted: 'lastAcceptedAt',
  declined: 'lastDeclinedAt',
} as const;

/**
 * Declares the types and variables of the scope in an environment, and gives the function that makes one.
 * @throws Error when the vocabulary declares a name that conditions could not use.
 */
export function declareScope(environment: Environment, vocabulary: Vocabulary): ScopeOf {
  const Profile = attributesOf('profile', vocabulary.profile, ['audiences']);
  Object.defineProperty(Profile.prototype, 'audiences', {
    get(this: Attributes) {
      return this[extra];
    },
  });
  const Context = attributesOf('context', vocabulary.context, []);
  environment
    .registerType('Profile', { ctor: Profile, fields: { ...typesOf(vocabulary.profile), audiences: 'list<string>' } })
    .registerType('Context', { ctor: Context, fields: typesOf(vocabulary.context) })
    .registerType('Windows', {
      ctor: WindowsScope,
      fields: Object.fromEntries(windowNames.map((name) => [name, 'int'])),
    })
    .registerType('Features', { ctor: FeaturesScope, fields: featureTypes })
    .registerType('History', { ctor: HistoryScope, fields: { contacts: 'int' } })
    .registerVariable('profile', 'Profile')
    .registerVariable('context', 'Context')
    .registerVariable('features', 'Features')
    .registerVariable('history', 'History');
  for (const [outcome, last] of Object.entries(outcomes) as [keyof typeof outcomes, LastAt][]) {
    const word = outcome.charAt(0).toUpperCase() + outcome.slice(1);
    environment
      .registerFunction(`History.${outcome}(string): int`, (history: HistoryScope, offerId: string) =>
        history.count(offerId, outcome),
      )
      .registerFunction(`History.hoursSince${word}(string): double`, (history: HistoryScope, offerId: string) =>
        history.hoursSince(offerId, last),
      );
  }
  return (facts, request) => ({
    profile: new Profile(facts.attributes, facts.audiences),
    context: new Context(request.context, []),
    features: new FeaturesScope(facts.features, request.at),
    history: new HistoryScope(facts.contacts, request.at),
  });
}

type LastAt = (typeof outcomes)[keyof typeof outcomes];

// The library tells types apart by constructor, so what it sees are instances of classes with getters.

const values = Symbol('values');
const extra = Symbol('extra');

interface Attributes {
  readonly [values]: Readonly<Record<string, unknown>>;
  readonly [extra]: readonly string[];
}

function attributesOf(
  variable: string,
  declared: Vocabulary['profile'],
  taken: readonly string[],
): new (
  values: Readonly<Record<string, unknown>>,
  extra: readonly string[],
) => Attributes {
  const Declared = class implements Attributes {
    readonly [values]: Readonly<Record<string, unknown>>;
    readonly [extra]: readonly string[];
    constructor(given: Readonly<Record<string, unknown>>, more: readonly string[]) {
      this[values] = given;
      this[extra] = more;
    }
  };
  for (const [name, { type }] of Object.entries(declared)) {
    if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) || name === 'constructor' || taken.includes(name)) {
      throw new Error(`the vocabulary cannot declare ${variable}.${name}: the name is not possible in conditions`);
    }
    Object.defineProperty(Declared.prototype, name, {
      get(this: Attributes): CelValue | undefined {
        return Object.hasOwn(this[values], name) ? celValue(type, this[values][name]) : undefined;
      },
    });
  }
  return Declared;
}

function typesOf(declared: Vocabulary['profile']): Record<string, string> {
  return Object.fromEntries(Object.entries(declared).map(([name, { type }]) => [name, type]));
}

class WindowsScope {
  readonly #windows: Windows;
  constructor(windows: Windows | undefined) {
    this.#windows = windows ?? noWindows;
  }
  get h1() {
    return whole(this.#windows.h1);
  }
  get h24() {
    return whole(this.#windows.h24);
  }
  get d7() {
    return whole(this.#windows.d7);
  }
  get d30() {
    return whole(this.#windows.d30);
  }
  get d90() {
    return whole(this.#windows.d90);
  }
}

const featureTypes: Record<string, string> = {
  ...Object.fromEntries(Object.keys(countedSignals).map((name) => [name, 'Windows'])),
  spend: 'Windows',
  cartValue: 'int',
  minutesSinceLastSeen: 'double',
  lastViewedSkus: 'list<string>',
  lastViewedCategories: 'list<string>',
  spendByCategory: 'map<string, int>',
};

class FeaturesScope {
  readonly #features: Features;
  #spendByCategory: Map<string, bigint> | undefined;
  readonly #at: number;
  constructor(features: Features, at: number) {
    this.#features = features;
    this.#at = at;
  }
  get views() {
    return new WindowsScope(this.#features.counts[countedSignals.views]);
  }
  get searches() {
    return new WindowsScope(this.#features.counts[countedSignals.searches]);
  }
  get cartAdds() {
    return new WindowsScope(this.#features.counts[countedSignals.cartAdds]);
  }
  get cartRemoves() {
    return new WindowsScope(this.#features.counts[countedSignals.cartRemoves]);
  }
  get purchases() {
    return new WindowsScope(this.#features.counts[countedSignals.purchases]);
  }
  get logins() {
    return new WindowsScope(this.#features.counts[countedSignals.logins]);
  }
  get spend() {
    return new WindowsScope(this.#features.sums.PURCHASE);
  }
  get cartValue() {
    return whole(this.#features.cartValue);
  }
  get minutesSinceLastSeen() {
    return this.#features.lastSeenAt === undefined ? never : (this.#at - this.#features.lastSeenAt) / 60_000;
  }
  get lastViewedSkus() {
    return this.#features.lastViewedSkus;
  }
  get lastViewedCategories() {
    return this.#features.lastViewedCategories;
  }
  /** Made once: many conditions of one decision ask for it. */
  get spendByCategory() {
    this.#spendByCategory ??= new Map(
      Object.entries(this.#features.spendByCategory).map(([name, amount]) => [name, whole(amount)]),
    );
    return this.#spendByCategory;
  }
}

class HistoryScope {
  readonly #contacts: CustomerFacts['contacts'];
  readonly #at: number;
  constructor(contacts: CustomerFacts['contacts'], at: number) {
    this.#contacts = contacts;
    this.#at = at;
  }
  get contacts() {
    let presented = 0;
    for (const offer of Object.values(this.#contacts)) presented += offer.presented;
    return whole(presented);
  }
  count(offerId: string, outcome: keyof typeof outcomes): bigint {
    return whole(this.#of(offerId)?.[outcome] ?? 0);
  }
  hoursSince(offerId: string, last: LastAt): number {
    const at = this.#of(offerId)?.[last];
    return at === undefined ? never : (this.#at - at) / 3_600_000;
  }
  #of(offerId: string): OfferContacts | undefined {
    return Object.hasOwn(this.#contacts, offerId) ? this.#contacts[offerId] : undefined;
  }
}

function whole(count: number): bigint {
  return BigInt(Math.trunc(count));
}
