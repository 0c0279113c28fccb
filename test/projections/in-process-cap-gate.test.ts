// The in-process gate keeps the contract of all gates.
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { describeCapGate } from './cap-gate-contract.ts';

describeCapGate('the in-process cap gate', async () => ({ gate: createInProcessCapGate(), close: async () => {} }));
