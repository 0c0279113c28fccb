// Values of the declared types: what is wrong with one, and which count as known.
import type { AttributeType } from './vocabulary.ts';

const longestText = 1000;
const longestList = 200;
const longestItem = 200;

/**
 * What is wrong with a value of a declared type, in words; undefined: nothing. What passes is small enough to be kept with every
 * decision that sees it, and JSON keeps it as it is, but for the sign of −0.
 */
export function valueProblem(type: AttributeType, value: unknown): string | undefined {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return 'must be a string';
      return value.length > longestText ? `must have at most ${longestText} characters` : undefined;
    case 'int':
      if (!Number.isInteger(value)) return 'must be a whole number';
      // Beyond it neighbours are the same number.
      return Number.isSafeInteger(value) ? undefined : `must lie between ±${Number.MAX_SAFE_INTEGER}`;
    case 'double':
      // JSON cannot say NaN, but it can say 1e999, which is read as Infinity; it would keep both as null.
      return Number.isFinite(value) ? undefined : 'must be a number';
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'list<string>':
      if (!isStrings(value)) return 'must be a list of strings';
      if (value.length > longestList) return `must have at most ${longestList} items`;
      return value.some((item) => item.length > longestItem)
        ? `must have items of at most ${longestItem} characters`
        : undefined;
  }
}

/**
 * The value, when it is of the type; undefined when it is not: such a value counts as unknown.
 * A value and what JSON makes of it are the same here, so that a stored decision comes out the same again.
 */
export function knownValue(
  type: AttributeType,
  value: unknown,
): string | number | boolean | readonly string[] | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'int':
      return safeInteger(value);
    case 'double':
      // −0 + 0 is 0: JSON drops the sign, and 1.0 / x would tell.
      return typeof value === 'number' && Number.isFinite(value) ? value + 0 : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'list<string>':
      return isStrings(value) ? value : undefined;
  }
}

/** The whole number, when neighbours of it can be told apart. Never −0. */
export function safeInteger(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value + 0 : undefined;
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
