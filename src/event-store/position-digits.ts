// The digits of positions: numbers of one width, so that positions sort as texts do.

/** Wide enough for every integer that a JavaScript number holds exactly, and for a log of ten petabytes counted in bytes. */
export const digitsWidth = 16;

const zeros: readonly string[] = Array.from({ length: digitsWidth }, (_, count) => '0'.repeat(count));

/** A whole number from 0. One that is wider stays as wide as it is. */
export function digitsOf(number: number | bigint): string {
  const digits = String(number);
  // `padStart` makes a chain of two pieces, and whatever holds one is written as JSON by the slow way, as a whole.
  return [zeros[digitsWidth - digits.length] ?? '', digits].join('');
}
