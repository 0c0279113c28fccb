// Values of the declared types: what is wrong with one, and how CEL computes with it.
import type { AttributeType } from './vocabulary.ts';

const longestText = 1000;
const longestList = 200;
const longestItem = 200;

export type CelValue = string | bigint | number | boolean | readonly string[];

/** What is wrong with a value of a declared type, in words; undefined: nothing. */
export function valueProblem(type: AttributeType, value: unknown): string | undefined {
  switch (type) {
    case 'string':
      if (typeof value !== 'string') return 'must be a string';
      return value.length > longestText ? `must have at most ${longestText} characters` : undefined;
    case 'int':
      return Number.isSafeInteger(value) ? undefined : 'must be a whole number';
    case 'double':
      return Number.isFinite(value) ? undefined : 'must be a number';
    case 'bool':
      return typeof value === 'boolean' ? undefined : 'must be true or false';
    case 'list<string>':
      if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) return 'must be a list of strings';
      if (value.length > longestList) return `must have at most ${longestList} items`;
      return value.some((item) => item.length > longestItem)
        ? `must have items of at most ${longestItem} characters`
        : undefined;
  }
}

/** The value for CEL, whose integers are of 64 bits; undefined when it is not of the type: such a value counts as unknown. */
export function celValue(type: AttributeType, value: unknown): CelValue | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : undefined;
    case 'int':
      return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
    case 'double':
      return typeof value === 'number' ? value : undefined;
    case 'bool':
      return typeof value === 'boolean' ? value : undefined;
    case 'list<string>':
      return Array.isArray(value) ? value : undefined;
  }
}
