// An opened Redis for the test of an adapter: keys of its own, and the scripts on every server, as a projector leaves them.
import { randomUUID } from 'node:crypto';
import { createGuardedScripts, type GuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/redis-connection.ts';
import { createRedisKeys, type RedisKeys } from '../../src/redis/redis-keys.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';

export interface OpenRedis<Name extends string> {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly scripts: GuardedScripts<Name>;
  close(): Promise<void>;
}

/** Keys begin with a word that nobody else has: tests may share a server. */
export async function openRedis<Name extends string>(
  url: string,
  texts: Readonly<Record<Name, string>>,
): Promise<OpenRedis<Name>> {
  const prefix = `test-${randomUUID()}`;
  const connection = connectRedis({ settings: readRedisUrl(url), commandTimeout: 10_000, onError: () => {} });
  if (connection.client.status !== 'ready') {
    await new Promise((resolve) => connection.client.once('ready', resolve));
  }
  const scripts = createGuardedScripts(connection.client, texts, prefix);
  for (const server of connection.masters()) await scripts.open(server);
  return { connection, keys: createRedisKeys(prefix), scripts, close: () => connection.close() };
}
