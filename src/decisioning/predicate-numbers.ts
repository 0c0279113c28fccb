// Small numbers for the distinct predicates of a catalogue, so that what was found out about one is a place in an array.
import type { Predicate, Reads } from './compiled-condition.ts';
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
  /** Answers for one scope; each predicate is evaluated when it is first asked for. */
  answers(scope: Scope): Answers;
}

/** Whether a predicate holds, by number. */
export type Answers = (predicate: number) => boolean;

export function createPredicateNumbers(): PredicateNumbers {
  const numbers = new Map<string, number>();
  const all: Predicate[] = [];
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
    return all.push(predicate) - 1;
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
        reads: { profile: none, context: none, features: none, history: none },
      });
    },
    answers(scope) {
      const mine = ++turn;
      return (number) => {
        if (turns[number] === mine) return held[number] === 1;
        if (number >= turns.length) {
          turns = grown(turns, new Float64Array(all.length * 2));
          held = grown(held, new Uint8Array(all.length * 2));
        }
        const holds = all[number]?.holds(scope) ?? false;
        turns[number] = mine;
        held[number] = holds ? 1 : 0;
        return holds;
      };
    },
  };
}

const none: ReadonlySet<string> = new Set();

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
