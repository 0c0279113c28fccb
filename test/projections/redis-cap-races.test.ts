// The cap gate in Redis when several processes use it at once, bring the log twice, die, or lose the server.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CapGate } from '../../projections/cap-gate.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { readContacts } from '../../projections/stored-contacts.ts';

import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { expectEqualUsage, liveTogether } from './cap-gate-history.ts';
import { createCapGateModel } from './cap-gate-model.ts';
import {
  asking,
  capOf,
  confirmed,
  day,
  noon,
  record,
  released,
  reserved,
  second,
  seenBy,
  usedOf,
} from './cap-gate-samples.ts';
import { type OpenCapGate, openCapGate } from './open-cap-gate.ts';
import { type Random, seededRandom } from './random.ts';

describe.skipIf(!hasRedis)('several processes and one Redis', () => {
  let server: TestRedis;
  const open: OpenCapGate[] = [];
  async function openGate(url = server.url): Promise<OpenCapGate> {
    const opened = await openCapGate(url);
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

  /** How often a server ran a script while something was done. */
  async function callsDuring({ redis }: OpenCapGate, act: () => Promise<unknown>): Promise<number> {
    const [master] = redis.connection.masters();
    await master?.config('RESETSTAT');
    await act();
    return Number(/cmdstat_evalsha:calls=(\d+)/.exec(String(await master?.info('commandstats')))?.[1] ?? 0);
  }

  test('500 reservations from three processes against a limit of 10 succeed exactly 10 times', async () => {
    const { gate, another } = await openGate();
    const gates = [gate, await another(), await another()];
    const caps = [capOf({ limit: 10, counts: 'ACCEPTANCE' }), capOf({ limit: 300, counts: 'DECISION' })];
    const outcomes = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        gates[index % 3]?.reserve(asking({ decisionId: `d${index}`, callId: `call${index}`, caps })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome?.reserved)).toHaveLength(10);
    for (const each of gates) expect(await usedOf(each, capOf({ counts: 'DECISION' }))).toBe(10);
  });

  test('while places are confirmed or given back, nobody gets one that is not free', async () => {
    const { gate, another } = await openGate();
    const projector = await another();
    const caps = [capOf({ limit: 3, window: { kind: 'LIFETIME' } })];
    let last = 0;
    const rush = async () => {
      const requests = Array.from({ length: 20 }, () =>
        asking({ decisionId: `d${++last}`, callId: `call${last}`, caps }),
      );
      const outcomes = await Promise.all(requests.map((request) => gate.reserve(request)));
      return requests.filter((_, index) => outcomes[index]?.reserved).map(({ decisionId }) => decisionId);
    };
    const [first = '', second = '', third = '', ...none] = await rush();
    expect(none).toEqual([]);
    for (const decisionId of [first, second, third]) {
      const [, during] = await Promise.all([record(projector, [reserved({ decisionId }), noon]), rush()]);
      expect(during).toEqual([]);
    }
    const [, whileConfirmed] = await Promise.all([
      record(projector, [confirmed('IMPRESSION', noon + day, first), noon], [confirmed('CLICK', noon, first), noon]),
      rush(),
    ]);
    expect(whileConfirmed).toEqual([]);
    const [, whileReleased] = await Promise.all([record(projector, [released('DISMISSED', second), noon]), rush()]);
    expect(whileReleased.length + (await rush()).length).toBe(1);
  });

  test.each([1, 2])(
    'the log is counted once by two that bring it at once, each now and then from further back (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const { log, now } = await liveTogether(createInProcessCapGate(), createCapGateModel(), random, 500);
      const { gate, another, redis, build } = await openGate();
      const fresh = await openGate();
      await Promise.all([bring(gate, log, random), bring(await another(), log, random)]);
      await fresh.gate.apply(log);
      const inTotal = createInProcessCapGate();
      await inTotal.apply(log);
      for (const later of [0, second, 2 * day]) await expectEqualUsage(fresh.gate, inTotal, now + later, random, 60);
      for (const customerId of ['c1', 'c2', 'c3_x']) {
        const [counted, expected] = await Promise.all([
          redis.connection.client.hgetall(redis.keys.caps(build, customerId)),
          fresh.redis.connection.client.hgetall(fresh.redis.keys.caps(build, customerId)),
        ]);
        expect(contactsIn(counted)).toEqual(contactsIn(expected));
      }
    },
  );

  /** In batches of any length; after some it begins again from before. */
  async function bring(gate: CapGate, log: readonly RecordedEvent[], random: Random): Promise<void> {
    for (let next = 0; next < log.length; ) {
      const end = next + 1 + random.below(60);
      await gate.apply(log.slice(next, end));
      next = random.below(4) === 0 ? Math.max(0, next - random.below(80)) : end;
    }
  }

  /** What happened, without what only waits for its time to be over; and the position. */
  function contactsIn(hash: Record<string, string>): Record<string, unknown> {
    const { '#': _, ...fields } = hash;
    return Object.fromEntries(
      Object.entries(fields).map(([name, text]) => {
        const lists = text.split('|');
        return [name, lists.length === 1 ? text : [...lists.slice(0, 4), lists[6]]];
      }),
    );
  }

  test('what is being taken back is taken back once, however many look meanwhile', async () => {
    const { another, redis } = await openGate();
    let withdrawals = 0;
    const call: typeof redis.scripts.call = (name, ...asked) => {
      if (name === 'withdrawReservations') withdrawals += 1;
      return redis.scripts.call(name, ...asked);
    };
    const gate = await another({ serving: { ...redis.scripts, call } });
    await gate.reserve(asking({ decisionId: 'd1' }));
    await Promise.all([gate.withdraw('c1', 'd1'), ...Array.from({ length: 20 }, () => usedOf(gate, capOf({})))]);
    expect(await usedOf(gate, capOf({}))).toBe(0);
    expect(withdrawals).toBe(1);
  });

  test('a restarted server refuses everything until somebody has looked, and then has what the log brings', async () => {
    const own = await startRedis();
    try {
      const { gate, redis } = await openGate(own.url);
      const story = [[reserved({}), noon]] as const;
      await record(gate, ...story);
      await own.kill();
      await expect(usedOf(gate, capOf({}))).rejects.toThrow(ReadSideUnavailable);
      await own.startAgain();
      await until(async () => redis.connection.client.status === 'ready');
      const refused = { cause: expect.any(RedisNotReady) };
      await expect(usedOf(gate, capOf({}))).rejects.toMatchObject(refused);
      await expect(gate.reserve(asking({ decisionId: 'd2' }))).rejects.toMatchObject(refused);
      await expect(gate.withdraw('c1', 'd1')).rejects.toMatchObject(refused);
      await expect(gate.expired(noon)).rejects.toMatchObject(refused);
      await expect(record(gate, ...story)).rejects.toMatchObject(refused);
      for (const each of redis.connection.masters()) await redis.scripts.open(each);
      await record(gate, ...story);
      expect(await usedOf(gate, capOf({}))).toBe(1);
    } finally {
      await own.stop();
    }
  });

  test('a pause that began after the look shuts the cap all the same; what nobody changed is asked once', async () => {
    const { another, ...opened } = await openGate();
    const { gate } = opened;
    const pausing = capOf({ limit: 1, window: { kind: 'ROLLING', seconds: 60 }, pauseDays: 2 });
    const ask = (decisionId: string) => gate.reserve(asking({ decisionId, caps: [pausing], at: noon + 3600 * second }));
    await seenBy(gate, [], noon);
    await record(
      await another(),
      [reserved({ heldUntil: noon + second }), noon],
      [confirmed('IMPRESSION', noon + second), noon],
    );
    expect(await callsDuring({ another, ...opened }, () => ask('d2'))).toBe(2);
    expect(await callsDuring({ another, ...opened }, () => ask('d2'))).toBe(1);
    expect(await ask('d2')).toEqual({ reserved: false, offerId: 'o1', by: 'cap' });
  });

  test('a pause that nobody looked at is looked at', async () => {
    const { gate, another } = await openGate();
    const pausing = capOf({ limit: 5, counts: 'DECISION', pauseDays: 2 });
    const gates = [gate, await another()];
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        gates[index % 2]?.reserve(asking({ decisionId: `d${index}`, caps: [pausing] })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome?.reserved)).toHaveLength(5);
  });

  test('two who sweep at once are told of each offer once between them; what is not recorded is told again', async () => {
    const { gate, another } = await openGate();
    const told = Array.from({ length: 60 }, (_, index) => `d${index}`);
    for (const decisionId of told) await record(gate, [reserved({ decisionId, heldUntil: noon }), noon]);
    const sweepers = [await another({ claimMs: 500 }), await another({ claimMs: 60_000 })];
    const later = await another();
    const swept = await Promise.all(sweepers.map((sweeper) => sweeper.expired(noon + second)));
    expect(
      swept
        .flat()
        .map(({ decisionId }) => decisionId)
        .sort(),
    ).toEqual([...told].sort());

    // The claims of the first are over soon.
    const own = swept[0]?.length ?? 0;
    const again: string[] = [];
    await until(async () => {
      again.push(...(await later.expired(noon + second)).map(({ decisionId }) => decisionId));
      return again.length >= own;
    });
    expect(again.sort()).toEqual(swept[0]?.map(({ decisionId }) => decisionId).sort());
    for (const decisionId of told) await record(gate, [released('EXPIRED', decisionId), noon + second]);
    expect(await later.expired(noon + day)).toEqual([]);
  });

  test('a decision is one read, together with what else is read of the customer, and one reservation', async () => {
    const opened = await openGate();
    const { gate, redis } = opened;
    expect(
      await callsDuring(opened, () => Promise.all([gate.look('c1', noon, () => []), gate.look('c1', noon, () => [])])),
    ).toBe(1);
    const offers = ['o1', 'o2', 'o3'].map((offerId) => ({
      offerId,
      tags: ['fuel'],
      caps: [capOf({}), capOf({ counts: 'CLICK' })],
    }));
    expect(await callsDuring(opened, () => gate.reserve({ ...asking({}), offers }))).toBe(1);
    expect(
      readContacts(Object.entries(await redis.connection.client.hgetall(redis.keys.caps(opened.build, 'c1'))).flat())
        .fresh,
    ).toHaveLength(3);
  });

  test('what could not be taken back is taken back with the next look at whomever', async () => {
    const { another, gate, redis } = await openGate();
    let isAway = true;
    const serving: typeof redis.scripts = {
      ...redis.scripts,
      async call(name, ...asked) {
        if (isAway && name === 'withdrawReservations') throw new Error('Connection is closed.');
        return redis.scripts.call(name, ...asked);
      },
    };
    const cut = await another({ serving });
    const once = capOf({ counts: 'DECISION', limit: 1, window: { kind: 'LIFETIME' } });
    expect(await cut.reserve(asking({ caps: [once] }))).toEqual({ reserved: true });
    await expect(cut.withdraw('c1', 'd1')).rejects.toThrow(ReadSideUnavailable);
    expect(await usedOf(gate, once, noon + day)).toBe(1);
    isAway = false;
    await cut.look('c2', noon, () => []);
    expect(await usedOf(gate, once, noon + day)).toBe(0);
  });

  test('places of everybody are given back when the customer has none, and after an unknown outcome only when it is withdrawn', async () => {
    const own = await startRedis();
    try {
      const { another, ...opened } = await openGate(own.url);
      const gate = await another({ commandTimeout: 100 });
      // Of so many, places for several decisions are granted at once.
      const total = capOf({ subject: 'TOTAL', counts: 'DECISION', limit: 500 });
      const shut = capOf({ limit: 0, name: 'never' });
      expect(await gate.reserve(asking({ decisionId: 'd1', caps: [total, shut] }))).toMatchObject({ by: 'never' });
      expect(await usedOf(gate, total)).toBe(0);
      own.pause();
      await expect(gate.reserve(asking({ decisionId: 'd2', caps: [total] }))).rejects.toThrow(ReadSideUnavailable);
      own.resume();
      await until(async () => (await usedOf(opened.gate, capOf({ counts: 'DECISION' }))) === 1);
      expect(await usedOf(gate, total)).toBe(1);
      await gate.withdraw('c1', 'd2');
      expect(await usedOf(gate, total)).toBe(0);
      expect(await usedOf(gate, capOf({ counts: 'DECISION' }))).toBe(0);
    } finally {
      await own.stop();
    }
  });
});
