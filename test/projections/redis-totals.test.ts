// Replicas that share totals never use a place twice, and lose none for ever.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReservationRequest } from '../../projections/cap-gate.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { RedisTotals } from '../../projections/redis-totals.ts';
import { type BoundCap, binds, type CapRule, seriesOf } from '../../src/decisioning/caps.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { hasRedis, startRedis, type TestRedis } from '../redis/redis-server.ts';
import { asking, capOf, noon, second } from './cap-gate-samples.ts';
import { type Random, seededRandom } from './random.ts';
import { capsOf, createRecountedLog, shareTotals, type Turn } from './total-replicas.ts';

const offers = [
  { offerId: 'o1', tags: ['fuel'] },
  { offerId: 'o2', tags: ['fuel', 'food'] },
  { offerId: 'o3', tags: [] },
];
const places = [
  { placementId: 'home', channel: 'WEB' },
  { placementId: 'desk', channel: 'CALL_CENTER' },
] as const;
/** No event is applied later than this after it was recorded, and none is recorded later after its place was taken. */
const slowest = 4 * second;

function randomRule(random: Random, number: number): CapRule {
  return {
    name: `rule ${number}`,
    counts: random.oneOf(['DECISION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const),
    scope: random.oneOf([
      { kind: 'OFFER' },
      { kind: 'EACH_PLACEMENT' },
      { kind: 'TAG', tag: 'fuel' },
      { kind: 'CHANNEL', channel: 'WEB' },
      { kind: 'EVERYTHING' },
    ] as const),
    subject: 'TOTAL',
    limit: 1 + random.below(random.oneOf([3, 3, 30, 500])),
    window: random.oneOf([
      { kind: 'ROLLING', seconds: 1 + random.below(random.oneOf([60, 7200])) },
      { kind: 'CALENDAR', unit: random.oneOf(['DAY', 'WEEK', 'MONTH'] as const), zone: 'UTC' },
      { kind: 'LIFETIME' },
    ] as const),
  };
}

interface OnItsWay {
  readonly request: ReservationRequest;
  readonly replica: RedisTotals;
  readonly turn: Turn;
}

describe.skipIf(!hasRedis)('replicas that share totals in Redis', () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());

  test.each(Array.from({ length: 8 }, (_, index) => index + 1))(
    'exceed no limit, however they fail, and in the end the limit can be reached (seed %i)',
    async (seed) => {
      const random = seededRandom(seed);
      const shared = await shareTotals(server.url, noon);
      const rules = Array.from({ length: 2 + random.below(6) }, (_, number) => randomRule(random, number));
      const caps = capsOf(
        rules,
        offers.map(({ offerId }) => offerId),
        places.map(({ placementId }) => placementId),
      );
      // Some rules are of some offers only.
      const unbound = new Set(
        caps.flatMap(({ key }) =>
          offers.flatMap(({ offerId }) => (random.below(2) === 0 ? [`${key} ${offerId}`] : [])),
        ),
      );
      const isBound = (cap: BoundCap, offerId: string) => !unbound.has(`${cap.key} ${offerId}`);
      const loose = caps.filter((cap) => offers.some(({ offerId }) => !isBound(cap, offerId)));
      const log = createRecountedLog(caps, isBound);
      const replicas = await Promise.all([shared.join(), shared.join(), shared.join()]);
      const appliers = await Promise.all([shared.join(), shared.join()]);
      let onTheirWay: OnItsWay[] = [];
      let [decisions, reserved, applied, turns] = [0, 0, 0, 0];

      async function decide(): Promise<void> {
        const which = random.below(replicas.length);
        const replica = replicas[which] as RedisTotals;
        const place = random.oneOf(places);
        const at = shared.now - random.below(6);
        decisions += 1;
        const chosen = random.below(4) === 0 ? offers.slice(0, 2) : [random.oneOf(offers)];
        const request = {
          ...asking({ decisionId: `d${decisions}`, at, heldUntil: at + random.oneOf([6, 60, 7200]) * second }),
          ...place,
          offers: chosen.map((offer) => {
            const series = seriesOf({ ...offer, ...place });
            const own = caps.filter((cap) => binds(cap, series) && isBound(cap, offer.offerId));
            return { ...offer, caps: own, counted: loose.filter((cap) => binds(cap, series)) };
          }),
        };
        const began = ++turns;
        const reservation = await Promise.resolve(replica.take(request)).catch((error) => {
          // Another decision of the same turn was its last.
          if (!(error instanceof ReadSideUnavailable) || shared.isAlive(replica)) throw error;
        });
        if (!reservation?.reserved) return;
        reserved += 1;
        const fate = random.below(20);
        if (fate < 2) replica.giveBack(request.decisionId);
        else onTheirWay.push({ request, replica, turn: { began, done: ++turns } });
        // It dies; what it has on its way may be recorded yet, or never.
        if (fate === 2) {
          shared.die(replica);
          replicas[which] = await shared.join();
          onTheirWay = onTheirWay.filter((each) => each.replica !== replica || random.below(2) === 0);
        }
      }

      function record(each: OnItsWay): void {
        onTheirWay = onTheirWay.filter((other) => other !== each);
        const { position } = log.reserve(each.request, each.turn);
        if (random.below(4) > 0) each.replica.recorded(each.request.decisionId, position);
      }

      function follow(): void {
        const open = log.open(shared.now, 2 * slowest);
        if (open.length === 0) return;
        const one = random.oneOf(open.slice(-20));
        if (random.below(5) === 0) log.release(one, shared.now);
        else {
          const counted = random.oneOf(['IMPRESSION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const);
          log.confirm(one, counted, shared.now, shared.now + random.oneOf([10, 3600]) * second);
        }
      }

      async function apply(upTo: number): Promise<void> {
        const from = Math.max(0, applied - random.below(5));
        const news: RecordedEvent[] = log.events.slice(from, upTo);
        const cut = random.below(news.length + 1);
        const [one, other] = appliers as [RedisTotals, RedisTotals];
        await Promise.all([one.apply(news), other.apply(news.slice(0, cut)).then(() => other.apply(news.slice(cut)))]);
        applied = Math.max(applied, upTo);
      }

      async function applyAll(): Promise<void> {
        await apply(log.events.length);
        await random.oneOf(appliers).caughtUp(shared.now);
      }

      let lastApplied = shared.now;
      for (let step = 0; step < 400; step += 1) {
        const leap = random.below(40) === 0 ? random.below(3_600_000) : random.below(200);
        // Nobody is slower than that: before a leap what is on its way arrives.
        if (shared.now + leap - lastApplied > slowest || leap > 200) {
          for (const each of onTheirWay) record(each);
          await applyAll();
          lastApplied = shared.now;
        }
        shared.now += leap;
        const choice = random.below(10);
        if (choice < 5) await Promise.all(Array.from({ length: 1 + random.below(8) }, decide));
        else if (choice < 7) for (const each of onTheirWay) if (random.below(2) === 0) record(each);
        if (choice === 7) follow();
        if (choice === 8) await apply(applied + random.below(log.events.length - applied + 1));
        if (choice === 9) await random.oneOf(replicas).giveBackUnused();
      }
      for (const each of onTheirWay) record(each);
      expect(reserved).toBeGreaterThan(0);

      shared.now += 60 * second;
      await applyAll();
      // Once to learn what is in the book, once to say what is left.
      for (let round = 0; round < 2; round += 1) {
        for (const replica of replicas) await replica.giveBackUnused();
        shared.now += second;
      }
      const last = await shared.join();
      for (const cap of caps) {
        const used = log.usedOf(cap, shared.now);
        expect((await last.look(shared.now, [cap])).usageOf(cap).used, cap.key).toBe(used);
        const place = places.find(({ placementId, channel }) =>
          offers.some((offer) => binds(cap, seriesOf({ ...offer, placementId, channel }))),
        );
        const offer = offers.find((each) => place && binds(cap, seriesOf({ ...each, ...place })));
        const taken: string[] = [];
        for (let isLeft = place !== undefined && offer !== undefined; isLeft && place && offer; ) {
          const decisionId = `last ${cap.key} ${taken.length}`;
          const request = { ...asking({ decisionId, at: shared.now }), ...place, offers: [{ ...offer, caps: [cap] }] };
          isLeft = (await last.take(request)).reserved;
          if (isLeft) taken.push(decisionId);
        }
        if (place) expect(taken, cap.key).toHaveLength(Math.max(0, cap.rule.limit - used));
        for (const decisionId of taken) last.giveBack(decisionId);
      }
      await shared.close();
    },
  );

  test('20,000 places under one large cap are asked for in blocks', async () => {
    const shared = await shareTotals(server.url, noon);
    const replica = await shared.join({ freshForMs: 250 });
    const caps = [capOf({ subject: 'TOTAL', limit: 1_000_000 })];
    for (let number = 0; number < 20_000; number += 1) {
      expect(await replica.take(asking({ decisionId: `d${number}`, caps }))).toEqual({ reserved: true });
    }
    expect(shared.calls).toBeLessThan(1000);
    await shared.close();
  });
});
