// What was used last, and not more of it than there is room for.

export interface LastUsed<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
  delete(key: string): void;
}

/**
 * Keeps at most `most` values, and always the last `most / 2` that were set.
 *
 * Two halves, of which the older is forgotten whole: a map whose oldest key is removed at every step would have to walk over
 * everything that was removed before.
 */
export function createLastUsed<Value>(most: number): LastUsed<Value> {
  const half = Math.max(1, Math.floor(most / 2));
  let newer = new Map<string, Value>();
  let older = new Map<string, Value>();

  return {
    get: (key) => newer.get(key) ?? older.get(key),
    set(key, value) {
      if (newer.size >= half && !newer.has(key)) {
        older = newer;
        newer = new Map();
      }
      newer.set(key, value);
    },
    delete(key) {
      newer.delete(key);
      older.delete(key);
    },
  };
}
