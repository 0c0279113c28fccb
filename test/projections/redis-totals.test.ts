// Totals in Redis say what a gate in one process says of them, whatever happened.
import { afterAll, beforeAll, describe, expect } from 'vitest';
import type { CapGate, ReservationRequest } from '../../projections/cap-gate.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createRedisTotals, type RedisTotalsOptions } from '../../projections/redis-totals.ts';
import { totalsProjectingScripts } from '../../projections/redis-totals-book.ts';
import { totalsServingScripts } from '../../projections/redis-totals-questions.ts';
import { openRedis } from '../redis/open-redis.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { describeCapGate, type OpenGate } from './cap-gate-contract.ts';

const scripts = { ...totalsServingScripts, ...totalsProjectingScripts };

describe.skipIf(!hasRedis)('totals in Redis', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  describeCapGate('a gate that has its totals in a server', () => openGate(server.url));
  describeCapGate('a gate that has its totals in a cluster', () => openGate(cluster.url));
});

/** All is decided in process; totals are those of Redis, which must decide the same. */
async function openGate(url: string): Promise<OpenGate> {
  const redis = await openRedis(url, scripts);
  const options: RedisTotalsOptions = {
    keys: redis.keys,
    build: () => '1-1',
    serving: redis.scripts,
    projecting: redis.scripts,
    onError: (error) => expect.fail(String(error)),
    freshForMs: 0,
  };
  const totals = createRedisTotals(options);
  const inProcess = createInProcessCapGate();
  const isTotal = (request: ReservationRequest, name: string) =>
    request.offers.some(({ caps }) => caps.some(({ rule }) => rule.name === name && rule.subject === 'TOTAL'));
  const gate: CapGate = {
    ...inProcess,
    async look(customerId, at, caps) {
      const [ofCustomer, seen] = [await inProcess.look(customerId, at, caps), await totals.look(at, caps())];
      return (timeZone) => {
        const facts = ofCustomer(timeZone);
        return {
          ...facts,
          usageOf: (cap) => (cap.rule.subject === 'TOTAL' ? seen.usageOf(cap) : facts.usageOf(cap)),
          largestTotal: seen.largestTotal,
        };
      };
    },
    async reserve(request) {
      const taken = await totals.take(request);
      const reservation = await inProcess.reserve(request);
      if (reservation.reserved) expect(taken).toEqual(reservation);
      else if (isTotal(request, reservation.by)) expect(taken).toEqual(reservation);
      if (!reservation.reserved && taken.reserved) totals.giveBack(request.decisionId);
      return reservation;
    },
    async withdraw(customerId, decisionId) {
      await inProcess.withdraw(customerId, decisionId);
      totals.giveBack(decisionId);
    },
    async apply(events) {
      await inProcess.apply(events);
      await totals.apply(events);
    },
  };
  return {
    gate,
    async close() {
      await totals.close();
      await redis.close();
    },
  };
}
