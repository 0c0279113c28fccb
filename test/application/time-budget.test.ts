// Who waits for so long hears what has happened by then, however busy the process was meanwhile.
import { realpath } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { inTime, settledWithin } from '../../src/application/time-budget.ts';

const never = new Promise<string>(() => {});
/** Answered by another thread while this one is busy for longer than anybody waits. */
const answeredMeanwhile = () => realpath(import.meta.dirname);
const beBusy = () => {
  for (const until = performance.now() + 100; performance.now() < until; );
};

test.each<[name: string, wait: (work: Promise<string>) => Promise<string | undefined>]>([
  ['inTime', (work) => inTime(work, 1, () => new Error('it was late'))],
  ['settledWithin', (work) => settledWithin(work, 1)],
])('%s: an answer that has come while the process was busy is not late', async (_, wait) => {
  const whole = wait(answeredMeanwhile());
  beBusy();
  expect(await whole).toContain('application');
});

test('what takes longer is undefined, and what fails in time fails', async () => {
  expect(await settledWithin(never, 1)).toBeUndefined();
  await expect(settledWithin(Promise.reject(new Error('no')), 1000)).rejects.toThrow('no');
});
