// While the event log is away: who is refused, who is answered all the same, and what is in the log when it is back.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { decisionDecider, streamIdOf } from '../../src/aggregates/decision/decider.ts';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import { type Append, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createExecutor } from '../../src/event-store/execute.ts';
import { later } from '../running-kairos.ts';
import { createRig, type Rig, surely } from './rig.ts';

const cap = {
  name: 'twice',
  counts: 'DECISION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 2,
  window: { kind: 'LIFETIME' },
} as const;
const late: Partial<PlacementTerms> = { recording: 'LATE' };

let rig: Rig;
const begin = async (options: Parameters<typeof createRig>[0] = {}) => {
  rig = await createRig(options);
  await rig.publish('fuel', { propensity: 0.9, caps: [cap] });
  await rig.publish('bread', { propensity: 0.5, caps: [{ ...cap, strict: false }] });
  await rig.place('till', late);
  await rig.place('home');
  for (const customerId of ['c1', 'c2']) await rig.consent(customerId);
};
beforeEach(() => begin());
afterEach(() => rig.stop());

const offerOf = ({ data }: DecisionRecord) => data.offers[0]?.offerId;
const shownAt = async (placement: string, customerId = 'c1') => offerOf(await rig.decide(customerId, placement));
/** Makes the outage known. */
const cutKnown = async () => {
  rig.log.cut('REFUSED');
  await expect(rig.kairos.store.head()).rejects.toThrow(StoreUnavailable);
};
const isRecorded = () => vi.waitFor(() => expect(rig.kairos.late?.status().waiting).toBe(0));
const decidedIds = async () => {
  const ids: string[] = [];
  for await (const { type, data } of rig.kairos.store.readAll()) {
    if (type === 'OfferDecided') ids.push((data as { decisionId: string }).decisionId);
  }
  return ids;
};
const present = ({ data: { decisionId } }: DecisionRecord) =>
  rig.kairos.outcomes.record([{ decisionId, kind: 'PRESENTED' }], rig.context());

describe('a placement whose decisions are recorded before they are answered', () => {
  test('refuses, and holds no place', async () => {
    rig.log.cut('REFUSED');
    await expect(rig.decide('c1', 'home')).rejects.toThrow(StoreUnavailable);
    await expect(rig.decide('c1', 'home')).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    expect([await shownAt('home'), await shownAt('home'), await shownAt('home')]).toEqual(['fuel', 'fuel', 'bread']);
  });

  test('holds what was written although the answer was lost, and answers the same request with it', async () => {
    await rig.decide('c1', 'home');
    rig.log.cut('LOST');
    await expect(rig.decide('c1', 'home', 'r1')).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    const [, written = ''] = await decidedIds();
    expect((await rig.decide('c1', 'home', 'r1')).data.decisionId).toBe(written);
    expect(await shownAt('home')).toBe('bread');
  });

  test('refuses within its time budget when the log does not answer', async () => {
    await rig.place('hasty', { timeBudgetMs: 20 });
    rig.log.cut('SILENT');
    await expect(rig.decide('c1', 'hasty', 'r1')).rejects.toThrow('within 20 ms');
    rig.log.heal();
    expect(await shownAt('home')).toBe('fuel');
  });

  test('holds the places of what the log may still take, and answers the same request with it', async () => {
    await rig.place('hasty', { timeBudgetMs: 20 });
    await rig.decide('c1', 'home');
    rig.log.cut('SLOW');
    await expect(rig.decide('c1', 'hasty', 'r1')).rejects.toThrow('within 20 ms');
    rig.log.heal();
    const [, recorded = ''] = await vi.waitFor(async () => {
      const ids = await decidedIds();
      expect(ids).toHaveLength(2);
      return ids;
    });
    rig.log.heal();
    expect((await rig.decide('c1', 'hasty', 'r1')).data.decisionId).toBe(recorded);
    expect(await shownAt('home')).toBe('bread');
  });

  test('records behind what waits of the customer', async () => {
    await cutKnown();
    const first = await rig.decide('c1', 'till');
    rig.log.heal();
    const second = await rig.decide('c1', 'home');
    expect(await decidedIds()).toEqual([first.data.decisionId, second.data.decisionId]);
  });
});

