import { expect, onTestFinished, test } from 'vitest';
import { createRig } from './rig.ts';

test('the gate is told where the reservation is in the log, not where the decision is: what follows may be long in coming', async () => {
  const rig = await createRig();
  onTestFinished(() => rig.stop());
  await rig.publish('fuel');
  await rig.place('home');
  await rig.consent('c1');
  const told: [string, string][] = [];
  Object.assign(rig.kairos.gate, { recorded: (...recorded: [string, string]) => told.push(recorded) });
  const { data } = await rig.decide('c1', 'home');
  const reservations: string[] = [];
  for await (const { type, position } of rig.kairos.store.readAll()) {
    if (type === 'CapReserved') reservations.push(position);
  }
  expect(told).toEqual([[data.decisionId, reservations[0]]]);
  await rig.decide('c1', 'home', 'nothing to offer');
  expect(told).toHaveLength(2);
});
