// What an offer demands of one value: all comparisons of its conditions with that value, in one.
import type { Comparison } from '../compiled-condition.ts';

export type Constant = string | number | boolean;

/** Either one of some values, none of them meaning never, or a number from `low` to `high`, both included. */
export type Constraint = { readonly values: readonly Constant[] } | { readonly low: number; readonly high: number };

/** Whether comparisons of this form are answered by looking the value up. */
export function isIndexed({ operator, constants }: Comparison): boolean {
  if (operator === '==' || operator === 'in') return true;
  return operator !== '!=' && typeof constants[0] === 'number';
}

/** Of at least one comparison, all with the same value and indexed. */
export function constraintOf(comparisons: readonly Comparison[]): Constraint {
  const [lists, ranges] = partition(comparisons, ({ operator }) => operator === '==' || operator === 'in');
  const [list, ...others] = lists;
  if (list) {
    const values = new Set(list.constants);
    return { values: [...values].filter((value) => [...others, ...ranges].every((each) => admits(each, value))) };
  }
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (const { operator, constants } of ranges) {
    const bound = constants[0] as number;
    if (operator === '>=') low = Math.max(low, bound);
    else if (operator === '>') low = Math.max(low, nextAbove(bound));
    else if (operator === '<=') high = Math.min(high, bound);
    else high = Math.min(high, -nextAbove(-bound));
  }
  return low <= high ? { low, high } : { values: [] };
}

function admits({ operator, constants }: Comparison, value: Constant): boolean {
  const [constant = value] = constants;
  switch (operator) {
    case '==':
    case 'in':
      return constants.includes(value);
    case '!=':
      return value !== constant;
    case '<':
      return value < constant;
    case '<=':
      return value <= constant;
    case '>':
      return value > constant;
    case '>=':
      return value >= constant;
  }
}

const doubles = new Float64Array(1);
const bitsOfDouble = new BigInt64Array(doubles.buffer);

/** The least double above one: `x > 5` is `x >= nextAbove(5)`. */
function nextAbove(value: number): number {
  if (value === Number.POSITIVE_INFINITY) return Number.NaN;
  if (value === 0) return Number.MIN_VALUE;
  doubles[0] = value;
  bitsOfDouble[0] = (bitsOfDouble[0] as bigint) + (value > 0 ? 1n : -1n);
  return doubles[0] as number;
}

function partition<Item>(items: readonly Item[], isFirst: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
