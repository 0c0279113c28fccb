// A reservation that is not recorded soon may be forgotten by its gate, and the place be another's: then it is not recorded any more.
import { afterEach, expect, test } from 'vitest';
import { createRig, type Rig } from './rig.ts';

let rig: Rig;
afterEach(() => rig.stop());

const once = {
  name: 'once',
  counts: 'DECISION' as const,
  scope: { kind: 'OFFER' as const },
  subject: 'CUSTOMER' as const,
  limit: 1,
  window: { kind: 'LIFETIME' as const },
};

/** A reservation takes 600 ms. @param goodForMs of the gate, which may forget it then; absent: it forgets nothing */
async function prepare(goodForMs?: number): Promise<void> {
  rig = await createRig(goodForMs === undefined ? {} : { goodForMs });
  await rig.publish('fuel', { caps: [once] });
  await rig.place('home', { timeBudgetMs: 10_000, stageBudgets: { reserve: 5000 } });
  await rig.consent('c1');
  rig.slow.reserve = 600;
}

const reservations = async () => (await rig.types()).filter((type) => type.startsWith('Cap'));

test('nothing of the decision is written, and the place is free again', async () => {
  await prepare(500);
  await expect(rig.decide('c1', 'home')).rejects.toThrow('within 10000 ms');
  expect(await reservations()).toEqual([]);
  rig.slow.reserve = 0;
  expect((await rig.decide('c1', 'home')).data.offers).toMatchObject([{ offerId: 'fuel' }]);
});

test('where the gate forgets nothing, it is recorded however long that takes', async () => {
  await prepare();
  expect((await rig.decide('c1', 'home')).data.offers).toMatchObject([{ offerId: 'fuel' }]);
  expect(await reservations()).toEqual(['CapReserved']);
});
