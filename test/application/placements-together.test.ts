// Several placements of one call: what one shows no other does, and all are recorded in one go.
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import { createPlacementsTogether } from '../../src/application/placements-together.ts';
import { createRig, type Rig, surely } from './rig.ts';

let rig: Rig;
const placements = ['first', 'second', 'third'];

beforeEach(async () => {
  rig = await createRig({ reports: true });
  onTestFinished(() => rig.stop());
  for (const placementId of placements) await rig.place(placementId);
  for (const offerId of ['fuel', 'tires', 'oil']) await rig.publish(offerId);
  await rig.consent('ann');
});

const decide = (names = placements) =>
  surely(rig.kairos.nextBestOffer.decide({ customerId: 'ann', attributes: {} }, names, rig.context()));
const offerIds = (records: readonly DecisionRecord[]) =>
  records.flatMap(({ data }) => data.offers.map(({ offerId }) => offerId));

it('all are reserved before the first is recorded, in one append for each of the two streams', async () => {
  const before = (await rig.types()).length;
  const records = await decide();
  expect((await rig.types()).slice(before)).toEqual([
    ...placements.map(() => 'CapReserved'),
    ...placements.map(() => 'OfferDecided'),
  ]);
  expect(records.map(({ data }) => data.placementId)).toEqual(placements);
  expect(offerIds(records).toSorted()).toEqual(['fuel', 'oil', 'tires']);
  expect(records.map(({ data }) => data.basis.taken)).toEqual([
    [],
    offerIds(records).slice(0, 1),
    offerIds(records).slice(0, 2),
  ]);
});

it('a call of which one cannot be recorded fails as a whole, and holds no places for good', async () => {
  rig.failNext('OfferDecided');
  await expect(decide()).rejects.toThrow('refuses');
  expect((await rig.types()).filter((type) => type === 'OfferDecided')).toEqual([]);
  expect(offerIds(await decide()).toSorted()).toEqual(['fuel', 'oil', 'tires']);
});

it('those that are decided anew once the others are known show nothing of theirs', async () => {
  const together = createPlacementsTogether();
  const record = (offerId: string) => ({ data: { offers: [{ offerId }] } }) as DecisionRecord;
  const first = together.begin('first', async ({ held, taken }) => {
    await held(['fuel']);
    return record(taken().includes('tires') ? 'oil' : 'tires');
  });
  expect(await first).toBe(true);
  const second = together.begin('second', async ({ held, taken }) => {
    const [offerId = ''] = ['fuel', 'tires'].filter((offerId) => !taken().includes(offerId));
    await held([offerId]);
    return record(offerId);
  });
  expect(await second).toBe(true);
  expect(offerIds(await together.records())).toEqual(['oil', 'tires']);
});

it('after one that fails no other is begun; those that hold their places are recorded before anybody hears of it', async () => {
  const together = createPlacementsTogether();
  let isRecorded = false;
  await together.begin('first', async ({ held }) => {
    await held(['fuel']);
    await new Promise(setImmediate);
    isRecorded = true;
    return { data: { offers: [] } } as unknown as DecisionRecord;
  });
  expect(await together.begin('second', () => Promise.reject(new Error('broken')))).toBe(false);
  expect(isRecorded).toBe(false);
  await expect(together.records()).rejects.toThrow('broken');
  expect(isRecorded).toBe(true);
});
