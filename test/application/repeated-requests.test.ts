// What a repeated request id gets: the same answer, as long as that may still be shown.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { contacts } from '../../projections/contacts.ts';
import { later } from '../running-kairos.ts';
import { createRig, type Rig, surely } from './rig.ts';
import { once } from './rig-terms.ts';

let rig: Rig;

beforeEach(async () => {
  rig = await createRig();
  await rig.place('home');
  await rig.publish('fuel');
  await rig.consent('zoe');
});
afterEach(() => rig.stop());

const offerIds = (record: Awaited<ReturnType<Rig['decide']>>) => record.data.offers.map(({ offerId }) => offerId);

const outcome = (decisionId: string, offerId: string, kind: 'PRESENTED' | 'DECLINED') =>
  rig.kairos.outcomes.record([{ decisionId, offerId, kind }], rig.context());

async function withdraw(): Promise<void> {
  const command = {
    type: 'WithdrawConsent' as const,
    customerId: 'zoe',
    purpose: 'marketing',
    channels: ['WEB' as const],
    evidence: 'call',
    at: rig.at,
  };
  await surely(rig.kairos.executor.execute(rig.kairos.deciders.consent, 'zoe', command, rig.context()));
}

it('an offer is not given again after its consent was withdrawn; its places are given back', async () => {
  const first = await rig.decide('zoe', 'home', 'r-1');
  await withdraw();
  const second = await rig.decide('zoe', 'home', 'r-1');
  expect(offerIds(first)).toEqual(['fuel']);
  expect(second.data).toMatchObject({ offers: [], cause: 'CONSENT_WITHDRAWN' });
  expect(await rig.types()).toEqual(expect.arrayContaining(['OfferDismissed', 'CapReleased']));
  expect((await rig.decide('zoe', 'home', 'r-1')).data.decisionId).toBe(second.data.decisionId);
});

it('an offer is not given again after it was paused', async () => {
  await rig.decide('zoe', 'home', 'r-1');
  const command = { type: 'PauseOffer' as const, offerId: 'fuel', reason: 'stock', by: 'ann' };
  await surely(rig.kairos.executor.execute(rig.kairos.deciders.offer, 'fuel', command, rig.context()));
  expect((await rig.decide('zoe', 'home', 'r-1')).data).toMatchObject({ offers: [], cause: 'OFFER_PAUSED' });
});

it('neither is one that was already presented, alone or beside another', async () => {
  await rig.place('two', { slots: 2 });
  await rig.publish('tires');
  const one = await rig.decide('zoe', 'home', 'r-1');
  const two = await rig.decide('zoe', 'two', 'r-1');
  await outcome(one.data.decisionId, 'fuel', 'PRESENTED');
  await outcome(two.data.decisionId, 'fuel', 'PRESENTED');
  await withdraw();
  for (const placement of ['home', 'two', 'home', 'two']) {
    expect(offerIds(await rig.decide('zoe', placement, 'r-1'))).toEqual([]);
  }
});

it('nor is it when the read models have forgotten the request', async () => {
  const first = await rig.decide('zoe', 'home', 'r-1');
  const entry = (await rig.kairos.readModels.read(contacts, 'zoe'))?.entry;
  for (const key of Object.keys(entry?.requests ?? {})) delete entry?.requests[key];
  expect((await rig.decide('zoe', 'home', 'r-1')).data.decisionId).toBe(first.data.decisionId);
  await withdraw();
  expect(offerIds(await rig.decide('zoe', 'home', 'r-1'))).toEqual([]);
});

it('after a decline the same request gets the next best offer', async () => {
  await rig.publish('tires', { value: { amount: 1, currency: 'USD' } });
  await rig.publish('fuel-2', {
    value: { amount: 9000, currency: 'USD' },
    suppression: { afterDecline: { seconds: 600, doubling: false }, neverAfter: [] },
  });
  const first = await rig.decide('zoe', 'home', 'r-1');
  await outcome(first.data.decisionId, 'fuel-2', 'DECLINED');
  expect(offerIds(await rig.decide('zoe', 'home', 'r-1'))).toEqual(['fuel']);
});

it('what was given back but not in the caps is given back by the next repetition', async () => {
  await rig.publish('rare', { caps: [once], value: { amount: 9000, currency: 'USD' } });
  await rig.decide('zoe', 'home', 'r-1');
  const pause = { type: 'PauseOffer' as const, offerId: 'rare', reason: 'stock', by: 'ann' };
  await surely(rig.kairos.executor.execute(rig.kairos.deciders.offer, 'rare', pause, rig.context()));
  rig.failNext('CapReleased');
  await expect(rig.decide('zoe', 'home', 'r-1')).rejects.toThrow('refuses');
  expect(offerIds(await rig.decide('zoe', 'home', 'r-1'))).toEqual(['fuel']);
  expect((await rig.types()).filter((type) => type === 'CapReleased')).toHaveLength(1);
});

it('a call over several placements, one of which was answered before, is still one contact', async () => {
  await rig.place('first', { coolingWindow: { seconds: 600, scope: 'EVERYTHING' } });
  await rig.place('second', { coolingWindow: { seconds: 600, scope: 'EVERYTHING' } });
  await rig.publish('tires');
  await rig.consent('yan');
  const ask = { customerId: 'yan', requestId: 'r-2', attributes: {} };
  const call = () => surely(rig.kairos.nextBestOffer.decide(ask, ['first', 'second'], rig.context()));
  const before = await rig.decide('yan', 'first', 'r-2');
  const records = await call();
  expect(records[0]?.data.decisionId).toBe(before.data.decisionId);
  expect(records.flatMap(offerIds).sort()).toEqual(['fuel', 'tires']);
  expect((await call()).map(({ data }) => data.decisionId)).toEqual(records.map(({ data }) => data.decisionId));
});

it('an answer lives no longer than its offer and the consents that it needs', async () => {
  await rig.publish('brief', { endAt: later(rig.at, 10), value: { amount: 9000, currency: 'USD' } });
  expect((await rig.decide('zoe', 'home')).data.expiresAt).toBe('2026-11-21T12:00:09.999Z');
  const { executor, deciders } = rig.kairos;
  const grant = {
    type: 'GrantConsent' as const,
    customerId: 'xia',
    purpose: 'marketing',
    channels: ['WEB' as const],
    evidence: 'f',
    policyVersion: '1',
    expiresAt: later(rig.at, 5),
    at: rig.at,
  };
  await surely(executor.execute(deciders.consent, 'xia', grant, rig.context()));
  expect((await rig.decide('xia', 'home')).data.expiresAt).toBe('2026-11-21T12:00:04.999Z');
});

it('a decision whose reservation cannot be written gives its places back and is not recorded', async () => {
  await rig.publish('rare', { caps: [once], value: { amount: 9000, currency: 'USD' } });
  rig.failNext('CapReserved');
  await expect(rig.decide('zoe', 'home')).rejects.toThrow('refuses');
  expect(await rig.types()).not.toContain('OfferDecided');
  expect(offerIds(await rig.decide('zoe', 'home'))).toEqual(['rare']);
});

it('a decision reads the facts of its customer once, with a request id too', async () => {
  const reads = vi.spyOn(rig.kairos.readModels, 'readTogether');
  await rig.decide('zoe', 'home', 'r-9');
  expect(reads).toHaveBeenCalledTimes(1);
});
