// No more at once than there is room for; of what waits the newest comes first, also after a failure.
import { expect, test } from 'vitest';
import { createFewAtOnce } from '../../src/application/few-at-once.ts';

const unexpected = () => new Error('there was room');

test('so many are under way, of the others the newest is next, and a failure makes room as well', async () => {
  const fewAtOnce = createFewAtOnce(2, 10);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<string>());
  const all = ends.map(({ promise }, number) =>
    fewAtOnce(() => {
      begun.push(number);
      return promise;
    }, unexpected),
  );
  const settled = Promise.allSettled(all);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('no'));
  await expect(all[1]).rejects.toThrow('no');
  expect(begun).toEqual([0, 1, 3]);
  for (const { resolve } of ends) resolve('done');
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await fewAtOnce(async () => 'again', unexpected)).toBe('again');
});

test('of more than may wait the one that has waited longest is told, and never begun', async () => {
  const fewAtOnce = createFewAtOnce(1, 2);
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun: number[] = [];
  const all = [0, 1, 2, 3].map((number) =>
    fewAtOnce(
      async () => {
        begun.push(number);
        await promise;
      },
      () => new Error(`${number} is one too many`),
    ),
  );
  await expect(all[1]).rejects.toThrow('1 is one too many');
  resolve();
  await Promise.all([all[0], all[2], all[3]]);
  expect(begun).toEqual([0, 3, 2]);
});
