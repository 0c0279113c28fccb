import { expect, test } from 'vitest';
import type { ScreenPop } from '../../src/screen-pop/screen-pop-feed.ts';
import { createScreenPopSubscribers } from '../../src/screen-pop/screen-pop-subscribers.ts';
import { popOf } from './contract.ts';

type Taken = ScreenPop | undefined;

/** Subscribers of pops that are looked for as long as the test wants. */
function slowlyRead() {
  const looks: PromiseWithResolvers<Taken>[] = [];
  const take = () => {
    const look = Promise.withResolvers<Taken>();
    looks.push(look);
    return look.promise;
  };
  return { looks, ...createScreenPopSubscribers({ take }) };
}

test('a pop that comes while one is looked for in vain is looked for again', async () => {
  const { looks, subscribe, wake } = slowlyRead();
  const next = subscribe('a1', { after: '' }).next();
  wake('a1');
  wake('a1');
  expect(looks).toHaveLength(1);
  looks[0]?.resolve(undefined);
  await expect.poll(() => looks.length).toBe(2);
  looks[1]?.resolve(popOf('a1', 1));
  expect((await next).value?.number).toBe(1);
  expect(looks).toHaveLength(2);
});

test('a subscriber is known while it waits and no longer, also when it is abandoned', async () => {
  const { looks, subscribe, agents, isWaitedFor } = slowlyRead();
  const pops = subscribe('a1', { after: '' });
  expect(agents()).toEqual([]);
  const next = pops.next();
  expect(agents()).toEqual(['a1']);
  expect(isWaitedFor('a2')).toBe(false);
  looks[0]?.resolve(popOf('a1', 1));
  await next;
  await expect.poll(agents).toEqual([]);
});

test("a pop that was looked for by a subscriber that has ended meanwhile is nobody else's", async () => {
  const { looks, subscribe } = slowlyRead();
  const pops = subscribe('a1', { after: '' });
  const next = pops.next();
  await pops.return?.();
  looks[0]?.resolve(popOf('a1', 1));
  expect(await next).toEqual({ done: true, value: undefined });
  expect(await pops.next()).toEqual({ done: true, value: undefined });
});

test('a failure ends the subscriber that met it, and only that one', async () => {
  const { looks, subscribe, wake } = slowlyRead();
  const [one, other] = [subscribe('a1', { after: '' }), subscribe('a1', { after: '' })];
  const [failing, waiting] = [one.next(), other.next()];
  looks[0]?.reject(new Error('not a pop'));
  looks[1]?.resolve(undefined);
  await expect(failing).rejects.toThrow('not a pop');
  expect(await one.next()).toEqual({ done: true, value: undefined });
  wake('a1');
  await expect.poll(() => looks.length).toBe(3);
  looks[2]?.resolve(popOf('a1', 1));
  expect((await waiting).value?.number).toBe(1);
});
