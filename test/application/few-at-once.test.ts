// No more at once than there is room for; of what waits the newest comes first, also after a failure.
import { expect, test } from 'vitest';
import { createFewAtOnce } from '../../src/application/few-at-once.ts';

test('so many are under way, of the others the newest is next, and a failure makes room as well', async () => {
  const fewAtOnce = createFewAtOnce(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<string>());
  const all = ends.map(({ promise }, number) =>
    fewAtOnce(() => {
      begun.push(number);
      return promise;
    }),
  );
  const settled = Promise.allSettled(all);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('no'));
  await expect(all[1]).rejects.toThrow('no');
  expect(begun).toEqual([0, 1, 3]);
  for (const { resolve } of ends) resolve('done');
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await fewAtOnce(async () => 'again')).toBe('again');
});
