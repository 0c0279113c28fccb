// Several placements of one call: what one shows no other does, and all are recorded in one go.
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import { createPlacementsTogether } from '../../src/application/placements-together.ts';
import { createRig, type Rig, surely } from './rig.ts';
import { once } from './rig-terms.ts';

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

it('where the log goes away while all are recorded, each gets an offer that needs no caps, and no two the same', async () => {
  for (const offerId of ['rare', 'rarer']) {
    await rig.publish(offerId, { caps: [once], value: { amount: 9000, currency: 'USD' } });
  }
  const names = placements.map((name) => `late-${name}`);
  for (const placementId of names) await rig.place(placementId, { recording: 'LATE' });
  rig.failNext('OfferDecided');
  const records = await decide(names);
  expect(records.map(({ data }) => data.recorded)).toEqual(['LATE', 'LATE', 'LATE']);
  expect(offerIds(records).toSorted()).toEqual(['fuel', 'oil', 'tires']);
});

const record = (...offerIds: string[]) =>
  ({ data: { offers: offerIds.map((offerId) => ({ offerId })) } }) as unknown as DecisionRecord;

/** Of what it would like to show, the first that no other shows. */
const best = (taken: readonly string[], ...liked: string[]) => liked.find((offerId) => !taken.includes(offerId)) ?? '';

it('those that are decided anew show nothing of the others, not even when all are', async () => {
  const together = createPlacementsTogether(2);
  for (const placementId of ['first', 'second']) {
    const isBegun = await together.begin(placementId, async ({ held, taken, anew }) => {
      await held([best(taken(), 'fuel', 'tires')]);
      return anew(async ({ taken, anew }) => {
        const known = taken();
        await new Promise(setImmediate);
        // In its turn it is in its turn, however often.
        return anew(async () => record(best(known, 'oil', 'wash')));
      });
    });
    expect(isBegun).toBe(true);
  }
  expect(offerIds(await together.records())).toEqual(['oil', 'wash']);
});

it('after one that fails no other is begun; those that hold their places are recorded before anybody hears of it', async () => {
  const together = createPlacementsTogether(3);
  let isRecorded = false;
  await together.begin('first', async ({ held }) => {
    await held(['fuel']);
    await new Promise(setImmediate);
    isRecorded = true;
    return record('fuel');
  });
  expect(await together.begin('second', () => Promise.reject(new Error('broken')))).toBe(false);
  expect(isRecorded).toBe(false);
  await expect(together.records()).rejects.toThrow('broken');
  expect(isRecorded).toBe(true);
});

it('what is held is recorded although another takes long, and what is decided anew then waits for that one', async () => {
  const together = createPlacementsTogether(2);
  const { promise: isSlow, resolve: answer } = Promise.withResolvers<void>();
  const { promise: isRecorded, resolve: noteRecorded } = Promise.withResolvers<void>();
  await together.begin('first', async ({ held, anew }) => {
    await held(['fuel']);
    noteRecorded();
    return anew(async ({ taken }) => record(best(taken(), 'tires', 'oil')));
  });
  const second = together.begin('second', async ({ held }) => {
    await isSlow;
    await held(['tires']);
    return record('tires');
  });
  await isRecorded;
  answer();
  expect(await second).toBe(true);
  expect(offerIds(await together.records())).toEqual(['oil', 'tires']);
});
