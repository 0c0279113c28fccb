// Which slot of a cluster a key is in, and keys for a slot that is given.

/** Of every cluster. */
export const slotCount = 16_384;

/** Of each byte what it makes of the checksum: the polynomial 0x1021, eight times. */
const crcs = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? 0x1021 : 0) ^ (crc << 1);
  return crc;
});

/** The slot of keys with a hash tag: CRC16 (CCITT, polynomial 0x1021, from 0) of it, as the Redis Cluster Specification has it. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) crc = after(crc, byte);
  return crc % slotCount;
}

function after(crc: number, byte: number): number {
  return ((crc << 8) & 0xffff) ^ (crcs[(crc >> 8) ^ byte] ?? 0);
}

const tags = new Map<number, string>();

/** A hash tag that is in a slot, always the same: the first number that is. */
export function tagIn(slot: number): string {
  const tag = tags.get(slot) ?? String(firstNumberIn(slot));
  tags.set(slot, tag);
  return tag;
}

function firstNumberIn(slot: number): number {
  const zero = '0'.charCodeAt(0);
  /** Of each number as it is written; that of 123 follows from that of 12. */
  const known: number[] = [];
  for (let number = 0; ; number++) {
    const crc = after(number < 10 ? 0 : (known[Math.floor(number / 10)] ?? 0), zero + (number % 10));
    if (crc % slotCount === slot) return number;
    known.push(crc);
  }
}
