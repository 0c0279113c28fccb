// How long a place that a replica was granted is its own, and what happens to it and to the totals when somebody dies.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { createRedisTotals, type RedisTotals } from '../../projections/redis-totals.ts';
import type { BoundCap } from '../../src/decisioning/caps.ts';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';
import { openRedis } from '../redis/open-redis.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { asking, capOf, confirmed, day, logged, noon, reserved, second } from './cap-gate-samples.ts';
import { type SharedTotals, shareTotals, totalsScripts } from './total-replicas.ts';

let decisions = 0;

/** Takes places under a cap, at most so many, until there is none. */
async function takeAll(replica: RedisTotals, cap: BoundCap, at: number, most = 1000): Promise<number> {
  for (let taken = 0; taken < most; taken += 1) {
    decisions += 1;
    const { reserved: isReserved } = await replica.take(asking({ decisionId: `t${decisions}`, caps: [cap], at }));
    if (!isReserved) return taken;
  }
  return most;
}

describe.skipIf(!hasRedis)('a place under a cap of everybody', () => {
  let server: TestRedis;
  let shared: SharedTotals;
  const eighty = capOf({ subject: 'TOTAL', limit: 80 });
  const one = capOf({ subject: 'TOTAL', limit: 1 });
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  async function twoReplicas(): Promise<[RedisTotals, RedisTotals]> {
    shared = await shareTotals(server.url, noon);
    return [await shared.join(), await shared.join()];
  }

  test('is one of a block that nobody else gets, and comes back when it is not used', async () => {
    const [first, other] = await twoReplicas();
    expect(await takeAll(first, eighty, noon, 1)).toBe(1);
    expect(await takeAll(other, eighty, noon)).toBe(70);
    expect((await other.look(noon, [eighty])).usageOf(eighty).used).toBe(80);
    shared.now += 600;
    await first.giveBackUnused();
    expect(await takeAll(other, eighty, shared.now)).toBe(9);
    await shared.close();
  });

  test('is not given away after its time', async () => {
    const [first] = await twoReplicas();
    await takeAll(first, eighty, noon, 2);
    expect(shared.calls).toBe(1);
    shared.now += 500;
    await takeAll(first, eighty, noon, 1);
    expect(shared.calls).toBe(2);
    await shared.close();
  });

  test('of a replica that died is free again when the log is in the book up to when it could have been used', async () => {
    const [first, other] = await twoReplicas();
    expect(await takeAll(first, one, noon)).toBe(1);
    shared.die(first);
    shared.now += 60_000;
    expect(await takeAll(other, one, shared.now)).toBe(0);
    await other.caughtUp(noon + 10_000);
    expect(await takeAll(other, one, shared.now)).toBe(0);
    await other.caughtUp(noon + 11_000);
    expect(await takeAll(other, one, shared.now)).toBe(1);
    await shared.close();
  });

  test('that is in doubt is held until it is known whether it was used, however long that takes', async () => {
    const [first, other] = await twoReplicas();
    expect((await first.take(asking({ decisionId: 'slow', caps: [one] }))).reserved).toBe(true);
    first.doubted('slow');
    // Its holder says every now and then what it has in use.
    for (; shared.now < noon + 30_000; shared.now += 600) await other.caughtUp(shared.now).then(first.giveBackUnused);
    expect(await takeAll(other, one, shared.now)).toBe(0);
    first.giveBack('slow');
    await first.giveBackUnused();
    expect(await takeAll(other, one, shared.now)).toBe(1);
    await shared.close();
  });

  test('of a replica that died after it had recorded is never free', async () => {
    const [first, other] = await twoReplicas();
    expect((await first.take(asking({ caps: [one] }))).reserved).toBe(true);
    shared.die(first);
    await other.apply([logged(reserved({}), noon)]);
    await other.caughtUp(noon + 60_000);
    expect(await takeAll(other, one, noon + 60_000)).toBe(0);
    await shared.close();
  });

  test('is not granted under a lower limit than what others were granted, nor beyond a lower limit that others rely on', async () => {
    const [first, other] = await twoReplicas();
    expect(await takeAll(first, capOf({ subject: 'TOTAL', limit: 40 }), noon, 1)).toBe(1);
    // Of the 5 places of the first 4 are free still: nobody passes 40 as long as that is so.
    expect(await takeAll(other, eighty, noon)).toBe(35);
    expect(await takeAll(other, capOf({ subject: 'TOTAL', limit: 30 }), noon)).toBe(0);
    shared.now += 600;
    await first.giveBackUnused();
    expect(await takeAll(other, eighty, shared.now)).toBe(44);
    await shared.close();
  });

  test('is not there any more when a contact that its rule does not bind was reserved elsewhere before', async () => {
    const [first, other] = await twoReplicas();
    const three = capOf({ subject: 'TOTAL', limit: 3, scope: { kind: 'EVERYTHING' } });
    const bound = (decisionId: string) => asking({ decisionId, caps: [three], counted: [three] });
    const unbound = (decisionId: string) => asking({ decisionId, offerId: 'o2', counted: [three] });
    expect((await first.take(bound('a1'))).reserved).toBe(true);
    expect((await other.take(unbound('b1'))).reserved).toBe(true);
    expect((await other.take(unbound('b2'))).reserved).toBe(true);
    expect(await first.take(bound('a2'))).toEqual({ reserved: false, offerId: 'o1', by: 'cap' });
    // Nothing forbids it, and when it is given back there is still none.
    expect((await other.take(unbound('b3'))).reserved).toBe(true);
    other.giveBack('b3');
    expect((await first.take(bound('a3'))).reserved).toBe(false);
    other.giveBack('b2');
    shared.now += 600;
    await other.giveBackUnused();
    expect((await first.take(bound('a4'))).reserved).toBe(true);
    await shared.close();
  });

  test('is none that others were granted for later when contacts count that its rule does not bind', async () => {
    const [first, other] = await twoReplicas();
    const loose = capOf({ subject: 'TOTAL', limit: 80, scope: { kind: 'EVERYTHING' } });
    const bound = (decisionId: string) => asking({ decisionId, caps: [loose], counted: [loose] });
    expect((await first.take(bound('a'))).reserved).toBe(true);
    for (let number = 1; number < 80; number += 1) {
      const { reserved: isReserved } = await other.take(asking({ decisionId: `b${number}`, counted: [loose] }));
      expect(isReserved).toBe(true);
    }
    expect((await first.take(bound('c'))).reserved).toBe(false);
    await shared.close();
  });

  test('stays taken when a call that had no answer in time is carried out after a newer one', async () => {
    const { scripts, keys, close } = await openRedis(server.url, totalsScripts);
    let late: (() => Promise<unknown>)[] | undefined = [];
    const serving: typeof scripts = {
      ...scripts,
      async call(...asked) {
        if (!late) return scripts.call(...asked);
        late.push(() => scripts.call(...asked));
        throw new Error('Command timed out');
      },
    };
    const parts = { keys, build: () => '1-1', projecting: scripts, onError: () => {}, giveBackEveryMs: 0 };
    const [first, other] = [
      createRedisTotals({ ...parts, serving }),
      createRedisTotals({ ...parts, serving: scripts }),
    ];
    const two = capOf({ subject: 'TOTAL', limit: 2 });
    await expect(takeAll(first, two, noon)).rejects.toThrow(ReadSideUnavailable);
    const calls = late;
    late = undefined;
    expect(await takeAll(first, two, noon)).toBe(2);
    for (const carryOut of calls) await carryOut();
    expect(await takeAll(other, two, noon)).toBe(0);
    await close();
  });

  test('is refused to a contact that nobody could be told of', async () => {
    const [first] = await twoReplicas();
    const loose = capOf({ subject: 'TOTAL', limit: 1, scope: { kind: 'EVERYTHING' } });
    const unbound = asking({ offerId: 'o2', counted: [loose] });
    shared.die(first);
    await expect(first.take(unbound)).rejects.toThrow(ReadSideUnavailable);
    await shared.close();
  });

  test('is refused when a pause has begun since its replica last looked', async () => {
    const [first, other] = await twoReplicas();
    const window = { kind: 'ROLLING', seconds: 60 } as const;
    const pausing = capOf({ subject: 'TOTAL', limit: 2, window, pauseDays: 1 });
    expect((await first.look(noon, [pausing])).usageOf(pausing)).toEqual({ used: 0 });
    for (const decisionId of ['p1', 'p2']) {
      const shown = [reserved({ decisionId }), confirmed('IMPRESSION', noon, decisionId)];
      await other.apply(shown.map((event) => logged(event, noon)));
    }
    expect(await takeAll(first, pausing, noon + 3600 * second)).toBe(0);
    expect(await takeAll(first, pausing, noon + day + 60 * second)).toBe(2);
    await shared.close();
  });
});

