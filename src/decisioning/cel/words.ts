// The words of conditions: what can be read of a customer and a moment, under which name and type.
import { knownValue, safeInteger } from '../declared-values.ts';
import type { OfferContacts, Windows } from '../facts.ts';
import { never, type Scope, type ScopeOf } from '../scope.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { Value } from './evaluation.ts';

/** One value of the scope. */
export interface Word {
  /** Names of the way to it: `profile age`, `features views h24`. */
  readonly path: readonly string[];
  /** In CEL. */
  readonly type: string;
  /** Undefined: not known. Found once per scope. */
  readonly value: (scope: Scope) => Value | undefined;
  /** Whether an item is in a list, or a key in a map; undefined: the list is not known. */
  readonly has: (scope: Scope, item: Value) => boolean | undefined;
  /** All that it has. */
  readonly items: (scope: Scope) => readonly Value[];
  /** Of a map: what is under a key; undefined: nothing. */
  readonly item: (scope: Scope, key: Value) => Value | undefined;
}

export interface Words {
  readonly all: readonly Word[];
  of(path: readonly string[]): Word | undefined;
  readonly scopeOf: ScopeOf;
}

const windowNames = ['h1', 'h24', 'd7', 'd30', 'd90'] as const;
/** Features that are windows, and where the facts have them. */
const windows: Readonly<Record<string, (scope: Scope) => Windows | undefined>> = {
  views: ({ facts }) => facts.features.counts.VIEW,
  searches: ({ facts }) => facts.features.counts.SEARCH,
  cartAdds: ({ facts }) => facts.features.counts.CART_ADD,
  cartRemoves: ({ facts }) => facts.features.counts.CART_REMOVE,
  purchases: ({ facts }) => facts.features.counts.PURCHASE,
  logins: ({ facts }) => facts.features.counts.LOGIN,
  spend: ({ facts }) => facts.features.sums.PURCHASE,
};

/** Functions of `history`, by their type: each of an offer id. */
export const ofHistory: Readonly<
  Record<
    string,
    { readonly type: 'int' | 'double'; readonly value: (scope: Scope, offerId: string) => Value | undefined }
  >
> = {
  presented: counted('presented'),
  clicked: counted('clicked'),
  accepted: counted('accepted'),
  declined: counted('declined'),
  hoursSincePresented: since('lastPresentedAt'),
  hoursSinceClicked: since('lastClickedAt'),
  hoursSinceAccepted: since('lastAcceptedAt'),
  hoursSinceDeclined: since('lastDeclinedAt'),
};

/** @throws Error when the vocabulary declares a name that conditions could not use. */
export function wordsOf(vocabulary: Vocabulary): Words {
  const all: Word[] = [];
  let slots = 0;
  const add = (path: readonly string[], type: string, find: (scope: Scope) => Value | undefined) => {
    all.push({ ...wordAt(slots, path, type, find), ...(type.startsWith('map') && inSpendByCategory) });
    slots += type.startsWith('list') ? 2 : 1;
  };
  for (const variable of ['profile', 'context'] as const) {
    for (const [name, { type }] of Object.entries(vocabulary[variable])) {
      const taken = name === 'constructor' || (variable === 'profile' && name === 'audiences');
      if (taken || !/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name)) {
        throw new Error(`the vocabulary cannot declare ${variable}.${name}: the name is not possible in conditions`);
      }
      const given = (scope: Scope) => (variable === 'profile' ? scope.facts.attributes : scope.context);
      add([variable, name], type, (scope) => {
        const values = given(scope);
        return Object.hasOwn(values, name) ? knownValue(type, values[name]) : undefined;
      });
    }
  }
  add(['profile', 'audiences'], 'list<string>', ({ facts }) => facts.audiences);
  for (const [name, windowsOf] of Object.entries(windows)) {
    for (const window of windowNames) {
      add(['features', name, window], 'int', (scope) => whole(windowsOf(scope)?.[window] ?? 0));
    }
  }
  add(['features', 'cartValue'], 'int', ({ facts }) => whole(facts.features.cartValue));
  add(['features', 'minutesSinceLastSeen'], 'double', ({ facts, at }) =>
    facts.features.lastSeenAt === undefined ? never : (at - facts.features.lastSeenAt) / 60_000,
  );
  add(['features', 'lastViewedSkus'], 'list<string>', ({ facts }) => facts.features.lastViewedSkus);
  add(['features', 'lastViewedCategories'], 'list<string>', ({ facts }) => facts.features.lastViewedCategories);
  add(['features', 'spendByCategory'], 'map<string, int>', spendByCategory);
  add(['history', 'contacts'], 'int', ({ facts }) => {
    let presented = 0;
    for (const offer of Object.values(facts.contacts)) presented += offer.presented;
    return whole(presented);
  });

  const byPath = new Map(all.map((word) => [word.path.join(' '), word]));
  const nothingRead = new Array<unknown>(slots).fill(unread);
  return {
    all,
    of: (path) => byPath.get(path.join(' ')),
    scopeOf: (facts, { at, context }) => ({ facts, at, context, read: nothingRead.slice() }),
  };
}

