// What is shown to anybody: by which rules it is chosen, and that it is no decision of anybody.
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';
import { Overloaded } from '../../src/application/admission.ts';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import { later } from '../running-kairos.ts';
import { createRig, type Rig, surely } from './rig.ts';

const on: Partial<PlacementTerms> = { defaultAnswer: 'ON' };
const cap = {
  name: 'a thousand a day here',
  counts: 'IMPRESSION',
  scope: { kind: 'EACH_PLACEMENT' },
  subject: 'CUSTOMER',
  limit: 1000,
  window: { kind: 'LIFETIME' },
} as const;

let rig: Rig;
/** Everybody is turned away. */
const full = async (options: Parameters<typeof createRig>[0] = {}) => {
  rig = await createRig({ mostUnderWay: 0, ...options });
  await rig.publish('fuel', { propensity: 0.9 });
  await rig.publish('news', { purposes: [], propensity: 0.2 });
  await rig.publish('store-finder', { purposes: [], propensity: 0.1 });
  return rig;
};
afterEach(() => rig.stop());

const shown = ({ data: { offers } }: DecisionRecord) => offers.map(({ offerId }) => offerId);
const pause = (offerId: string) =>
  rig.kairos.executor.execute(
    rig.kairos.deciders.offer,
    offerId,
    { type: 'PauseOffer', offerId, by: 'ann', reason: 'sold out' },
    rig.context(),
  );

