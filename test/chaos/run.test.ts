// A short fault run: the machinery of `npm run chaos`, from the processes to the verdict.
import { expect, test } from 'vitest';
import { hasRedis } from '../redis/redis-server.ts';
import { runFaults } from './run.ts';

const pace = { rate: 30, faultMs: 1000, patienceMs: 30_000, settlingMs: 10_000, sureMs: 1000 };

test.skipIf(!hasRedis)(
  'Redis is lost, then the event store is away: everything is answered, recovers by itself, and is in the log',
  { timeout: 120_000 },
  async () => {
    const outcomes = await Array.fromAsync(runFaults(['redis-down', 'store-down'], pace));
    expect(outcomes.map(({ fault }) => fault.name)).toEqual(['redis-down', 'store-down']);
    for (const { judged } of outcomes) {
      expect(judged).toMatchObject({ account: { lost: [], twice: [] }, capsExceeded: 0, processes: { died: [] } });
      expect(judged?.pops.lost).toBe(0);
      expect(judged?.recoveredMs).toBeDefined();
      expect(judged?.places.map(({ asked }) => asked > 0)).toEqual([true, true, true, true]);
      expect(judged?.places.map(({ asked, answered }) => asked - answered)).toEqual([0, 0, 0, 0]);
    }
    const [redisDown, storeDown] = outcomes.map(({ judged }) => judged?.places.map(({ degraded }) => degraded));
    for (const degraded of redisDown ?? []) expect(degraded).toHaveProperty('LOAD UNAVAILABLE → LOG');
    expect(storeDown?.[1]).toHaveProperty('RECORD UNAVAILABLE → LATE');
  },
);
