// Which slot of a cluster a key is in, and keys for a slot that is given.

/** Of every cluster. */
export const slotCount = 16_384;

/** The slot of keys with a hash tag: CRC16 (CCITT, polynomial 0x1021, from 0) of it, as the Redis Cluster Specification has it. */
export function slotOf(tag: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc & 0x8000 ? 0x1021 : 0) ^ (crc << 1)) & 0xffff;
  }
  return crc % slotCount;
}

const tags = new Map<number, string>();

/** A hash tag that is in a slot, always the same: the first number that is. */
export function tagIn(slot: number): string {
  let tag = tags.get(slot);
  for (let number = 0; tag === undefined; number++) if (slotOf(String(number)) === slot) tag = String(number);
  tags.set(slot, tag);
  return tag;
}
