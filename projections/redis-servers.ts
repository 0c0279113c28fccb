// What is done on each server of Redis by itself: seeing whether something was flushed, and deleting by pattern.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisConnection, RedisServer } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import { takeLease } from './lease.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';

/** @throws ReadSideUnavailable while no server is known. */
export function mastersOf(connection: RedisConnection): readonly RedisServer[] {
  const masters = connection.masters();
  if (masters.length === 0) throw new ReadSideUnavailable('no server of Redis is known');
  return masters;
}

/** `host:port`, the path of the socket, or what the Sentinels call it. */
export function nameOf({ options: { path, host, port, sentinels, name } }: RedisServer): string {
  return path ?? (sentinels ? `${name}` : `${host}:${port}`);
}

/**
 * Whether everything that was written to a server since `declareAllWhole` was left there, or lost together with its scripts. A flush
 * leaves the scripts, and what is written after it is built upon nothing.
 */
export async function isWhole(connection: RedisConnection, keys: RedisKeys, server: RedisServer): Promise<boolean> {
  return (await server.exists(keys.whole(connection.tagOn(server)))) === 1;
}

/**
 * Deletes what has been written since a flush, wherever there was one; from then on all servers are whole. Processes do it one after
 * another: none deletes what the next has already built upon.
 */
export async function declareAllWhole(
  connection: RedisConnection,
  keys: RedisKeys,
  servers: readonly RedisServer[],
): Promise<void> {
  const areWhole = async () =>
    !(await Promise.all(servers.map((server) => isWhole(connection, keys, server)))).includes(false);
  async function declareUnlessWhole(): Promise<void> {
    for (const server of servers) {
      if (!(await isWhole(connection, keys, server))) await declareWhole(connection, keys, server);
    }
  }
  while (!(await areWhole())) {
    const work = { connection, key: keys.lease('emptying'), owner: randomUUID(), durationMs: 3000 };
    const lease = await takeLease(work);
    if (!lease) await delay(50);
    else await declareUnlessWhole().finally(lease.giveBack);
  }
}

async function declareWhole(connection: RedisConnection, keys: RedisKeys, server: RedisServer): Promise<void> {
  // First of all nobody may write or read there.
  await server.script('FLUSH');
  await deleteKeys(server, `${keys.prefix}:*:{*`);
  await server.set(keys.whole(connection.tagOn(server)), '1');
}

/** Deletes the keys on a server that match a pattern, in small steps. */
export async function deleteKeys(server: RedisServer, pattern: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', 500);
    // One by one: those of several slots cannot be deleted by one command.
    if (keys.length > 0) await Promise.all(keys.map((key) => server.unlink(key)));
    cursor = next;
  } while (cursor !== '0');
}
