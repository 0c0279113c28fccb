// What was used last, and not more of it than there is room for.

export interface LastUsed<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/**
 * Keeps at most `most` values, and always the last `most / 2` that were set; of values that differ in size, as many as are that large
 * together, and the last one however large it is.
 *
 * Two halves, of which the older is forgotten whole: a map whose oldest key is removed at every step would have to walk over
 * everything that was removed before.
 */
export function createLastUsed<Value>(most: number, sizeOf: (value: Value) => number = () => 1): LastUsed<Value> {
  const half = Math.max(1, Math.floor(most / 2));
  /** Of the newer ones. */
  let size = 0;
  let newer = new Map<string, Value>();
  let older = new Map<string, Value>();

  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set(key, value) {
      const before = newer.get(key);
      const more = sizeOf(value) - (before === undefined ? 0 : sizeOf(before));
      if (size > 0 && size + more > half) {
        if (before !== undefined) newer.delete(key);
        older = newer;
        newer = new Map();
        size = sizeOf(value);
      } else {
        size += more;
      }
      newer.set(key, value);
    },
    delete(key) {
      const before = newer.get(key);
      if (before !== undefined) size -= sizeOf(before);
      newer.delete(key);
      older.delete(key);
    },
  };
}
