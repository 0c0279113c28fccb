// Keys that are on a certain server of a cluster: their tag is in one of its slots.
import type { RedisServer } from './redis-connection.ts';

const found = new WeakMap<RedisServer, string>();

/**
 * A tag (what is between the braces of a key) of a slot that this master has; found by asking it, and remembered as long as it has it.
 * @throws what the client throws.
 */
export async function tagOn(server: RedisServer): Promise<string> {
  const known = found.get(server);
  if (known !== undefined && (await hasSlotOf(server, known))) return known;
  // A master with one slot of 16,384 is found, too.
  for (let number = 0; number < 1_000_000; number++) {
    const tag = `s${number}`;
    if (!(await hasSlotOf(server, tag))) continue;
    found.set(server, tag);
    return tag;
  }
  throw new Error('a master of the cluster has no slots');
}

async function hasSlotOf(server: RedisServer, tag: string): Promise<boolean> {
  try {
    await server.exists(`{${tag}}`);
    return true;
  } catch (error) {
    if ((error as Error).message.startsWith('MOVED')) return false;
    throw error;
  }
}
