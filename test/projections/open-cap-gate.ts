// A cap gate in Redis for tests: contacts of its own, its scripts open on every server. Totals are kept in process.
import type { CapGate } from '../../projections/cap-gate.ts';
import type { CapTotals } from '../../projections/cap-totals.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createRedisCapGate, type RedisCapGateOptions } from '../../projections/redis-cap-gate.ts';
import { capProjectingScripts, capServingScripts } from '../../projections/redis-cap-scripts.ts';
import { createGuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createSameSlotReads, sameSlotScripts } from '../../src/redis/same-slot-reads.ts';
import { type OpenRedis, openRedis } from '../redis/open-redis.ts';

const texts = { ...sameSlotScripts, ...capServingScripts, ...capProjectingScripts };
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
  function gateOver(
    { connection, scripts }: Pick<OpenRedis<keyof typeof texts>, 'connection' | 'scripts'>,
    changed: Partial<RedisCapGateOptions> = {},
  ): CapGate {
    const scripted = { serving: scripts, projecting: scripts, reads: createSameSlotReads(scripts) };
    const options = {
      connection,
      keys: redis.keys,
      build: () => build,
      ...scripted,
      totals: createTotals(),
      ...changed,
    };
    return createRedisCapGate(options);
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
      for (const each of connections) await each.close();
    },
  };
}

/** Those of one process, exact: the gate in process with nothing but caps of everybody. */
export function createTotals(): CapTotals {
  const gate = createInProcessCapGate();
  const customers = new Map<string, string>();
  return {
    async look(at, caps) {
      const { usageOf, largestTotal = () => 0 } = (await gate.look('', at, () => caps))('UTC');
      return { usageOf, largestTotal };
    },
    take({ cooling: _, ...request }) {
      customers.set(request.decisionId, request.customerId);
      const offers = request.offers.map((offer) => ({
        ...offer,
        caps: offer.caps.filter(({ rule }) => rule.subject === 'TOTAL'),
      }));
      return gate.reserve({ ...request, offers });
    },
    giveBack: (decisionId) => void gate.withdraw(customers.get(decisionId) ?? '', decisionId),
    recorded() {},
    async apply(events) {
      await gate.apply(events);
    },
  };
}
