// While the read models and the gate cannot be reached, a placement shows its fallback, if the log is enough to know that it may.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';
import { createRig, type Rig, surely } from './rig.ts';

const cap = {
  name: 'once',
  counts: 'DECISION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 1,
  window: { kind: 'LIFETIME' },
} as const;

describe('while the read models are away', () => {
  let rig: Rig;
  beforeEach(async () => {
    rig = await createRig();
    await rig.publish('fuel', { propensity: 0.9, caps: [cap] });
    await rig.publish('news', { suppression: { neverAfter: [], afterDecline: { seconds: 3600, doubling: false } } });
    await rig.place('home', { fallbackOfferId: 'news' });
  });
  afterEach(() => rig.stop());

  const shown = async (customerId: string, requestId?: string) => {
    const { data } = await rig.decide(customerId, 'home', requestId);
    const { offers, resolution, cause, rejections } = data;
    return { offers: offers.map(({ offerId }) => offerId), resolution, cause, rejections };
  };

  test('the fallback is the answer, which says so, is recorded, and can be explained', async () => {
    await rig.consent('c1');
    rig.away = 'ALL';
    const record = await rig.decide('c1', 'home');
    expect(record.data).toMatchObject({
      offers: [{ offerId: 'news' }],
      resolution: 'FALLBACK',
      rejections: { FACTS_UNAVAILABLE: 1 },
      basis: { isBlind: true },
    });
    expect((await rig.types()).slice(-2)).toEqual(['CapReserved', 'OfferDecided']);
    rig.away = 'NO';
    const explanation = await rig.kairos.explanations.explain(record.data.decisionId);
    expect(explanation).toMatchObject({ reproduced: true, resolution: 'FALLBACK' });
    expect(explanation?.candidates.map(({ offerId, rejection }) => [offerId, rejection?.reason])).toEqual([
      ['news', undefined],
      ['fuel', 'FACTS_UNAVAILABLE'],
    ]);
    expect(await shown('c1')).toMatchObject({ offers: ['fuel'], resolution: 'FRESH' });
  });

  test('it is the answer of a process that has never reached them, too', async () => {
    const other = await createRig();
    await other.publish('news');
    await other.place('home', { fallbackOfferId: 'news' });
    await other.consent('c1');
    other.away = 'ALL';
    const { data } = await other.decide('c1', 'home');
    expect(data).toMatchObject({ offers: [{ offerId: 'news' }], resolution: 'FALLBACK' });
    await other.stop();
  });

  test('what is paused meanwhile is not shown, and is when it goes on', async () => {
    await rig.consent('c1');
    rig.away = 'ALL';
    expect(await shown('c1')).toMatchObject({ offers: ['news'] });
    const { executor, deciders } = rig.kairos;
    const pause = { type: 'PauseOffer' as const, offerId: 'news', by: 'ann', reason: 'sold out' };
    await executor.execute(deciders.offer, 'news', pause, rig.context());
    expect(await shown('c1')).toMatchObject({ offers: [] });
    await executor.execute(deciders.offer, 'news', { type: 'ResumeOffer', offerId: 'news', by: 'ann' }, rig.context());
    expect(await shown('c1')).toMatchObject({ offers: ['news'] });
  });

  test('nobody is shown anything without the consent that the log knows', async () => {
    rig.away = 'ALL';
    expect(await shown('c1')).toMatchObject({ offers: [], cause: 'FACTS_UNAVAILABLE' });
    rig.away = 'NO';
    await rig.consent('c1');
    rig.away = 'ALL';
    expect(await shown('c1')).toMatchObject({ offers: ['news'] });
    const withdrawal = {
      type: 'WithdrawConsent' as const,
      customerId: 'c1',
      purpose: 'marketing',
      channels: ['WEB' as const],
      evidence: 'call',
      policyVersion: '1',
      at: rig.at,
    };
    await rig.kairos.executor.execute(rig.kairos.deciders.consent, 'c1', withdrawal, rig.context());
    expect(await shown('c1')).toMatchObject({ offers: [] });
  });

  test('what the customer said no to is not shown: the log knows it', async () => {
    await rig.consent('c1');
    rig.away = 'ALL';
    const { data } = await rig.decide('c1', 'home');
    await rig.kairos.outcomes.record(
      [
        { decisionId: data.decisionId, kind: 'PRESENTED' },
        { decisionId: data.decisionId, kind: 'DECLINED', reason: 'no' },
      ],
      rig.context(),
    );
    expect(await shown('c1')).toMatchObject({ offers: [] });
  });

  test.each<[string, Partial<PlacementTerms>]>([
    ['without a fallback', {}],
    ['with a fallback under a cap', { fallbackOfferId: 'fuel' }],
    [
      'that keeps silence after contacts',
      { fallbackOfferId: 'news', coolingWindow: { seconds: 60, scope: 'CHANNEL' } },
    ],
  ])('a placement %s shows nothing', async (_, terms) => {
    await rig.consent('c1');
    await rig.place('other', terms);
    rig.away = 'ALL';
    const { data } = await rig.decide('c1', 'other');
    expect(data).toMatchObject({ offers: [], cause: 'FACTS_UNAVAILABLE' });
  });

  test('a request that is repeated gets the answer of before, whether that was blind or not', async () => {
    await rig.consent('c1');
    const before = await rig.decide('c1', 'home', 'first');
    rig.away = 'ALL';
    expect((await rig.decide('c1', 'home', 'first')).data.decisionId).toBe(before.data.decisionId);
    const blind = await rig.decide('c1', 'home', 'second');
    expect((await rig.decide('c1', 'home', 'second')).data.decisionId).toBe(blind.data.decisionId);
    rig.away = 'NO';
    expect((await rig.decide('c1', 'home', 'second')).data.decisionId).toBe(blind.data.decisionId);
  });

  test('a call for several placements waits for them once', async () => {
    await rig.consent('c1');
    for (const placement of ['second', 'third']) await rig.place(placement);
    rig.away = 'ALL';
    const missedBefore = rig.missed;
    await rig.decide('c1', 'home');
    const missedByOne = rig.missed - missedBefore;
    const ask = { customerId: 'c1', attributes: {} };
    const records = await surely(rig.kairos.nextBestOffer.decide(ask, ['home', 'second', 'third'], rig.context()));
    expect(records.map(({ data }) => data.offers.length)).toEqual([1, 0, 0]);
    expect(rig.missed - missedBefore).toBe(2 * missedByOne);
  });

  test('a decision that cannot be recorded fails with what the log says, also when its places cannot be given back', async () => {
    await rig.consent('c1');
    rig.away = 'WHEN_WITHDRAWN';
    rig.failNext('CapReserved');
    await expect(shown('c1')).rejects.toThrow('refuses');
  });

  test('a reservation whose answer is lost is taken back, and the answer is the fallback', async () => {
    await rig.consent('c1');
    rig.away = 'WHEN_RESERVED';
    expect(await shown('c1')).toMatchObject({ offers: ['news'], resolution: 'FALLBACK' });
    rig.away = 'NO';
    expect(await shown('c1')).toMatchObject({ offers: ['fuel'] });
  });
});
