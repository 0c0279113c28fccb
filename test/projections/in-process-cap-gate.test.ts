// The in-process gate keeps the contract of all gates.
import { expect, test } from 'vitest';
import { countCaps } from '../../projections/cap-counting.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { describeCapGate } from './cap-gate-contract.ts';
import { capOf, confirmed, noon, reserved, usedOf } from './cap-gate-samples.ts';
import { recorded } from './recorded-events.ts';

describeCapGate('the in-process cap gate', async () => ({ gate: createInProcessCapGate(), close: async () => {} }));

test('what it follows is counted when it is told, before anything else can happen', async () => {
  const gate = createInProcessCapGate();
  const told = [reserved({}), confirmed('IMPRESSION', noon)].map((event) => ({ stream: 'cap-c1_202611', ...event }));
  expect(countCaps(gate).onEvents(recorded(told))).toBeUndefined();
  expect(await usedOf(gate, capOf({ counts: 'IMPRESSION', window: { kind: 'LIFETIME' } }), noon + 1)).toBe(1);
});
