// A look is shared by those who ask before it begins, and by no others.
import { expect, test } from 'vitest';
import { createSharedLook } from '../../projections/shared-look.ts';

function held() {
  const begun: { give: (seen: number) => void; fail: () => void }[] = [];
  const ask = createSharedLook(() => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    begun.push({ give: resolve, fail: () => reject(new Error('blind')) });
    return promise;
  });
  return { begun, ask };
}

test('whoever asks while one is under way shares the next', async () => {
  const { begun, ask } = held();
  const first = ask();
  const others = [ask(), ask()];
  expect(begun).toHaveLength(1);
  begun[0]?.give(1);
  expect(await first).toBe(1);
  await expect.poll(() => begun).toHaveLength(2);
  begun[1]?.give(2);
  expect(await Promise.all(others)).toEqual([2, 2]);
  const later = ask();
  expect(begun).toHaveLength(3);
  begun[2]?.give(3);
  expect(await later).toBe(3);
});

test('one that fails, fails for those who share it, and not for the next', async () => {
  const { begun, ask } = held();
  const first = ask();
  const second = ask();
  begun[0]?.fail();
  await expect(first).rejects.toThrow('blind');
  await expect.poll(() => begun).toHaveLength(2);
  begun[1]?.give(2);
  expect(await second).toBe(2);
});