describe('a placement whose decisions may be recorded late', () => {
  test('answers as ever while the log is there', async () => {
    const { data, position } = await rig.decide('c1', 'till');
    expect([offerOf({ data } as DecisionRecord), data.recorded, data.basis.unrecordable]).toEqual([
      'fuel',
      undefined,
      undefined,
    ]);
    expect(position).not.toBe('');
  });

  test('goes on without what must be counted before the answer, and is recorded and explained later', async () => {
    const before = await rig.types();
    await cutKnown();
    const { calls } = rig.log;
    const record = await rig.decide('c1', 'till');
    expect(rig.log.calls - calls).toBe(0);
    expect(record).toMatchObject({
      position: '',
      data: {
        offers: [{ offerId: 'bread' }],
        resolution: 'FRESH',
        recorded: 'LATE',
        rejections: { CAP_NOT_RECORDABLE: 1 },
        basis: { unrecordable: 'STRICT' },
      },
    });
    expect(await rig.types()).toEqual(before);
    rig.log.heal();
    await isRecorded();
    expect((await rig.types()).slice(before.length)).toEqual(['CapReserved', 'OfferDecided']);
    expect(await rig.kairos.readDecision(record.data.decisionId)).toMatchObject({ data: record.data, at: record.at });
    expect(await rig.kairos.explanations.explain(record.data.decisionId)).toMatchObject({
      reproduced: true,
      candidates: [{ offerId: 'bread' }, { offerId: 'fuel', rejection: { stage: 'RECORDING', detail: 'twice' } }],
    });
  });

  test('can be read and explained before it is recorded', async () => {
    await cutKnown();
    const { data } = await rig.decide('c1', 'till');
    expect((await rig.kairos.readDecision(data.decisionId))?.data).toEqual(data);
    expect(await rig.kairos.explanations.explain(data.decisionId)).toMatchObject({ reproduced: true });
  });

  describe.each(['REFUSED', 'LOST'] as const)('that finds out by its record that the log has %s', (trouble) => {
    test('is decided again, without what must be counted before the answer', async () => {
      await rig.decide('c1', 'home');
      rig.log.cut(trouble);
      const { data } = await rig.decide('c1', 'till');
      const basis = { unrecordable: 'STRICT' };
      expect(data).toMatchObject({ offers: [{ offerId: 'bread' }], recorded: 'LATE', basis });
      rig.log.heal();
      await isRecorded();
      expect((await decidedIds()).filter((id) => id === data.decisionId)).toHaveLength(1);
    });

    test('is answered as it was decided when nothing is in the way of that, and recorded once', async () => {
      const pause = { type: 'PauseOffer' as const, offerId: 'fuel', by: 'ann', reason: 'sold out' };
      await rig.kairos.executor.execute(rig.kairos.deciders.offer, 'fuel', pause, rig.context());
      const before = await rig.decide('c1', 'home');
      rig.log.cut(trouble);
      const { data } = await rig.decide('c1', 'till');
      expect([data.offers.map(({ offerId }) => offerId), data.rejections]).toEqual([['bread'], { OFFER_PAUSED: 1 }]);
      expect([data.recorded, data.basis.unrecordable]).toEqual(['LATE', undefined]);
      rig.log.heal();
      await isRecorded();
      expect(await decidedIds()).toEqual([before.data.decisionId, data.decisionId]);
      expect(await rig.kairos.explanations.explain(data.decisionId)).toMatchObject({ reproduced: true });
      expect(await shownAt('till')).toBe(undefined);
    });
  });

  test('is answered within its time budget when the log does not answer, and is in the log once, whatever it took', async () => {
    await rig.place('hasty', { ...late, timeBudgetMs: 20 });
    rig.log.cut('SLOW');
    const { data } = await rig.decide('c2', 'hasty');
    expect([data.recorded, data.offers.map(({ offerId }) => offerId)]).toEqual(['LATE', ['bread']]);
    rig.log.heal();
    await isRecorded();
    expect((await decidedIds()).filter((id) => id === data.decisionId)).toHaveLength(1);
  });

  test('is given again to the same request, before it is recorded and after', async () => {
    await cutKnown();
    const { data } = await rig.decide('c1', 'till', 'r1');
    expect((await rig.decide('c1', 'till', 'r1')).data).toEqual(data);
    expect((await rig.decide('c1', 'till', 'r2')).data.decisionId).not.toBe(data.decisionId);
    rig.log.heal();
    await isRecorded();
    expect((await rig.decide('c1', 'till', 'r1')).data).toEqual(data);
  });

  test('counts for caps and cooling windows from its answer on, until long after it could have been presented', async () => {
    await rig.place('quiet', { ...late, coolingWindow: { seconds: 60, scope: 'PLACEMENT' } });
    await cutKnown();
    expect([await shownAt('quiet'), await shownAt('quiet')]).toEqual(['bread', undefined]);
    rig.at = later(rig.at, 86_400);
    expect([await shownAt('quiet'), await shownAt('till')]).toEqual(['bread', undefined]);
    await expect(rig.kairos.outcomes.expire(rig.context())).rejects.toThrow(AggregateError);
    expect(await shownAt('till')).toBe(undefined);
    rig.log.heal();
    await isRecorded();
    expect([await shownAt('till'), await shownAt('till'), await shownAt('till')]).toEqual(['fuel', 'fuel', undefined]);
  });

  test('expires once when it was not presented in time', async () => {
    await cutKnown();
    const { data } = await rig.decide('c1', 'till');
    rig.at = later(rig.at, 86_400);
    await expect(rig.kairos.outcomes.expire(rig.context())).rejects.toThrow(AggregateError);
    rig.log.heal();
    await rig.kairos.outcomes.expire(rig.context());
    await rig.kairos.outcomes.expire(rig.context());
    expect((await rig.kairos.readDecision(data.decisionId))?.outcomes).toMatchObject([{ kind: 'EXPIRED' }]);
  });

  test('is refused like any other when there is no more room, and its places are given back', async () => {
    await rig.stop();
    await begin({ mostLate: 1 });
    await cutKnown();
    expect(await shownAt('till')).toBe('bread');
    await expect(rig.decide('c1', 'till')).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    await isRecorded();
    await cutKnown();
    expect(await shownAt('till')).toBe('bread');
  });
});

