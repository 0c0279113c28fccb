// Campaigns on a fleet, one after another, each judged at its end together with those before it.
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { type Answered, type Load, type LoadOptions, prepareCampaign, runLoad } from './campaign.ts';
import type { Fleet } from './fleet.ts';
import { decisionsOf, expectRecorded, expectSound } from './verdict.ts';

/** `KAIROS_SOAK=on`: everything lasts longer. */
export const isSoak = process.env.KAIROS_SOAK === 'on';
/** When something breaks, after the beginning of a load; and when the load has no more to begin. */
export const [brokenAfterMs, loadMs] = [600, isSoak ? 20_000 : 2500];
const decisions = isSoak ? 10_000 : 1000;

/** What a load did, and how often each offer was decided about in it. */
export interface Judged extends Load {
  readonly decided: Readonly<Record<string, number>>;
}

type RunCampaign = (name: string, options?: Partial<LoadOptions>, meanwhile?: () => Promise<void>) => Promise<Judged>;

/** Every decision that was answered is in the log once, no cap is exceeded, and Redis has what the log has. */
export function judgedCampaigns(fleetNow: () => Fleet, url: () => string): RunCampaign {
  const campaigns: string[] = [];
  return async (name, options, meanwhile) => {
    const fleet = fleetNow();
    await prepareCampaign(fleet, name);
    campaigns.push(name);
    const [load] = await Promise.all([
      runLoad(fleet, name, { decisions, overMs: loadMs, seed: campaigns.length, ...options }),
      meanwhile?.(),
    ]);
    await expectRecorded(fleet.store, load.answered);
    await expectSound(fleet.store, url(), campaigns);
    const judged = { ...load, decided: await decisionsOf(fleet.store, name) };
    expectHonest(judged);
    if (isSoak) console.log(name, { ...judged, answered: load.answered.length, blind: blindOf(load).length });
    return judged;
  };
}

export const blindOf = ({ answered }: Pick<Load, 'answered'>): Answered[] => answered.filter(({ isBlind }) => isBlind);

/** What was decided without the read side says so, and shows nothing but the fallback. */
function expectHonest(load: Load): void {
  for (const { resolution, offerId } of blindOf(load)) {
    expect({ resolution, offerId }).toEqual({ resolution: 'FALLBACK', offerId: 'rest' });
  }
}

/** Nobody got an error, and nobody's connection was lost. */
export function expectAllAnswered({ errors, lost, answered }: Load, asked = decisions): void {
  expect({ errors, lost, answered: answered.length }).toEqual({ errors: {}, lost: 0, answered: asked });
}

/** A machine that is busy with other tests may be late for some. */
export function expectSighted(answered: readonly Answered[]): void {
  expect(blindOf({ answered }).length).toBeLessThanOrEqual(answered.length / 20);
}

/** The places that caps leave are given: at least this share of those of each. */
export function expectFilled({ decided }: Judged, share: number): void {
  for (const [name, limit] of [
    ['everybody', 100],
    ['seen-by-everybody', 80],
    ['twice-today', 40],
    ['hourly', 40],
    ['often', 20],
  ] as const) {
    expect({ name, isFilled: (decided[name] ?? 0) >= limit * share }).toEqual({ name, isFilled: true });
  }
}

/** Every replica decides with the read side again. */
export async function expectRecovered(fleet: Fleet, name: string): Promise<void> {
  const end = Date.now() + 15_000;
  for (;;) {
    const { answered } = await runLoad(fleet, name, { decisions: 40, overMs: 0, seed: 99 });
    if (answered.length === 40 && blindOf({ answered }).length === 0) return;
    expect(Date.now()).toBeLessThan(end);
    await delay(100);
  }
}
