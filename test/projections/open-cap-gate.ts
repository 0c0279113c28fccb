// A cap gate in Redis for tests: contacts of its own, its scripts open on every server. Totals are kept in process.
import type { CapGate } from '../../projections/cap-gate.ts';
import type { CapTotals } from '../../projections/cap-totals.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createRedisCapGate, type RedisCapGateOptions } from '../../projections/redis-cap-gate.ts';
import { capProjectingScripts, capServingScripts } from '../../projections/redis-cap-scripts.ts';
import { createSameSlotReads, sameSlotScripts } from '../../src/redis/same-slot-reads.ts';
import { type OpenRedis, openRedis } from '../redis/open-redis.ts';

const texts = { ...sameSlotScripts, ...capServingScripts, ...capProjectingScripts };

export interface OpenCapGate {
  readonly gate: CapGate;
  readonly redis: OpenRedis<keyof typeof texts>;
  readonly build: string;
  /** Another gate over the same contacts, as another process has it. */
  another(changed?: Partial<RedisCapGateOptions>): CapGate;
  close(): Promise<void>;
}

export async function openCapGate(url: string): Promise<OpenCapGate> {
  const redis = await openRedis(url, texts);
  const { connection, keys, scripts } = redis;
  const build = '1-1';
  const another = (changed: Partial<RedisCapGateOptions> = {}) =>
    createRedisCapGate({
      connection,
      keys,
      build: () => build,
      serving: scripts,
      projecting: scripts,
      reads: createSameSlotReads(scripts),
      totals: createTotals(),
      ...changed,
    });
  return { gate: another(), redis, build, another, close: () => redis.close() };
}

/** Those of one process, exact: the gate in process with nothing but caps of everybody. */
function createTotals(): CapTotals {
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
