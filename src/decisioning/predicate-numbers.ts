// Small numbers for the distinct predicates of a catalogue, so that what was found out about one is a place in an array.
import type { Predicate, Reads } from './compiled-condition.ts';
import { createPredicateFamilies, type PredicateFamily } from './predicate-families.ts';
import type { Scope } from './scope.ts';

export interface PredicateNumbers {
  /** Equal predicates have equal numbers. */
  readonly numberOf: (predicate: Predicate) => number;
  /** The number of a predicate that holds where all of some do. */
  readonly numberOfAll: (predicates: readonly number[]) => number;
  /** By number. It grows; what is in it stays. */
  readonly all: readonly Predicate[];
  /** What any of them can look at. */
  readonly reads: Reads;
  /** Answers for one scope; each predicate is evaluated when it, or one of its family, is first asked for. */
  answers(scope: Scope): Answers;
}

/** Whether a predicate holds, by number. */
export type Answers = (predicate: number) => boolean;

/** Of a family of fewer each member is evaluated by itself. */
const fewestTogether = 8;

export function createPredicateNumbers(): PredicateNumbers {
  const numbers = new Map<string, number>();
  const all: Predicate[] = [];
  const familyOf = createPredicateFamilies();
  const families: (PredicateFamily | undefined)[] = [];
  const reads = createReads();
  // One pair of arrays for all scopes: an answer counts for the scope whose turn is noted beside it.
  let turns = new Float64Array(64);
  let held = new Uint8Array(64);
  let turn = 0;

  function numberOf(predicate: Predicate): number {
    const known = numbers.get(predicate.text);
    if (known !== undefined) return known;
    numbers.set(predicate.text, all.length);
    reads.add(predicate.reads);
    const number = all.push(predicate) - 1;
    families.push(familyOf(predicate, number));
    if (all.length > turns.length) {
      turns = grown(turns, new Float64Array(2 * all.length));
      held = grown(held, new Uint8Array(2 * all.length));
    }
    return number;
  }

  function lookUp(family: PredicateFamily, scope: Scope, mine: number): void {
    for (const value of family.valuesIn(scope)) {
      for (const number of family.byValue.get(value) ?? none) {
        turns[number] = mine;
        held[number] = 1;
      }
    }
    family.turn = mine;
  }

  return {
    all,
    reads: reads.all,
    numberOf,
    numberOfAll(several) {
      const [only, ...others] = several;
      if (only !== undefined && others.length === 0) return only;
      const parts = several.map((number) => all[number] as Predicate);
      return numberOf({
        text: parts.map(({ text }) => text).join(' && '),
        holds: (scope) => parts.every(({ holds }) => holds(scope)),
        cost: parts.reduce((sum, { cost }) => sum + cost, 0),
        // They are noted already.
        reads: { profile: nothing, context: nothing, features: nothing, history: nothing },
      });
    },
    answers(scope) {
      const mine = ++turn;
      return (number) => {
        if (turns[number] === mine) return held[number] === 1;
        const family = families[number];
        if (family && family.size >= fewestTogether) {
          if (family.turn !== mine) lookUp(family, scope, mine);
          return turns[number] === mine;
        }
        const holds = all[number]?.holds(scope) ?? false;
        turns[number] = mine;
        held[number] = holds ? 1 : 0;
        return holds;
      };
    },
  };
}

const nothing: ReadonlySet<string> = new Set();
const none: readonly number[] = [];

function createReads(): { readonly all: Reads; add(reads: Reads): void } {
  const profile = new Set<string>();
  const context = new Set<string>();
  const features = new Set<string>();
  const history = new Set<string>();
  let anyHistory = false;
  return {
    all: {
      profile,
      context,
      features,
      get history() {
        return anyHistory ? 'ALL' : history;
      },
    },
    add(reads) {
      for (const name of reads.profile) profile.add(name);
      for (const name of reads.context) context.add(name);
      for (const name of reads.features) features.add(name);
      if (reads.history === 'ALL') anyHistory = true;
      else for (const offerId of reads.history) history.add(offerId);
    },
  };
}

function grown<Numbers extends Float64Array | Uint8Array>(numbers: Numbers, longer: Numbers): Numbers {
  longer.set(numbers);
  return longer;
}
