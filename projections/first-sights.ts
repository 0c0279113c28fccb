// Which names are seen for the first time, in bounded memory.

export interface FirstSights {
  /**
   * Whether the name was never asked about before. Never true twice of one name; of another one it is false now and then, the more often
   * the more names there were.
   */
  isFirst(name: string): boolean;
}

/** As a Bloom filter with one hash: one megabyte. A million names later one in nine is taken for one of them. */
export function createFirstSights(): FirstSights {
  const seen = new Uint8Array(2 ** 20);
  return {
    isFirst(name) {
      const bit = hashOf(name) >>> 9;
      const [place, mask] = [bit >>> 3, 1 << (bit & 7)];
      const before = seen[place] ?? 0;
      seen[place] = before | mask;
      return (before & mask) === 0;
    },
  };
}

/** 32 bits (FNV-1a), the higher of which depend on all characters. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 12)) >>> 0;
}
