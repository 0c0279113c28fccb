// Comparisons of one value that is read with constants: what an index can look up instead of evaluating.
import type { Comparison } from '../compiled-condition.ts';
import type { Scope } from '../scope.ts';
import type { Value } from './evaluation.ts';
import { isPlainText } from './operators.ts';
import { constantPart, type Part } from './part.ts';

const operators: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', 'in']);
const orders: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);

/** Undefined when it is none, or one that JavaScript would answer differently from CEL. */
export function comparisonOf(operator: string, left: Part, right: Part): Comparison | undefined {
  const { constant } = right;
  if (!left.isRead || constant === undefined || !operators.has(operator)) return undefined;
  const constants = operator === 'in' ? (Array.isArray(constant) ? constant : []) : [constant];
  if (constants.length === 0 || !constants.every(isComparable)) return undefined;
  if (left.type.name === 'string' && orders.has(operator) && !isPlainText(right)) return undefined;
  const distinct = [...new Set(constants)];
  return {
    subject: left.text,
    read: left.evaluate as Comparison['read'],
    operator: operator === 'in' && distinct.length === 1 ? '==' : (operator as Comparison['operator']),
    constants: distinct,
  };
}

/** What is read and is itself true or false is compared with that. */
export function truthOf(part: Part, truth: boolean): Comparison | undefined {
  return part.type.name === 'bool' ? comparisonOf('==', part, constantPart(part.type, truth)) : undefined;
}

/** The text of a comparison tells what it compares, however it was written. */
export function textOfComparison({ subject, operator, constants, orUnknown }: Comparison): string {
  const texts = constants.map((constant) => (typeof constant === 'string' ? JSON.stringify(constant) : `${constant}`));
  texts.sort();
  const text = `(${subject} ${operator} ${operator === 'in' ? `[${texts.join(', ')}]` : texts[0]})`;
  return orUnknown ? `(!has(${subject}) || ${text})` : text;
}

/** Of whole numbers only those that are numbers. */
function isComparable(value: Value): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value));
}

export function holdsOf(comparison: Comparison): (scope: Scope) => boolean {
  const holds = whereKnown(comparison);
  const { read } = comparison;
  return comparison.orUnknown ? (scope) => read(scope) === undefined || holds(scope) : holds;
}

/** What is not known compares with nothing: `undefined` is neither equal to a constant nor before or after it. */
function whereKnown({ read, operator, constants }: Comparison): (scope: Scope) => boolean {
  const [constant] = constants;
  // Both are of one type, or numbers.
  const value = read as (scope: Scope) => number;
  const bound = constant as number;
  switch (operator) {
    case '==':
      return (scope) => read(scope) === constant;
    case '!=':
      return (scope) => {
        const known = read(scope);
        return known !== undefined && known !== constant;
      };
    case '<':
      return (scope) => value(scope) < bound;
    case '<=':
      return (scope) => value(scope) <= bound;
    case '>':
      return (scope) => value(scope) > bound;
    case '>=':
      return (scope) => value(scope) >= bound;
    case 'in': {
      const among = new Set<unknown>(constants);
      return (scope) => among.has(read(scope));
    }
  }
}
