// A random but repeatable life of a cap gate: reservations, records, outcomes, lapses, late news. And the log that remains of it.
import { expect } from 'vitest';
import type { CapGate } from '../../projections/cap-gate.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import { type BoundCap, bindOfferCap, bindPlacementCap, type CapRule } from '../../src/decisioning/caps.ts';
import type { Channel } from '../../src/decisioning/catalogue.ts';
import type { Random } from './random.ts';

export interface Logged {
  readonly event: CapEvent;
  readonly at: string;
}

const customers = ['c1', 'c2', 'c3_x'];
const zones: Record<string, string> = { c1: 'Europe/Berlin', c2: 'America/Havana', c3_x: 'UTC' };
const placements: { placementId: string; channel: Channel }[] = [
  { placementId: 'home', channel: 'WEB' },
  { placementId: 'basket', channel: 'WEB' },
  { placementId: 'desk', channel: 'CALL_CENTER' },
];
const offers = [
  { offerId: 'o1', tags: ['fuel'] },
  { offerId: 'o2', tags: ['fuel', 'food'] },
  { offerId: 'o3', tags: [] },
  { offerId: 'o4', tags: ['food', 'food'] },
];
const hour = 3_600_000;

export function randomRule(random: Random): CapRule {
  const subject = random.oneOf(['CUSTOMER', 'CUSTOMER', 'TOTAL'] as const);
  const scope: CapRule['scope'] = random.oneOf([
    { kind: 'OFFER' },
    { kind: 'EACH_PLACEMENT' },
    { kind: 'PLACEMENTS', placements: ['home', 'desk', 'nowhere'] },
    { kind: 'TAG', tag: random.oneOf(['fuel', 'food']) },
    { kind: 'CHANNEL', channel: 'WEB' },
    { kind: 'EVERYTHING' },
  ] as const);
  const unit = random.oneOf(['DAY', 'WEEK', 'MONTH', 'YEAR'] as const);
  const window: CapRule['window'] = random.oneOf([
    { kind: 'ROLLING', seconds: 1 + random.below(random.oneOf([60, 7200, 172_800])) },
    { kind: 'CALENDAR', unit, zone: random.oneOf(['UTC', 'CUSTOMER'] as const) },
    { kind: 'LIFETIME' },
  ] as const);
  const counts = random.oneOf(['DECISION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const);
  const pauseDays = random.below(4) === 0 ? { pauseDays: 1 + random.below(3) } : {};
  return { name: `rule ${random.below(1e9)}`, counts, scope, subject, window, limit: random.below(25), ...pauseDays };
}

export function randomCap(random: Random): BoundCap {
  const bind = random.oneOf([bindOfferCap, bindPlacementCap]);
  return bind(randomRule(random), random.oneOf(offers).offerId, random.oneOf(placements).placementId);
}

/** Fails when a gate that knows whom it need not be asked about would hide a used cap of one offer. */
export async function expectNoHiddenUsage(gate: CapGate, at: number, random: Random, caps: number): Promise<void> {
  for (const customerId of customers) {
    const { usageOf, touchedOffers, largestTotal } = await gate.usage(customerId, zones[customerId] ?? 'UTC', at);
    for (let count = 0; count < caps; count++) {
      const { offerId } = random.oneOf(offers);
      const rule = { ...randomRule(random), scope: { kind: 'OFFER' } as const };
      const { used, pausedUntil } = usageOf(bindOfferCap(rule, offerId, 'home'));
      if (rule.subject === 'TOTAL') expect(largestTotal?.() ?? used).toBeGreaterThanOrEqual(used);
      else if (used > 0 || pausedUntil !== undefined) expect(touchedOffers?.() ?? [offerId]).toContain(offerId);
    }
  }
}

/** Fails when two gates tell different things of any customer at an instant. */
export async function expectEqualUsage(
  one: CapGate,
  other: CapGate,
  at: number,
  random: Random,
  rules: number,
): Promise<void> {
  for (const customerId of [...customers, 'nobody']) {
    const timeZone = zones[customerId] ?? 'Asia/Tokyo';
    const [first, second] = [await one.usage(customerId, timeZone, at), await other.usage(customerId, timeZone, at)];
    for (let count = 0; count < rules; count += 1) {
      const cap = randomCap(random);
      const open = ({ used, pausedUntil = at }: ReturnType<typeof first.usageOf>) => ({
        used,
        pausedUntil: Math.max(pausedUntil, at),
      });
      expect(open(first.usageOf(cap)), `${customerId} at ${at}: ${JSON.stringify(cap)}`).toEqual(
        open(second.usageOf(cap)),
      );
    }
    for (const series of ['*', 'channel:WEB', 'placement:home']) {
      const callId = `call${random.below(40)}`;
      expect(first.lastContactAt(series, callId)).toBe(second.lastContactAt(series, callId));
    }
  }
}

/** Lives `steps` steps with two gates, comparing all that they say; gives back the log. */
export async function liveTogether(
  gate: CapGate,
  model: CapGate,
  random: Random,
  steps: number,
): Promise<{ log: Logged[]; now: number }> {
  let now = Date.parse('2026-10-23T12:00:00.000Z');
  const log: Logged[] = [];
  /** What is in the log and has not come to the gates yet. */
  let unseen: Logged[] = [];
  const recorded: { customerId: string; decisionId: string; offerId: string; heldUntil: number }[] = [];

  async function record(event: CapEvent, at: number): Promise<void> {
    const logged = { event, at: new Date(at).toISOString() };
    log.push(logged);
    unseen.push(logged);
    if (random.below(3) > 0) await deliver();
  }

  async function deliver(): Promise<void> {
    for (const { event, at } of unseen) {
      await gate.apply(event, at);
      await model.apply(event, at);
      // Once more: news may come twice.
      if (random.below(5) === 0) await gate.apply(event, at);
    }
    unseen = [];
  }

  async function reserve(): Promise<void> {
    const customerId = random.oneOf(customers);
    const place = random.oneOf(placements);
    const at = now - random.below(3) * 400;
    const heldUntil = at + random.oneOf([30_000, 1_800_000, 10 * hour]);
    const timeZone = zones[customerId] ?? 'UTC';
    const decisionId = `d${log.length}_${random.below(1e9)}`;
    const callId = `call${random.below(40)}`;
    const chosen = random.below(3) === 0 ? offers.slice(0, 2) : [random.oneOf(offers)];
    const won: typeof chosen = [];
    for (const offer of chosen) {
      const caps = Array.from({ length: random.below(3) }, () => {
        return random.oneOf([bindOfferCap, bindPlacementCap])(randomRule(random), offer.offerId, place.placementId);
      });
      const cooling =
        random.below(4) === 0
          ? { cooling: { series: random.oneOf(['*', `channel:${place.channel}`]), seconds: random.below(900) } }
          : {};
      const request = { customerId, decisionId, callId, ...place, timeZone, ...offer, caps, ...cooling, at, heldUntil };
      const [one, other] = [await gate.reserve(request), await model.reserve(request)];
      expect(one).toEqual(other);
      if (one.reserved) won.push(offer);
      if (random.below(8) === 0) expect(await gate.reserve(request)).toEqual(await model.reserve(request));
    }
    const fate = random.below(10);
    if (fate < 2) for (const { offerId } of chosen) await withdraw(customerId, decisionId, offerId);
    // One in ten was written although the writer gave up.
    if (fate === 0 || won.length === 0) return;
    const until = new Date(heldUntil).toISOString();
    await record(
      {
        type: 'CapReserved',
        data: { customerId, decisionId, ...place, offers: won, callId, timeZone, heldUntil: until },
      },
      at,
    );
    recorded.push(...won.map(({ offerId }) => ({ customerId, decisionId, offerId, heldUntil })));
  }

  async function withdraw(customerId: string, decisionId: string, offerId: string): Promise<void> {
    await gate.withdraw(customerId, decisionId, offerId);
    await model.withdraw(customerId, decisionId, offerId);
  }

  async function confirmOrRelease(): Promise<void> {
    const recent = recorded.slice(-30);
    if (recent.length === 0) return;
    const { customerId, decisionId, offerId, heldUntil } = random.oneOf(recent);
    const at = Math.min(now, random.below(2) === 0 ? heldUntil : now);
    const about = { customerId, decisionId, offerId };
    if (
      log.some(
        ({ event }) =>
          event.type === 'CapReleased' && event.data.decisionId === decisionId && event.data.offerId === offerId,
      )
    )
      return;
    if (random.below(5) === 0) return record({ type: 'CapReleased', data: { ...about, reason: 'DISMISSED' } }, at);
    const counted: Counted = random.oneOf(['IMPRESSION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const);
    const until = new Date(at + random.oneOf([hour, 30 * hour])).toISOString();
    return record({ type: 'CapConfirmed', data: { ...about, counted, heldUntil: until } }, at);
  }

  async function sweep(): Promise<void> {
    const inOrder = (lapsed: Awaited<ReturnType<CapGate['expired']>>) =>
      lapsed.map((each) => `${each.decisionId} ${each.offerId}`).sort();
    const lapsed = await gate.expired(now);
    expect(inOrder(lapsed)).toEqual(inOrder(await model.expired(now)));
    for (const about of lapsed) {
      if (random.below(4) > 0) await record({ type: 'CapReleased', data: { ...about, reason: 'EXPIRED' } }, now);
    }
  }

  for (let step = 0; step < steps; step += 1) {
    now += random.below(10) === 0 ? random.below(8 * hour) : random.below(240_000);
    const choice = random.below(20);
    if (choice < 9) await reserve();
    else if (choice < 15) await confirmOrRelease();
    else if (choice === 15) await sweep();
    else if (choice === 16) await deliver();
    else await expectEqualUsage(gate, model, now + (random.below(3) - 1) * random.below(2 * hour), random, 3);
  }
  await deliver();
  return { log, now };
}