describe('a default answer', () => {
  test('has offers without purposes only, the best first, and says what it is', async () => {
    await full();
    await rig.place('home', { ...on, slots: 3 });
    await rig.consent('c1');
    const before = await rig.types();
    const record = await rig.decide('c1', 'home');
    expect(shown(record)).toEqual(['news', 'store-finder']);
    expect(record).toMatchObject({ at: rig.at, position: '' });
    expect(record.data).toMatchObject({
      customerId: 'c1',
      resolution: 'CACHED',
      degradations: [{ stage: 'LOAD', cause: 'OVERLOAD', instead: 'DEFAULT' }],
      rejections: { CONSENT_MISSING: 1 },
    });
    expect(record.data.decisionId).toMatch(/^default_home_~[0-9a-f]{12}$/);
    expect(await rig.types()).toEqual(before);
  });

  test('is no decision: nothing is known of it, and no outcome of it is recorded', async () => {
    await full();
    await rig.place('home', on);
    const { data } = await rig.decide('c1', 'home');
    const { decisionId } = data;
    expect(await rig.kairos.readDecision(decisionId)).toBeUndefined();
    expect(await rig.kairos.explanations.explain(decisionId)).toBeUndefined();
    const [outcome] = await rig.kairos.outcomes.record([{ decisionId, kind: 'PRESENTED' }], rig.context());
    expect(outcome).toMatchObject({ refused: 'DECISION_NOT_RECORDED', field: 'decisionId' });
  });

  test.each<[what: string, terms: Partial<PlacementTerms>, cause: string]>([
    ['quiet hours, as it is night somewhere', { quietHours: { from: '22:00', to: '07:00' } }, 'QUIET_HOURS'],
    [
      'a cooling window, as anybody may just have been contacted',
      { coolingWindow: { seconds: 60, scope: 'CHANNEL' } },
      'COOLING_WINDOW',
    ],
    ['a cap, as nobody counts it', { caps: [cap] }, 'CAP_NOT_RECORDABLE'],
  ])('is empty in a placement with %s', async (_, terms, cause) => {
    await full();
    await rig.place('home', { ...on, ...terms });
    const { data } = await rig.decide('c1', 'home');
    expect(data).toMatchObject({ offers: [], cause, resolution: 'CACHED' });
  });

  test('does not explore', async () => {
    await full();
    await rig.place('home', { ...on, explorationShare: 1 });
    const { data } = await rig.decide('c1', 'home');
    expect(data.offers).toMatchObject([{ offerId: 'news', selectionProbability: 1 }]);
  });

  test('has nothing of what was paused, has not begun or is over, at once', async () => {
    await full();
    await rig.place('home', { ...on, slots: 3 });
    const end = later(rig.at, 0.5);
    await rig.publish('flash', { purposes: [], propensity: 0.5, endAt: end });
    await rig.publish('soon', { purposes: [], propensity: 0.4, startAt: end });
    const first = await rig.decide('c1', 'home');
    expect(shown(first)).toEqual(['flash', 'news', 'store-finder']);
    expect(first.data.expiresAt).toBe(later(end, -0.001));
    rig.at = end;
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['soon', 'news', 'store-finder']);
    await pause('news');
    await rig.kairos.following.waitFor(await rig.kairos.store.head(), 1000);
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['soon', 'store-finder']);
  });

  test('keeps its id as long as it shows the same', async () => {
    await full();
    await rig.place('home', on);
    const idAt = async (at: string) => {
      rig.at = at;
      return (await rig.decide('c1', 'home')).data.decisionId;
    };
    const before = await idAt(rig.at);
    expect(await idAt(later(rig.at, 60))).toBe(before);
    await rig.publish('bread', { purposes: [], propensity: 0.8 });
    expect(await idAt(later(rig.at, 60))).not.toBe(before);
  });

  test('of several placements in one call show no offer twice', async () => {
    await full();
    for (const placement of ['home', 'footer', 'corner']) await rig.place(placement, on);
    const ask = { customerId: 'c1', attributes: {} };
    const records = await surely(rig.kairos.nextBestOffer.decide(ask, ['home', 'footer', 'corner'], rig.context()));
    expect(records.map(shown)).toEqual([['news'], [], []]);
    expect(records[1]?.data).toMatchObject({ cause: 'SHOWN_ELSEWHERE', rejections: { SHOWN_ELSEWHERE: 1 } });
  });

  test('of a call there are none where one of its placements has none', async () => {
    await full();
    await rig.place('home', on);
    await rig.place('till');
    const ask = { customerId: 'c1', attributes: {} };
    await expect(rig.kairos.nextBestOffer.decide(ask, ['home', 'till'], rig.context())).rejects.toThrow(Overloaded);
  });

  test('is not for interactions with agents, which are begun however much is under way', async () => {
    await full();
    await rig.place('desk', { ...on, channel: 'CALL_CENTER' });
    await rig.consent('c1');
    const call = { interactionId: 'i1', agentId: 'a1', customerId: 'c1', placementId: 'desk', attributes: {} };
    const { screenPop } = await surely(rig.kairos.interactions.start(call, rig.context()));
    const record = await rig.kairos.readDecision(screenPop?.decisionId ?? '');
    expect(record && shown(record)).toEqual(['fuel']);
  });
});

describe('while the read models are away', () => {
  test('what was paused meanwhile is learnt from the log, before the first answer after a while', async () => {
    await full({ isFar: true });
    await rig.place('home', { ...on, slots: 2 });
    await vi.waitFor(async () => expect(shown(await rig.decide('c1', 'home'))).toEqual(['news', 'store-finder']));
    rig.away = 'ALL';
    const { promise: isApplied, resolve } = Promise.withResolvers<void>();
    rig.appliedAfter = isApplied;
    await pause('news');
    // For an hour nobody asks.
    const { now } = performance;
    performance.now = () => now.call(performance) + 3_600_000;
    const first = await rig.decide('c1', 'home');
    performance.now = now;
    resolve();
    expect(shown(first)).toEqual(['store-finder']);
  });

  test('what was paused just now is learnt from the log as well', async () => {
    await full();
    await rig.place('home', { ...on, slots: 2 });
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['news', 'store-finder']);
    rig.away = 'ALL';
    await pause('news');
    const isGone = async () => expect(shown(await rig.decide('c1', 'home'))).toEqual(['store-finder']);
    await vi.waitFor(isGone, { timeout: 5000 });
  });
});
