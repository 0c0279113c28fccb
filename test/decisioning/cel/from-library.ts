// What the library's evaluator gives, in the form of our own values.
import type { Value } from '../../../src/decisioning/cel/evaluation.ts';

/** Undefined when it throws. */
export function fromLibrary(evaluate: () => unknown): Value | undefined {
  let result: unknown;
  try {
    result = evaluate();
  } catch {
    return undefined;
  }
  return ownValue(result);
}

function ownValue(value: unknown): Value {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Date) return value.getTime();
  // Over decades the library's differences of timestamps are off by some nanoseconds.
  if (isDuration(value)) return Math.round(Number(value.seconds) * 1000 + value.nanos / 1_000_000);
  if (Array.isArray(value)) return value.map(ownValue);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key, ownValue(item)]));
  if (value !== null && typeof value === 'object') {
    return new Map(Object.entries(value).map(([key, item]) => [key, ownValue(item)]));
  }
  return value as Value;
}

function isDuration(value: unknown): value is { readonly seconds: bigint; readonly nanos: number } {
  return value !== null && typeof value === 'object' && 'seconds' in value && 'nanos' in value;
}
