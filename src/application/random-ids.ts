// Ids and seeds that nobody can guess: random bytes of the system, fetched for many ids at once.
import { randomFillSync } from 'node:crypto';

const idBytes = 8;
const pool = Buffer.alloc(512 * idBytes);
let taken = pool.length;

/** 64 random bits in 16 hexadecimal digits. */
export function randomId(): string {
  if (taken === pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  const first = taken;
  taken += idBytes;
  return pool.toString('hex', first, taken);
}
