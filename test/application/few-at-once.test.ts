// No more at once than there is room for; and nobody waits who would wait in vain.
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFewAtOnce } from '../../src/application/few-at-once.ts';

const forEver = () => Number.POSITIVE_INFINITY;
const unexpected = () => new Error('there was room');

test('so many are under way, the others come in order, and a failure makes room as well', async () => {
  const fewAtOnce = createFewAtOnce(2);
  const begun: number[] = [];
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<string>());
  const all = ends.map(({ promise }, number) =>
    fewAtOnce(
      () => {
        begun.push(number);
        return promise;
      },
      forEver,
      unexpected,
    ),
  );
  const settled = Promise.allSettled(all);
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  ends[1]?.reject(new Error('no'));
  await expect(all[1]).rejects.toThrow('no');
  expect(begun).toEqual([0, 1, 2]);
  for (const { resolve } of ends) resolve('done');
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await fewAtOnce(async () => 'again', forEver, unexpected)).toBe('again');
});

test('who would not be done in time, as others have taken of late, fails at once; who has the patience waits', async () => {
  const fewAtOnce = createFewAtOnce(1);
  await fewAtOnce(() => delay(20), forEver, unexpected);
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = fewAtOnce(() => promise, forEver, unexpected);
  const work = async () => 'done';
  const hasty = () => 10;
  await expect(fewAtOnce(work, hasty, () => new Error('one too many'))).rejects.toThrow('one too many');
  const patient = fewAtOnce(work, forEver, unexpected);
  resolve();
  await first;
  expect(await patient).toBe('done');
});

test('what has run out of time before its turn is not begun, and does not count as quick', async () => {
  const fewAtOnce = createFewAtOnce(1);
  await fewAtOnce(() => delay(20), forEver, unexpected);
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = 1000;
  const first = fewAtOnce(() => promise, forEver, unexpected);
  const begun: string[] = [];
  const late = fewAtOnce(
    async () => begun.push('late'),
    () => left,
    () => new Error('too late'),
  );
  left = 0;
  resolve();
  await expect(late).rejects.toThrow('too late');
  await first;
  expect(begun).toEqual([]);
  const second = fewAtOnce(() => delay(20), forEver, unexpected);
  const hasty = () => 10;
  await expect(
    fewAtOnce(
      async () => {},
      hasty,
      () => new Error('one too many'),
    ),
  ).rejects.toThrow('one too many');
  await second;
});
