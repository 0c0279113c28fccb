// The part of the contract of cap gates that is drawn by chance: whatever happens, a gate says what plain lists say.
import { test } from 'vitest';
import type { CapGate } from '../../projections/cap-gate.ts';
import { expectEqualUsage, expectNoHiddenUsage, liveTogether } from './cap-gate-history.ts';
import { createCapGateModel } from './cap-gate-model.ts';
import { second } from './cap-gate-samples.ts';
import { seededRandom } from './random.ts';

const day = 86_400 * second;

/** Tests within the suite of a gate; `emptyGate` opens an empty one. */
export function testHistories(emptyGate: () => Promise<CapGate>): void {
  test.each([1, 2, 3, 4])(
    'it says what plain lists say, and so does a gate made from the log (seed %i)',
    async (seed) => {
      const [gate, model, random] = [await emptyGate(), createCapGateModel(), seededRandom(seed)];
      const { log, now } = await liveTogether(gate, model, random, 700);
      const fromTheLog = await emptyGate();
      await fromTheLog.apply(log);
      await Promise.all([gate, model, fromTheLog].map((each) => each.expired(now)));
      for (const later of [0, 1, 3600 * second, 2 * day]) {
        await expectEqualUsage(fromTheLog, gate, now + later, random, 40);
        await expectEqualUsage(fromTheLog, model, now + later, random, 20);
        await expectNoHiddenUsage(gate, now + later, random, 40);
      }
    },
  );
}