const unread = Symbol('unread');

/** A word keeps what it finds in a slot of the scope, and the set of a list in the next. */
function wordAt(slot: number, path: readonly string[], type: string, find: (scope: Scope) => Value | undefined): Word {
  const value = (scope: Scope): Value | undefined => {
    const known = scope.read[slot];
    if (known !== unread) return known as Value | undefined;
    const found = find(scope);
    scope.read[slot] = found;
    return found;
  };
  return {
    path,
    type,
    value,
    has(scope, item) {
      let items = scope.read[slot + 1];
      if (items === unread) {
        const list = value(scope);
        items = Array.isArray(list) ? new Set(list) : undefined;
        scope.read[slot + 1] = items;
      }
      return (items as ReadonlySet<Value> | undefined)?.has(item);
    },
    items(scope) {
      const list = value(scope);
      return Array.isArray(list) ? list : nothing;
    },
    item: () => undefined,
  };
}

const nothing: readonly Value[] = [];

/** Of the one map there is: asked for single keys it is not made. */
const inSpendByCategory: Pick<Word, 'has' | 'items' | 'item'> = {
  has: (scope, key) => spentOn(scope, key) !== undefined,
  items(scope) {
    const spent = scope.facts.features.spendByCategory;
    const keys = Object.keys(spent);
    return keys.every((key) => isWhole(spent[key])) ? keys : keys.filter((key) => isWhole(spent[key]));
  },
  item: spentOn,
};

function spentOn({ facts }: Scope, key: Value): number | undefined {
  const { spendByCategory } = facts.features;
  if (typeof key !== 'string' || !Object.hasOwn(spendByCategory, key)) return undefined;
  return whole(spendByCategory[key] ?? 0);
}

function isWhole(amount: number | undefined): boolean {
  return whole(amount ?? 0) !== undefined;
}

function spendByCategory({ facts }: Scope): Value {
  const spent = new Map<string, number>();
  for (const [name, amount] of Object.entries(facts.features.spendByCategory)) {
    const cents = whole(amount);
    if (cents !== undefined) spent.set(name, cents);
  }
  return spent;
}

/** A count or sum for CEL, whose ints have no fraction; like an attribute it is not known where it is not exact. */
function whole(count: number): number | undefined {
  return safeInteger(Math.trunc(count));
}

function counted(outcome: 'presented' | 'clicked' | 'accepted' | 'declined') {
  return {
    type: 'int',
    value: (scope: Scope, offerId: string) => whole(contactsWith(scope, offerId)?.[outcome] ?? 0),
  } as const;
}

function since(last: 'lastPresentedAt' | 'lastClickedAt' | 'lastAcceptedAt' | 'lastDeclinedAt') {
  return {
    type: 'double',
    value(scope: Scope, offerId: string): Value {
      const at = contactsWith(scope, offerId)?.[last];
      return at === undefined ? never : (scope.at - at) / 3_600_000;
    },
  } as const;
}

function contactsWith({ facts: { contacts } }: Scope, offerId: string): OfferContacts | undefined {
  return Object.hasOwn(contacts, offerId) ? contacts[offerId] : undefined;
}
