// Numbers that look random and depend on nothing but a text.

/**
 * A number in [0, 1), uniform over texts, with 53 bits: two FNV-1a passes with different primes, each finished with the mixer of
 * MurmurHash3. The same text gives the same number on every machine, for ever: stored decisions rely on it.
 */
export function unitOf(text: string): number {
  let first = 0x811c9dc5;
  let second = 0x9e3779b9;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x5bd1e995);
    // The product's low bits see only low bits of what came before.
    second ^= second >>> 15;
  }
  return ((mixed(first) >>> 5) * 0x4000000 + (mixed(second ^ text.length) >>> 6)) / 0x20000000000000;
}

function mixed(hash: number): number {
  let bits = hash;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
