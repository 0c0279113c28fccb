// A random but repeatable life of a cap gate: reservations, records, outcomes, lapses, late news. And the log that remains of it.
import { expect } from 'vitest';
import type { CapGate } from '../../projections/cap-gate.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import { type BoundCap, bindOfferCap, bindPlacementCap, type CapRule } from '../../src/decisioning/caps.ts';
import type { Channel } from '../../src/decisioning/catalogue.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { logged } from './cap-gate-samples.ts';
import type { Random } from './random.ts';

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

const totalsOf = (caps: readonly BoundCap[]) => caps.filter(({ rule }) => rule.subject === 'TOTAL');

/** Fails when a gate that knows whom it need not be asked about would hide a used cap of one offer. */
export async function expectNoHiddenUsage(gate: CapGate, at: number, random: Random, caps: number): Promise<void> {
  for (const customerId of customers) {
    const asked = Array.from({ length: caps }, () => {
      const { offerId } = random.oneOf(offers);
      const rule = { ...randomRule(random), scope: { kind: 'OFFER' } as const };
      return { offerId, rule, cap: bindOfferCap(rule, offerId, 'home') };
    });
    const look = await gate.look(customerId, at, () => totalsOf(asked.map(({ cap }) => cap)));
    const { usageOf, touchedOffers, largestTotal } = look(zones[customerId] ?? 'UTC');
    for (const { offerId, rule, cap } of asked) {
      const { used, pausedUntil } = usageOf(cap);
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
    const caps = Array.from({ length: rules }, () => randomCap(random));
    const look = async (gate: CapGate) => (await gate.look(customerId, at, () => totalsOf(caps)))(timeZone);
    const [first, second] = [await look(one), await look(other)];
    for (const cap of caps) {
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
): Promise<{ log: RecordedEvent[]; now: number }> {
  let now = Date.parse('2026-10-23T12:00:00.000Z');
  const log: RecordedEvent[] = [];
  /** No look goes further back: what had lapsed by then is given back. */
  let sweptAt = now;
  /** What is in the log and has not come to the gates yet. */
  let unseen: RecordedEvent[] = [];
  const recorded: { customerId: string; decisionId: string; offerId: string; heldUntil: number }[] = [];

  async function record(event: CapEvent, at: number): Promise<void> {
    const told = logged(event, at);
    log.push(told);
    unseen.push(told);
    if (random.below(3) > 0) await deliver();
  }

  async function deliver(): Promise<void> {
    if (unseen.length === 0) return;
    await gate.apply(unseen);
    await model.apply(unseen);
    // Some of it once more: news may come twice.
    if (random.below(5) === 0) await gate.apply(unseen.slice(random.below(unseen.length)));
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
    const wanted = chosen.map((offer) => ({
      ...offer,
      caps: Array.from({ length: random.below(3) }, () =>
        random.oneOf([bindOfferCap, bindPlacementCap])(randomRule(random), offer.offerId, place.placementId),
      ),
    }));
    const cooling =
      random.below(4) === 0
        ? { cooling: { series: random.oneOf(['*', `channel:${place.channel}`]), seconds: random.below(900) } }
        : {};
    const request = { customerId, decisionId, callId, ...place, timeZone, offers: wanted, ...cooling, at, heldUntil };
    const [one, other] = [await gate.reserve(request), await model.reserve(request)];
    expect(one).toEqual(other);
    if (random.below(8) === 0) expect(await gate.reserve(request)).toEqual(await model.reserve(request));
    const fate = random.below(10);
    if (fate < 2) for (const each of [gate, model]) await each.withdraw(customerId, decisionId);
    // One in ten was written although the writer gave up.
    if (fate === 0 || !one.reserved) return;
    const until = new Date(heldUntil).toISOString();
    await record(
      {
        type: 'CapReserved',
        data: { customerId, decisionId, ...place, offers: chosen, callId, timeZone, heldUntil: until },
      },
      at,
    );
    recorded.push(...chosen.map(({ offerId }) => ({ customerId, decisionId, offerId, heldUntil })));
  }

  async function confirmOrRelease(): Promise<void> {
    const recent = recorded.slice(-30);
    if (recent.length === 0) return;
    const { customerId, decisionId, offerId, heldUntil } = random.oneOf(recent);
    const at = Math.min(now, random.below(2) === 0 ? heldUntil : now);
    const about = { customerId, decisionId, offerId };
    if (
      log.some(
        ({ type, data }) =>
          type === 'CapReleased' && 'offerId' in data && data.offerId === offerId && isOf(data, decisionId),
      )
    )
      return;
    if (random.below(5) === 0) return record({ type: 'CapReleased', data: { ...about, reason: 'DISMISSED' } }, at);
    const counted: Counted = random.oneOf(['IMPRESSION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'] as const);
    const until = new Date(at + random.oneOf([hour, 30 * hour])).toISOString();
    return record({ type: 'CapConfirmed', data: { ...about, counted, heldUntil: until } }, at);
  }

  async function sweep(): Promise<void> {
    // Only what is recorded is swept.
    await deliver();
    sweptAt = now;
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
    else {
      const at = now + (random.below(3) - 1) * random.below(2 * hour);
      await expectEqualUsage(gate, model, Math.max(at, sweptAt), random, 3);
    }
  }
  await deliver();
  return { log, now };
}

function isOf(data: object, decisionId: string): boolean {
  return 'decisionId' in data && data.decisionId === decisionId;
}
