import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createInProcessScreenPopFeed } from '../../src/screen-pop/in-process-screen-pop-feed.ts';
import { describeScreenPopFeed, popOf, take } from './contract.ts';

describeScreenPopFeed('in process', () => createInProcessScreenPopFeed());

test('an agent without pops costs nothing once nobody waits for one', async () => {
  const feed = createInProcessScreenPopFeed();
  const abort = new AbortController();
  const ends = ['return', 'abort', 'idle'].map((end) => ({
    end,
    pops: feed.subscribe(end, { after: '', signal: abort.signal }),
  }));
  expect(feed.agents()).toBe(0);
  for (const { end, pops } of ends) if (end !== 'idle') void pops.next();
  expect(feed.agents()).toBe(2);
  await ends[0]?.pops.return?.();
  expect(feed.agents()).toBe(1);
  abort.abort();
  expect(feed.agents()).toBe(0);
});

test('a subscriber that ends leaves no listener at its signal', async () => {
  const feed = createInProcessScreenPopFeed();
  const { signal } = new AbortController();
  const pops = feed.subscribe('a1', { after: '', signal });
  expect(getEventListeners(signal, 'abort')).toHaveLength(1);
  await pops.return?.();
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('so many pops of an agent are kept, and no other number than that', async () => {
  const feed = createInProcessScreenPopFeed({ kept: 3 });
  const slow = feed.subscribe('a1', { after: '' });
  await feed.publish(popOf('a1', 1));
  expect(await take(slow, 1)).toEqual([1]);
  for (let index = 2; index <= 10; index++) await feed.publish(popOf('a1', index));
  expect(await take(feed.subscribe('a1', { after: '' }), 3)).toEqual([8, 9, 10]);
  expect(await take(slow, 1)).toEqual([10]);
  expect(() => createInProcessScreenPopFeed({ kept: 0 })).toThrow(RangeError);
});
