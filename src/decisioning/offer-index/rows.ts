// Lists of numbers side by side in memory: those of thousands of offers as objects are too far apart to be looked at.

/** List n is what `numbers` has from `starts[n]` to before `starts[n + 1]`. */
export interface Rows {
  readonly starts: Int32Array;
  readonly numbers: Int32Array;
}

export function rowsOf(lists: readonly (readonly number[])[]): Rows {
  const starts = new Int32Array(lists.length + 1);
  for (const [place, list] of lists.entries()) starts[place + 1] = (starts[place] as number) + list.length;
  return { starts, numbers: Int32Array.from(lists.flat()) };
}
