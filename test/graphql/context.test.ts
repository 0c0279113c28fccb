// What a resolver reaches while the read models are away.
import { expect, test } from 'vitest';
import { createContext } from '../../src/graphql/context.ts';
import { createRig } from '../application/rig.ts';

test('an offer is read from the log while the read models are away', async () => {
  const rig = await createRig();
  await rig.publish('fuel');
  const offerNow = (offerId: string) =>
    createContext(rig.kairos, { headers: {}, correlationId: 'c1' }).loaders.offers.load(offerId);
  const before = await offerNow('fuel');
  expect(before).toMatchObject({ offerId: 'fuel', lifecycle: 'LIVE' });
  rig.away = 'ALL';
  expect(await offerNow('fuel')).toEqual(before);
  expect(await offerNow('wash')).toBeUndefined();
  await rig.stop();
});
