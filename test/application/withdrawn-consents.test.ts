// A consent that was withdrawn is not used, although the read models have not heard of the withdrawal.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRig, type Rig, surely } from './rig.ts';

let rig: Rig;
let catchUp: () => void;

beforeEach(async () => {
  rig = await createRig({ isFar: true });
  await rig.publish('fuel');
  await rig.place('home', { recording: 'LATE' });
  await rig.consent('c1');
  await vi.waitFor(async () => expect(await decide(false)).toMatchObject({ offers: [{ offerId: 'fuel' }] }));
  const { promise, resolve } = Promise.withResolvers<void>();
  [rig.appliedAfter, catchUp] = [promise, resolve];
});
afterEach(async () => {
  catchUp();
  await rig.stop();
});

/** @param isStale whether the caller knows of writes that the read models have not seen */
async function decide(isStale: boolean) {
  const ask = { customerId: 'c1', attributes: {}, isStale };
  const [record] = await surely(rig.kairos.nextBestOffer.decide(ask, ['home'], rig.context()));
  return record?.data;
}

async function withdraw(): Promise<void> {
  const { executor, deciders } = rig.kairos;
  const [type, purpose, channels] = ['WithdrawConsent' as const, 'marketing', ['WEB' as const]];
  const command = { type, customerId: 'c1', purpose, channels, evidence: 'call', at: rig.at };
  await surely(executor.execute(deciders.consent, 'c1', command, rig.context()));
}

test('by a decision whose caller knows of it', async () => {
  await withdraw();
  expect(await decide(true)).toMatchObject({ resolution: 'STALE', offers: [], cause: 'CONSENT_WITHDRAWN' });
});

test('by any decision, as soon as the read models are found to be behind', async () => {
  await withdraw();
  await vi.waitFor(async () => expect(await decide(false)).toMatchObject({ cause: 'CONSENT_WITHDRAWN' }), 5000);
});

test('nor is any other while the log cannot be read, where the caller knows of more than the read models', async () => {
  rig.log.cut('REFUSED');
  expect(await decide(true)).toMatchObject({ recorded: 'LATE', offers: [], cause: 'CONSENT_MISSING' });
  expect(await decide(false)).toMatchObject({ recorded: 'LATE', offers: [{ offerId: 'fuel' }] });
});