describe('outcomes and interactions', () => {
  test('of a decision that waits are refused with the log away, and recorded behind it when it is back', async () => {
    await cutKnown();
    const record = await rig.decide('c1', 'till');
    await expect(present(record)).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    expect(await present(record)).toMatchObject([{ kind: 'PRESENTED', alreadyRecorded: false }]);
    await isRecorded();
    expect((await rig.types()).slice(-4)).toEqual(['CapReserved', 'OfferDecided', 'CapConfirmed', 'OfferPresented']);
  });

  test('an agent is given nothing that is not in the log', async () => {
    await rig.place('call', { ...late, channel: 'CALL_CENTER' });
    rig.failNext('OfferDecided');
    const start = { interactionId: 'i1', agentId: 'a1', customerId: 'c1', placementId: 'call', attributes: {} };
    await expect(rig.kairos.interactions.start(start, rig.context())).rejects.toThrow(StoreUnavailable);
    const again = await surely(rig.kairos.interactions.start(start, rig.context()));
    expect((await rig.kairos.readDecision(again.screenPop?.decisionId ?? ''))?.data.recorded).toBe(undefined);
  });
});

describe('a decision that was answered', () => {
  test('is recorded, although another process has answered the same request meanwhile: so is the other', async () => {
    await cutKnown();
    const { data, at } = await rig.decide('c1', 'till', 'r1');
    const { recorded: _, ...other } = { ...data, decisionId: `${data.decisionId}0` };
    const elsewhere = createExecutor({ store: rig.log.real });
    const command = { type: 'RecordDecision' as const, at, data: other };
    await surely(elsewhere.execute(decisionDecider, streamIdOf(data.decisionId) ?? '', command, rig.context()));
    rig.log.heal();
    await isRecorded();
    expect(await decidedIds()).toEqual([other.decisionId, data.decisionId]);
    expect(rig.kairos.late?.status().aside).toEqual([]);
  });

  test('is kept and told of when the log never takes it, and is in the way of nothing else', async () => {
    await rig.stop();
    await begin({ reports: true });
    await cutKnown();
    const refused = await rig.decide('c1', 'till', 'r1');
    const other = await rig.decide('c2', 'till');
    const { data } = refused;
    const { appendAll } = rig.log.real;
    Object.assign(rig.log.real, {
      appendAll: (appends: readonly Append[]) =>
        JSON.stringify(appends).includes(data.decisionId)
          ? Promise.reject(new TypeError('the test finds it too large'))
          : appendAll(appends),
    });
    rig.log.heal();
    await isRecorded();
    expect(await decidedIds()).toEqual([other.data.decisionId]);
    expect(rig.kairos.late?.status()).toEqual({
      waiting: 0,
      aside: [{ id: data.decisionId, why: 'the test finds it too large' }],
    });
    expect(rig.reported).toMatchObject([{ message: expect.stringContaining(data.decisionId) }]);
    expect((await rig.kairos.readDecision(data.decisionId))?.data).toEqual(data);
  });
});
