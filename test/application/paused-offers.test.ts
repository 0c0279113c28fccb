// An offer that was paused is not shown, although the read models have not heard of it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRig, type Rig, surely } from './rig.ts';

let rig: Rig;
let catchUp: () => void;

beforeEach(async () => {
  rig = await createRig({ isFar: true });
  await rig.publish('fuel', { propensity: 0.9 });
  await rig.publish('news', { propensity: 0.1 });
  await rig.place('home', { recording: 'LATE', stageBudgets: { features: 60_000 } });
  await rig.consent('c1');
  await vi.waitFor(async () => expect(await shown(false)).toEqual(['fuel']));
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

async function shown(isStale: boolean): Promise<string[] | undefined> {
  return (await decide(isStale))?.offers.map(({ offerId }) => offerId);
}

async function pause(offerId: string): Promise<void> {
  const { executor, deciders } = rig.kairos;
  const command = { type: 'PauseOffer' as const, offerId, by: 'bob', reason: 'sold out' };
  await surely(executor.execute(deciders.offer, offerId, command, rig.context()));
}

test('by a decision whose caller knows of it', async () => {
  await pause('fuel');
  expect(await shown(true)).toEqual(['news']);
});

test('by any decision, as soon as the read models are found to be behind', async () => {
  await pause('fuel');
  await vi.waitFor(async () => expect(await shown(false)).toEqual(['news']), 5000);
});

test('while the log cannot be read it is decided by what the read models have', async () => {
  rig.log.cut('REFUSED');
  expect(await shown(false)).toEqual(['fuel']);
  expect(await decide(true)).toMatchObject({ recorded: 'LATE', cause: 'CONSENT_MISSING' });
});

test('and is explained as it was decided', async () => {
  await pause('fuel');
  const decided = await decide(true);
  catchUp();
  const explained = await rig.kairos.explanations.explain(decided?.decisionId ?? '');
  expect(explained).toMatchObject({ reproduced: true });
});