describe.skipIf(!hasRedis)('totals', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  test('are looked at again beside decisions, and before them when a look is too old or of another time', async () => {
    const shared = await shareTotals(server.url, noon);
    const [replica, projector] = [await shared.join({ freshForMs: 250 }), await shared.join()];
    const caps = [capOf({ subject: 'TOTAL', counts: 'DECISION' })];
    const used = async (at = noon) => {
      const [cap] = caps;
      return cap && (await replica.look(at, caps)).usageOf(cap).used;
    };
    expect(await used()).toBe(0);
    await projector.apply([logged(reserved({}), noon)]);
    const before = shared.calls;
    shared.now += 249;
    expect(await used(noon + 250)).toBe(0);
    expect(shared.calls).toBe(before);
    shared.now += 1;
    expect(await used(noon + 250)).toBe(0);
    expect(shared.calls).toBe(before + 1);
    await until(async () => (await used(noon + 250)) === 1);
    expect(shared.calls).toBe(before + 1);

    await projector.apply([logged(reserved({ decisionId: 'd2' }), noon)]);
    expect(await used(noon + 2 * second)).toBe(2);
    await projector.apply([logged(reserved({ decisionId: 'd3' }), noon)]);
    shared.now += second;
    expect(await used(noon + 2 * second)).toBe(3);
    await shared.close();
  });

  test('that a server has lost are missed by those who have seen them, until the log is told again', async () => {
    const own = await startRedis();
    const shared = await shareTotals(own.url, noon);
    const [replica, projector] = [await shared.join(), await shared.join()];
    const cap = capOf({ subject: 'TOTAL', counts: 'DECISION' });
    const log = ['d1', 'd2', 'd3'].map((decisionId) => logged(reserved({ decisionId }), noon));
    await projector.apply(log.slice(0, 2));
    expect((await replica.look(noon, [cap])).usageOf(cap).used).toBe(2);
    await shared.emptyServer();
    await expect(replica.look(noon, [cap])).rejects.toThrow(ReadSideUnavailable);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const applied = projector.apply(log.slice(2));
      await expect(applied).rejects.toMatchObject({ cause: expect.any(RedisNotReady) });
    }
    await projector.apply(log);
    expect((await replica.look(noon, [cap])).usageOf(cap).used).toBe(3);
    await shared.close();
    await own.stop();
  });

  test('a server that was restarted serves nobody before it is opened, and places from before are not given away', async () => {
    const own = await startRedis();
    const shared = await shareTotals(own.url, noon);
    const replica = await shared.join();
    const cap = capOf({ subject: 'TOTAL', limit: 80 });
    await replica.caughtUp(noon);
    expect(await takeAll(replica, cap, noon, 1)).toBe(1);
    await own.kill();
    await own.startAgain();
    await shared.reconnected();
    await expect(replica.look(noon, [cap])).rejects.toThrow(ReadSideUnavailable);
    await shared.open();
    await replica.caughtUp(noon);
    await replica.look(noon, [cap]);
    const before = shared.calls;
    expect(await takeAll(replica, cap, noon, 1)).toBe(1);
    expect(shared.calls).toBe(before + 1);
    await shared.close();
    await own.stop();
  });

  test('keep no contacts that are in the book, also when nobody asks for totals', async () => {
    const shared = await shareTotals(server.url, noon);
    const [replica, projector] = [await shared.join(), await shared.join()];
    const told = Array.from({ length: 20 }, (_, number) => `k${number}`);
    for (const decisionId of told) await replica.take(asking({ decisionId }));
    await projector.apply(told.map((decisionId) => logged(reserved({ decisionId }), noon)));
    await projector.caughtUp(noon + 20 * second);
    for (let round = 0; round < 3; round += 1) {
      await replica.giveBackUnused();
      shared.now += 3 * second;
    }
    const { largestTotal } = await replica.look(noon, [capOf({ subject: 'TOTAL' })]);
    expect(largestTotal()).toBe(20);
    await shared.close();
  });

  test('forget reservations a week after their end, and the minutes of contacts after 400 days', async () => {
    const shared = await shareTotals(server.url, noon);
    const projector = await shared.join();
    const cap = capOf({ subject: 'TOTAL', counts: 'DECISION', window: { kind: 'LIFETIME' } });
    for (let at = noon; at < noon + 450 * day; at += day)
      await projector.apply([logged(reserved({ decisionId: `f${at}`, heldUntil: at }), at)]);
    const at = noon + 450 * day;
    expect((await projector.look(at, [cap])).usageOf(cap).used).toBe(450);
    const { reservations, fields } = await shared.stored('contacts:DECISION:offer:o1');
    const count = (kind: string) => fields.filter((name) => name.startsWith(kind)).length;
    expect([reservations, count('hour:'), count('day:')]).toEqual([8, 401, 450]);
    await shared.close();
  });
});
