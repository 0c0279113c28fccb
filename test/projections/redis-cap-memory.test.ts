// What the cap gate in Redis keeps of a customer, and what it forgets.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CapEvent } from '../../src/aggregates/cap/events.ts';
import { hasRedis, startRedis, type TestRedis } from '../redis/redis-server.ts';
import {
  asking,
  capOf,
  confirmed,
  day,
  logged,
  noon,
  record,
  released,
  reserved,
  second,
  seenBy,
  usedOf,
} from './cap-gate-samples.ts';
import { type OpenCapGate, openCapGate } from './open-cap-gate.ts';

describe.skipIf(!hasRedis)('the contacts of a customer in Redis', () => {
  let server: TestRedis;
  const open: OpenCapGate[] = [];
  async function openGate(): Promise<OpenCapGate> {
    const opened = await openCapGate(server.url);
    open.push(opened);
    return opened;
  }
  beforeAll(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const { close } of open.splice(0)) await close();
  });
  afterAll(async () => {
    await server?.stop();
  });

  test('what a customer takes up is bounded: of 10,000 contacts the newest 1,000 are told apart, and all are counted', async () => {
    const { gate, redis, build } = await openGate();
    const { client } = redis.connection;
    const keys = [redis.keys.caps(build, 'c1'), redis.keys.capReservations(build, 'c1')];
    const bytes = async () => {
      const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key, 'SAMPLES', 0)));
      return sizes.reduce<number>((sum, size) => sum + Number(size), 0);
    };
    const hour = 3600 * second;
    const live = async (from: number, to: number) => {
      const story = Array.from({ length: to - from }, (_, index): [CapEvent, number][] => {
        const [decisionId, at] = [`d${from + index}`, noon + (from + index) * hour];
        return [
          [reserved({ decisionId, heldUntil: at + 60 * second }), at],
          [released('DECLINED', decisionId), at + second],
        ];
      });
      await record(gate, ...story.flat());
    };
    await live(0, 2000);
    const before = await bytes();
    await live(2000, 10_000);
    expect(await bytes()).toBeLessThan(before * 1.02);

    const now = noon + 10_000 * hour;
    const inHours = (hours: number) =>
      capOf({ counts: 'DECISION', limit: 1e9, window: { kind: 'ROLLING', seconds: hours * 3600 } });
    const { usageOf } = await seenBy(gate, [], now);
    expect(usageOf(capOf({ counts: 'DECISION', window: { kind: 'LIFETIME' } })).used).toBe(10_000);
    expect(usageOf(inHours(1000)).used).toBe(999);
    expect(usageOf(inHours(1001)).used).toBe(1000);
    expect(usageOf(inHours(5000)).used).toBe(10_000);
    await record(gate, [reserved({ decisionId: 'late' }), noon - day]);
    const withLate = await seenBy(gate, [], now);
    expect(withLate.usageOf(capOf({ counts: 'DECISION', window: { kind: 'LIFETIME' } })).used).toBe(10_001);
    expect(withLate.usageOf(inHours(1001)).used).toBe(1000);
    const full = (limit: number) =>
      gate.reserve(
        asking({ decisionId: 'x', caps: [{ ...inHours(1001), rule: { ...inHours(1001).rule, limit } }], at: now }),
      );
    expect(await full(1000)).toMatchObject({ reserved: false });
    expect(await full(1001)).toEqual({ reserved: true });
  });

  test('a reservation that the log never got is forgotten when later events come', async () => {
    const { gate } = await openGate();
    const decisions = capOf({ counts: 'DECISION', window: { kind: 'LIFETIME' } });
    await gate.reserve(asking({ decisionId: 'lost' }));
    await record(gate, [reserved({ decisionId: 'd2' }), noon + 1800 * second]);
    expect(await usedOf(gate, decisions, noon + day)).toBe(2);
    await record(gate, [reserved({ decisionId: 'd3' }), noon + 2 * 3600 * second]);
    expect(await usedOf(gate, decisions, noon + day)).toBe(2);
  });

  test('events in any batches leave what they leave one by one', async () => {
    const { gate } = await openGate();
    const oneByOne = await openGate();
    const story = [
      reserved({}),
      confirmed('CLICK', noon + day),
      confirmed('IMPRESSION', noon + day),
      released('DECLINED'),
    ];
    const log = story.map((event, index) => logged(event, noon + index * second));
    await gate.apply(log);
    for (const event of log) await oneByOne.gate.apply([event]);
    for (const counts of ['DECISION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const) {
      const cap = capOf({ counts });
      expect(await usedOf(gate, cap, noon + 60 * second)).toBe(await usedOf(oneByOne.gate, cap, noon + 60 * second));
    }
  });
});
