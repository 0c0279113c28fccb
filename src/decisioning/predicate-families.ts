// Predicates that ask the same of the scope for different constants: which of them hold is looked up for all of them at once.
import type { Predicate } from './compiled-condition.ts';
import type { Scope } from './scope.ts';

export interface PredicateFamily {
  size: number;
  /** Of the scope in which it was last looked up who holds. */
  turn: number;
  /** Of the values with which members hold, those in a scope: a member holds exactly where one of its own is there. */
  readonly valuesIn: (scope: Scope) => readonly unknown[];
  /** By value, the numbers of the members that hold with it. */
  readonly byValue: Map<unknown, number[]>;
}

/** Gives the family of each predicate that has one. */
export function createPredicateFamilies(): (predicate: Predicate, number: number) => PredicateFamily | undefined {
  const families = new Map<string, PredicateFamily>();

  function join(name: string, number: number, values: readonly unknown[], valuesIn: PredicateFamily['valuesIn']) {
    const family = families.get(name) ?? { size: 0, turn: 0, valuesIn, byValue: new Map<unknown, number[]>() };
    families.set(name, family);
    family.size += 1;
    // What was looked up before knows nothing of the newcomer.
    family.turn = 0;
    for (const value of values) {
      const members = family.byValue.get(value);
      if (members) members.push(number);
      else family.byValue.set(value, [number]);
    }
    return family;
  }

  return ({ comparison, membership }, number) => {
    if (membership) {
      const { subject, items, constant } = membership;
      return join(`in ${subject}`, number, [constant], items);
    }
    if (!comparison || comparison.orUnknown) return undefined;
    const { subject, operator, constants, read } = comparison;
    if (operator !== '==' && operator !== 'in') return undefined;
    return join(`is ${subject}`, number, constants, (scope) => [read(scope)]);
  };
}
