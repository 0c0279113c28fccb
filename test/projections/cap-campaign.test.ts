// The gate and the recount against each other: they share no code that counts.
import { expect, test } from 'vitest';
import type { CapRecount } from '../../projections/cap-recount.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import type { Counted } from '../../src/aggregates/cap/events.ts';
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { bindOfferCap, bindPlacementCap } from '../../src/decisioning/caps.ts';
import { randomRule } from './cap-gate-history.ts';
import { confirm, day, defined, live, noon, recount, reserve, second } from './cap-log-samples.ts';
import { seededRandom } from './random.ts';
import { recorded, type Told } from './recorded-events.ts';

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'what the gate admits has no violations, what goes round it has (seed %i)',
  async (seed) => {
    const admitted = await campaign(seed, true);
    expect(admitted.violations).toEqual([]);
    expect(admitted.confirmations).toBeGreaterThan(50);
    expect((await campaign(seed, false)).violations.length).toBeGreaterThan(100);
  },
);

/** Random offers under random rules that now and then change, decided, shown, clicked and accepted in time. */
async function campaign(seed: number, asksTheGate: boolean): Promise<CapRecount> {
  const random = seededRandom(seed);
  const gate = createInProcessCapGate();
  const log: Told[] = [];
  const rules = new Map<string, CapRule[]>();
  const open: { decisionId: string; customerId: string; offerId: string; until: number; outcomes: Counted[] }[] = [];
  let now = noon;

  async function tell(told: Told): Promise<void> {
    log.push(told);
    await gate.apply(recorded([told], log.length));
  }
  function publish(): void {
    const window = random.oneOf<CapRule['window']>([
      { kind: 'ROLLING', seconds: 3600 },
      { kind: 'ROLLING', seconds: 7200 },
      { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' },
    ]);
    const caps = Array.from({ length: 2 }, () => ({
      ...randomRule(random),
      window,
      limit: 1 + random.below(8),
    })) as CapRule[];
    const [kind, id] = random.oneOf([
      ['offer', 'o1'],
      ['offer', 'o2'],
      ['offer', 'o3'],
      ['placement', 'home'],
      ['placement', 'basket'],
    ] as const);
    rules.set(`${kind} ${id}`, caps);
    log.push(...(kind === 'offer' ? live(id, ...caps) : [defined(id, ...caps)]));
  }
  async function decide(index: number): Promise<void> {
    const [customerId, placementId] = [random.oneOf(['c1', 'c2', 'c3']), random.oneOf(['home', 'basket'])];
    const decisionId = `d${index}`;
    const timeZone = 'America/Havana';
    const heldUntil = now + 600 * second;
    const offers: string[] = [];
    for (const offerId of ['o1', 'o2', 'o3'].slice(random.below(3))) {
      const caps = [
        ...(rules.get(`offer ${offerId}`) ?? []).map((rule) => bindOfferCap(rule, offerId, placementId)),
        ...(rules.get(`placement ${placementId}`) ?? []).map((rule) => bindPlacementCap(rule, offerId, placementId)),
      ];
      const contact = {
        customerId,
        decisionId,
        callId: decisionId,
        placementId,
        channel: 'WEB' as const,
        timeZone,
        offers: [{ offerId, tags: ['fuel'], caps: asksTheGate ? caps : [] }],
      };
      const { reserved: isReserved } = await gate.reserve({ ...contact, at: now, heldUntil });
      if (isReserved) offers.push(offerId);
    }
    if (offers.length === 0) return;
    await tell(reserve(decisionId, now, { customerId, placementId, timeZone, offers }));
    open.push(...offers.map((offerId) => ({ decisionId, customerId, offerId, until: heldUntil, outcomes: [] })));
  }
  async function respond(): Promise<void> {
    const offer = random.oneOf(open.slice(-40));
    const counted = offer.outcomes.length === 0 ? 'IMPRESSION' : random.oneOf(['CLICK', 'ACCEPTANCE'] as const);
    if (now > offer.until || offer.outcomes.includes(counted)) return;
    await tell(confirm(offer.decisionId, now, counted, offer.offerId, offer.customerId));
    if (counted === 'IMPRESSION') offer.until = now + day;
    offer.outcomes.push(counted);
  }

  for (let step = 0; step < 2500; step += 1) {
    now += random.below(20) === 0 ? random.below(4 * 3600 * second) : random.below(120 * second);
    const choice = random.below(20);
    if (step % 400 === 0) publish();
    else if (choice < 8) await decide(step);
    else if (choice < 19) await (open.length > 0 ? respond() : undefined);
    else await gate.expired(now);
  }
  return recount(log);
}
