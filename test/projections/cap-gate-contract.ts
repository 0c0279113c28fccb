// What every cap gate keeps, whatever it is made of.
import { afterEach, describe, expect, test } from 'vitest';
import type { CapGate } from '../../projections/cap-gate.ts';
import type { CapEvent } from '../../src/aggregates/cap/events.ts';
import { testHistories } from './cap-gate-histories-contract.ts';
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

/** A gate that shares nothing with any other, and its end. */
export interface OpenGate {
  readonly gate: CapGate;
  close(): Promise<void>;
}

/** The suite. `create` opens an empty gate. */
export function describeCapGate(name: string, create: () => Promise<OpenGate>): void {
  describe(name, () => {
    const open: OpenGate[] = [];
    async function emptyGate(): Promise<CapGate> {
      const opened = await create();
      open.push(opened);
      return opened.gate;
    }
    afterEach(async () => {
      for (const { close } of open.splice(0)) await close();
    });

    test('a limit admits so many reservations and not one more, and names the cap in the way', async () => {
      const gate = await emptyGate();
      const caps = [capOf({ limit: 2, name: 'twice a day' })];
      expect(await gate.reserve(asking({ decisionId: 'd1', caps }))).toEqual({ reserved: true });
      expect(await gate.reserve(asking({ decisionId: 'd2', caps }))).toEqual({ reserved: true });
      expect(await gate.reserve(asking({ decisionId: 'd3', caps }))).toEqual({
        reserved: false,
        offerId: 'o1',
        by: 'twice a day',
      });
      expect(await usedOf(gate, capOf({ limit: 2 }))).toBe(2);
    });

    test('500 reservations at once against a limit of 10 succeed exactly 10 times, for a customer and in total', async () => {
      for (const subject of ['CUSTOMER', 'TOTAL'] as const) {
        const gate = await emptyGate();
        const caps = [capOf({ limit: 10, subject })];
        const outcomes = await Promise.all(
          Array.from({ length: 500 }, (_, index) => {
            const customerId = subject === 'TOTAL' ? `c${index}` : 'c1';
            return gate.reserve(asking({ customerId, decisionId: `d${index}`, callId: `call${index}`, caps }));
          }),
        );
        expect(outcomes.filter(({ reserved }) => reserved)).toHaveLength(10);
      }
    });

    test('all caps admit the contact or nothing is reserved under any', async () => {
      const gate = await emptyGate();
      const [wide, shut] = [capOf({ limit: 100, counts: 'DECISION' }), capOf({ limit: 0, name: 'never' })];
      expect(await gate.reserve(asking({ caps: [wide, shut] }))).toEqual({
        reserved: false,
        offerId: 'o1',
        by: 'never',
      });
      expect(await usedOf(gate, wide)).toBe(0);
    });

    test('the offers of a decision are reserved together: all of them, each counting for those after it, or none', async () => {
      const gate = await emptyGate();
      const everything = capOf({ scope: { kind: 'EVERYTHING' }, counts: 'DECISION', limit: 3, name: 'three' });
      const offers = ['o1', 'o2'].map((offerId) => ({ offerId, tags: [], caps: [everything] }));
      expect(await gate.reserve({ ...asking({ decisionId: 'd1' }), offers })).toEqual({ reserved: true });
      const lost = await gate.reserve({ ...asking({ decisionId: 'd2' }), offers });
      expect(lost).toEqual({ reserved: false, offerId: 'o2', by: 'three' });
      expect(await usedOf(gate, everything)).toBe(2);
      await gate.withdraw('c1', 'd1');
      expect(await usedOf(gate, everything)).toBe(0);
    });

    test('reserving again what the decision already holds succeeds and counts nothing twice', async () => {
      const gate = await emptyGate();
      const caps = [capOf({ limit: 1 }), capOf({ limit: 1, counts: 'DECISION' })];
      expect(await gate.reserve(asking({ caps }))).toEqual({ reserved: true });
      expect(await gate.reserve(asking({ caps }))).toEqual({ reserved: true });
      for (const cap of caps) expect(await usedOf(gate, cap)).toBe(1);
    });

    test('a reservation holds an impression, a click and an acceptance up to its last instant, and a decision for good', async () => {
      const gate = await emptyGate();
      await gate.reserve(asking({ heldUntil: noon + 60 * second }));
      for (const counts of ['IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const) {
        expect(await usedOf(gate, capOf({ counts }), noon + 60 * second)).toBe(1);
        expect(await usedOf(gate, capOf({ counts }), noon + 60 * second + 1)).toBe(0);
      }
      expect(await usedOf(gate, capOf({ counts: 'DECISION' }), noon + day / 4)).toBe(1);
    });

    test('looking into the future gives no place away', async () => {
      const gate = await emptyGate();
      await gate.reserve(asking({ heldUntil: noon + 60 * second }));
      expect(await usedOf(gate, capOf({}), noon + day / 4)).toBe(0);
      expect(await usedOf(gate, capOf({}), noon + second)).toBe(1);
    });

    test('a confirmed impression counts from its instant and keeps holding the click and the acceptance', async () => {
      const gate = await emptyGate();
      await gate.reserve(asking({ heldUntil: noon + 60 * second }));
      await record(gate, [reserved({ heldUntil: noon + 60 * second }), noon]);
      await record(gate, [confirmed('IMPRESSION', noon + 3600 * second), noon + 10 * second]);
      const hourLater = noon + 3600 * second;
      expect(await usedOf(gate, capOf({ counts: 'IMPRESSION' }), hourLater)).toBe(1);
      expect(await usedOf(gate, capOf({ counts: 'CLICK' }), hourLater)).toBe(1);
      expect(await usedOf(gate, capOf({ counts: 'ACCEPTANCE' }), hourLater + 1)).toBe(0);

      await record(gate, [confirmed('CLICK', hourLater), noon + 20 * second]);
      expect(await usedOf(gate, capOf({ counts: 'CLICK' }), hourLater + 1)).toBe(1);
      await record(gate, [released('DECLINED'), noon + 30 * second]);
      expect(await usedOf(gate, capOf({ counts: 'ACCEPTANCE' }), noon + 31 * second)).toBe(0);
      expect(await usedOf(gate, capOf({ counts: 'CLICK' }), noon + 31 * second)).toBe(1);
    });

    test('an impression that was reported after the reservation had lapsed counts all the same', async () => {
      const gate = await emptyGate();
      await gate.reserve(asking({ heldUntil: noon + 60 * second }));
      await record(gate, [reserved({ heldUntil: noon + 60 * second }), noon]);
      expect(await gate.expired(noon + 61 * second)).toEqual([{ customerId: 'c1', decisionId: 'd1', offerId: 'o1' }]);
      await record(gate, [confirmed('IMPRESSION', noon + 3600 * second), noon + 59 * second]);
      expect(await usedOf(gate, capOf({ counts: 'IMPRESSION' }), noon + 62 * second)).toBe(1);
      expect(await usedOf(gate, capOf({ counts: 'CLICK' }), noon + 62 * second)).toBe(1);
    });

    test('a release gives the place back, not the decision', async () => {
      const gate = await emptyGate();
      await gate.reserve(asking({}));
      await record(gate, [reserved({}), noon], [released('DISMISSED'), noon + second]);
      expect(await usedOf(gate, capOf({ counts: 'IMPRESSION' }), noon + second)).toBe(0);
      expect(await usedOf(gate, capOf({ counts: 'DECISION' }), noon + second)).toBe(1);
    });

    test('a withdrawn reservation was never there, unless the log has it', async () => {
      const gate = await emptyGate();
      const once = capOf({ counts: 'DECISION', limit: 1 });
      await gate.reserve(asking({ caps: [once] }));
      await gate.withdraw('c1', 'd1');
      expect(await usedOf(gate, once)).toBe(0);
      expect(await gate.expired(noon + day)).toEqual([]);
      expect(await gate.reserve(asking({ caps: [once] }))).toEqual({ reserved: true });
      await record(gate, [reserved({}), noon]);
      await gate.withdraw('c1', 'd1');
      expect(await usedOf(gate, once)).toBe(1);
      await gate.withdraw('c1', 'unknown');
      await gate.withdraw('nobody', 'd1');
    });

    test('an event that comes again changes nothing', async () => {
      const gate = await emptyGate();
      const story: [CapEvent, number][] = [
        [reserved({}), noon],
        [confirmed('IMPRESSION', noon + day), noon + second],
        [confirmed('CLICK', noon + day), noon + 2 * second],
        [released('DECLINED'), noon + 3 * second],
      ];
      await record(gate, ...story);
      await record(gate, ...story);
      const at = noon + 4 * second;
      expect(await usedOf(gate, capOf({ counts: 'DECISION' }), at)).toBe(1);
      expect(await usedOf(gate, capOf({ counts: 'IMPRESSION' }), at)).toBe(1);
      expect(await usedOf(gate, capOf({ counts: 'CLICK' }), at)).toBe(1);
      expect(await usedOf(gate, capOf({ counts: 'ACCEPTANCE' }), at)).toBe(0);
    });

    test('unpresented reservations whose time is over are reported once; presented and released ones are not', async () => {
      const gate = await emptyGate();
      for (const decisionId of ['d1', 'd2', 'd3']) {
        await gate.reserve(asking({ decisionId, heldUntil: noon + 60 * second }));
        await record(gate, [reserved({ decisionId, heldUntil: noon + 60 * second }), noon]);
      }
      await record(gate, [confirmed('IMPRESSION', noon + 90 * second), noon + second]);
      await record(gate, [released('DISMISSED', 'd2'), noon + second]);
      expect(await gate.expired(noon + 60 * second)).toEqual([]);
      expect(await gate.expired(noon + 61 * second)).toEqual([{ customerId: 'c1', decisionId: 'd3', offerId: 'o1' }]);
      expect(await gate.expired(noon + day)).toEqual([]);
    });

    test('a new rule counts what happened before there was any', async () => {
      const gate = await emptyGate();
      for (const decisionId of ['d1', 'd2']) {
        await record(gate, [reserved({ decisionId }), noon], [confirmed('IMPRESSION', noon, decisionId), noon]);
      }
      const caps = [capOf({ scope: { kind: 'TAG', tag: 'fuel' }, limit: 2, window: { kind: 'LIFETIME' } })];
      expect(await gate.reserve(asking({ decisionId: 'd3', offerId: 'o2', caps, at: noon + 400 * day }))).toMatchObject(
        { reserved: false },
      );
    });

    test('a rolling window is open at its beginning and closed at its end', async () => {
      const gate = await emptyGate();
      await record(gate, [reserved({}), noon]);
      const cap = capOf({ counts: 'DECISION', window: { kind: 'ROLLING', seconds: 60 } });
      expect(await usedOf(gate, cap, noon)).toBe(1);
      expect(await usedOf(gate, cap, noon + 60 * second - 1)).toBe(1);
      expect(await usedOf(gate, cap, noon + 60 * second)).toBe(0);
    });

    test('a calendar day begins at midnight of the customer, a total in UTC', async () => {
      const gate = await emptyGate();
      const lateInTokyo = Date.parse('2026-11-18T14:59:59.999Z');
      await record(gate, [reserved({}), lateInTokyo]);
      const window = { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' } as const;
      const ofCustomer = capOf({ counts: 'DECISION', window });
      const inTotal = capOf({ counts: 'DECISION', window, subject: 'TOTAL' });
      const { usageOf } = await seenBy(gate, [inTotal], lateInTokyo + 1, 'c1', 'Asia/Tokyo');
      expect(usageOf(ofCustomer).used).toBe(0);
      expect(usageOf(inTotal).used).toBe(1);
    });

    test('a total never counts too little where its window cuts a minute', async () => {
      const gate = await emptyGate();
      await record(gate, [reserved({}), noon + 10 * second]);
      const cap = capOf({ counts: 'DECISION', subject: 'TOTAL', window: { kind: 'ROLLING', seconds: 60 } });
      expect(await usedOf(gate, cap, noon + 70 * second - 1)).toBe(1);
      expect(await usedOf(gate, cap, noon + 180 * second)).toBe(0);
    });

    test('a rule with a pause is shut from the contact that reached the limit, however much room the window has', async () => {
      const gate = await emptyGate();
      const cap = capOf({ counts: 'IMPRESSION', limit: 2, window: { kind: 'ROLLING', seconds: 60 }, pauseDays: 2 });
      for (const [decisionId, at] of [
        ['d1', noon],
        ['d2', noon + 30 * second],
        ['d3', noon + 3600 * second],
      ] as const) {
        await record(gate, [reserved({ decisionId }), at], [confirmed('IMPRESSION', at, decisionId), at]);
      }
      const hit = noon + 30 * second;
      expect((await seenBy(gate, [], noon + day)).usageOf(cap)).toEqual({ used: 0, pausedUntil: hit + 2 * day });
      expect(await gate.reserve(asking({ decisionId: 'd4', caps: [cap], at: hit + 2 * day - 1 }))).toMatchObject({
        reserved: false,
      });
      expect(await gate.reserve(asking({ decisionId: 'd4', caps: [cap], at: hit + 2 * day }))).toEqual({
        reserved: true,
      });
    });

    test('a cooling window is silence after a contact of another call, presented or about to be; one call is one contact', async () => {
      const gate = await emptyGate();
      const cooling = { series: 'channel:WEB', seconds: 60 };
      const at = noon + 30 * second;
      await gate.reserve(asking({ callId: 'call1', heldUntil: noon + 40 * second }));
      const ofCall = (callId: string, later = at) =>
        gate.reserve(asking({ decisionId: `${callId}_${later}`, callId, cooling, at: later }));
      expect(await ofCall('call2')).toEqual({ reserved: false, offerId: 'o1', by: 'COOLING_WINDOW' });
      expect(await ofCall('call1')).toEqual({ reserved: true });
      const { lastContactAt } = await seenBy(gate, [], at);
      expect(lastContactAt('channel:WEB', 'call2')).toBe(at);
      expect(lastContactAt('channel:WEB', 'call1')).toBeUndefined();
      expect(lastContactAt('channel:EMAIL', 'call2')).toBeUndefined();
      expect(await ofCall('call3', at + 60 * second)).toEqual({ reserved: true });
    });

    test('a cooling window begins anew with the impression and ends with a lapsed reservation', async () => {
      const gate = await emptyGate();
      const cooling = { series: '*', seconds: 600 };
      await record(gate, [reserved({ heldUntil: noon + 60 * second }), noon]);
      const lastContact = async (at: number) => (await seenBy(gate, [], at)).lastContactAt('*', 'other');
      expect(await lastContact(noon + 60 * second)).toBe(noon);
      expect(await lastContact(noon + 61 * second)).toBeUndefined();
      await record(gate, [confirmed('IMPRESSION', noon + day), noon + 50 * second]);
      expect(await lastContact(noon + day)).toBe(noon + 50 * second);
      expect(
        await gate.reserve(asking({ decisionId: 'd2', callId: 'other', cooling, at: noon + 649 * second })),
      ).toMatchObject({ reserved: false });
      expect(
        await gate.reserve(asking({ decisionId: 'd2', callId: 'other', cooling, at: noon + 650 * second })),
      ).toEqual({ reserved: true });
    });

    test('customers are not counted together except in totals', async () => {
      const gate = await emptyGate();
      await record(gate, [reserved({}), noon]);
      const inTotal = capOf({ counts: 'DECISION', subject: 'TOTAL' });
      const { usageOf } = await seenBy(gate, [inTotal], noon, 'c2');
      expect(usageOf(capOf({ counts: 'DECISION' })).used).toBe(0);
      expect(usageOf(inTotal).used).toBe(1);
    });

    testHistories(emptyGate);
  });
}
