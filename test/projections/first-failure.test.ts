// An outage is told once, and the next one again.
import { expect, test } from 'vitest';
import { createFirstFailure } from '../../projections/first-failure.ts';

test('of failures in a row the first is told, and of the next row again', async () => {
  const told: unknown[] = [];
  const telling = createFirstFailure((error) => told.push(error));
  const done: boolean[] = [];
  for (const failure of ['a', 'b', '', 'c', 'd']) {
    done.push(await telling(() => (failure ? Promise.reject(failure) : Promise.resolve())));
  }
  expect(told).toEqual(['a', 'c']);
  expect(done).toEqual([false, false, true, false, false]);
});
