// Instants as the scripts of the caps compare them: texts of equal width, in which the order of digits is the order of time.

export const cellWidth = 13;
const latest = 10 ** cellWidth - 1;

/** Epoch milliseconds in 13 digits; what is before 1970, or after the year 2286, is the first or the last instant. */
export function cellOf(instant: number): string {
  return String(Math.min(Math.max(0, instant), latest)).padStart(cellWidth, '0');
}
