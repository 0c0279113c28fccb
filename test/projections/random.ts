// Random choices that are the same in every run.

export interface Random {
  /** In [0, 1). */
  share(): number;
  /** An integer in [0, below). */
  below(limit: number): number;
  oneOf<Value>(values: readonly Value[]): Value;
}

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed;
  const share = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number) => Math.floor(share() * limit);
  return {
    share,
    below,
    oneOf<Value>(values: readonly Value[]) {
      if (values.length === 0) throw new RangeError('nothing to choose from');
      return values[below(values.length)] as Value;
    },
  };
}
