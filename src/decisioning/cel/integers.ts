// Whole numbers of 64 bits: numbers where they are exact, bigints beyond; undefined where CEL reports an error.

export type Int = number | bigint;

const least = -(2n ** 63n);
const greatest = 2n ** 63n - 1n;

/** The int of that value, in the one form it has; undefined beyond 64 bits. */
export function int64(value: bigint): Int | undefined {
  if (value < least || value > greatest) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

// Adding 0 makes 0 of −0, which is no int.

export function sum(a: Int, b: Int): Int | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const exact = a + b;
    if (Number.isSafeInteger(exact)) return exact;
  }
  return int64(BigInt(a) + BigInt(b));
}

export function difference(a: Int, b: Int): Int | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const exact = a - b;
    if (Number.isSafeInteger(exact)) return exact;
  }
  return int64(BigInt(a) - BigInt(b));
}

export function product(a: Int, b: Int): Int | undefined {
  if (typeof a === 'number' && typeof b === 'number') {
    const exact = a * b;
    if (Number.isSafeInteger(exact)) return exact + 0;
  }
  return int64(BigInt(a) * BigInt(b));
}

/** Towards zero. */
export function quotient(a: Int, b: Int): Int | undefined {
  if (b === 0) return undefined;
  // What is left after the remainder divides without one, and so exactly.
  if (typeof a === 'number' && typeof b === 'number') return (a - (a % b)) / b + 0;
  return int64(BigInt(a) / BigInt(b));
}

/** Of the sign of the dividend; where there is no quotient there is no remainder. */
export function remainder(a: Int, b: Int): Int | undefined {
  if (b === 0) return undefined;
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return quotient(a, b) === undefined ? undefined : int64(BigInt(a) % BigInt(b));
}

export function negation(a: Int): Int | undefined {
  return difference(0, a);
}
