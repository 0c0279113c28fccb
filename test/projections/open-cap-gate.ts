// A cap gate in Redis for tests: contacts and totals of its own, its scripts open on every server.
import type { CapGate } from '../../projections/cap-gate.ts';
import { createRedisCapGate, type RedisCapGateOptions } from '../../projections/redis-cap-gate.ts';
import { capProjectingScripts, capServingScripts } from '../../projections/redis-cap-scripts.ts';
import { answering } from '../../projections/redis-failures.ts';
import { createRedisTotals, type RedisTotals } from '../../projections/redis-totals.ts';
import { totalsProjectingScripts } from '../../projections/redis-totals-book.ts';
import { totalsServingScripts } from '../../projections/redis-totals-questions.ts';
import { createGuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createSameSlotReads, sameSlotScripts } from '../../src/redis/same-slot-reads.ts';
import { type OpenRedis, openRedis } from '../redis/open-redis.ts';

const texts = {
  ...sameSlotScripts,
  ...capServingScripts,
  ...capProjectingScripts,
  ...totalsServingScripts,
  ...totalsProjectingScripts,
};
const build = '1-1';

export interface OpenCapGate {
  readonly gate: CapGate;
  readonly redis: OpenRedis<keyof typeof texts>;
  readonly build: string;
  /** Another gate over the same contacts, as another process has it: with a connection of its own. */
  another(changed?: Partial<RedisCapGateOptions> & { commandTimeout?: number }): Promise<CapGate>;
  close(): Promise<void>;
}

export async function openCapGate(url: string): Promise<OpenCapGate> {
  const redis = await openRedis(url, texts);
  const connections = [redis.connection];
  const allTotals: RedisTotals[] = [];
  function gateOver(
    { connection, scripts }: Pick<OpenRedis<keyof typeof texts>, 'connection' | 'scripts'>,
    changed: Partial<RedisCapGateOptions> = {},
  ): CapGate {
    const common = { keys: redis.keys, build: () => build, serving: scripts, projecting: scripts };
    // Given back only when it is closed, and asked at each look: instants of tests do not follow the clock.
    const totals = createRedisTotals({ ...common, freshForMs: 0, giveBackEveryMs: 0, onError: () => {} });
    allTotals.push(totals);
    return createRedisCapGate({
      ...common,
      connection,
      reads: createSameSlotReads(answering(scripts), connection),
      totals,
      ...changed,
    });
  }

  return {
    gate: gateOver(redis),
    redis,
    build,
    async another({ commandTimeout = 10_000, ...changed } = {}) {
      const connection = connectRedis({ settings: readRedisUrl(url), commandTimeout, onError: () => {} });
      connections.push(connection);
      await new Promise((resolve) => connection.client.once('ready', resolve));
      const scripts = createGuardedScripts(connection.client, texts, redis.keys.prefix);
      return gateOver({ connection, scripts }, changed);
    },
    async close() {
      // What cannot be given back any more is over soon.
      await Promise.allSettled(allTotals.map((totals) => totals.close()));
      for (const each of connections) await each.close();
    },
  };
}
