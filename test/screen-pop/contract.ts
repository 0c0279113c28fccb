// What every adapter of the screen-pop feed must do. An adapter's test calls it with a maker of feeds.
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { ScreenPop, ScreenPopFeed } from '../../src/screen-pop/screen-pop-feed.ts';

export function popOf(agentId: string, index: number): ScreenPop {
  return {
    position: String(index).padStart(16, '0'),
    agentId,
    interactionId: 'i1',
    customerId: 'c1',
    number: index,
    decisionId: `d${index}`,
    cause: 'STARTED',
    at: '2026-11-21T12:00:00.000Z',
  };
}

const positionAt = (index: number) => popOf('', index).position;

/** The numbers of the next `count` pops. */
export async function take(pops: AsyncIterator<ScreenPop>, count: number): Promise<number[]> {
  const numbers: number[] = [];
  while (numbers.length < count) {
    const { done, value } = await pops.next();
    if (done) throw new Error(`ended after ${numbers.length} pops`);
    numbers.push(value.number);
  }
  return numbers;
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** `create` gives a feed that keeps 100 pops of an agent. Each test has agents of its own, so feeds may share a server. */
export function describeScreenPopFeed(name: string, create: () => Promise<ScreenPopFeed> | ScreenPopFeed): void {
  describe(`screen-pop feed: ${name}`, () => {
    const opened: ScreenPopFeed[] = [];
    const agent = () => `agent.${randomUUID()}`;

    async function open(): Promise<ScreenPopFeed> {
      const feed = await create();
      opened.push(feed);
      return feed;
    }

    async function publish(feed: ScreenPopFeed, agentId: string, numbers: readonly number[]): Promise<void> {
      for (const number of numbers) await feed.publish(popOf(agentId, number));
    }

    afterEach(async () => {
      for (const feed of opened.splice(0)) await feed.close();
    });

    test('a subscriber gets what is published behind its position, in order, and nothing from before', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, [1, 2]);
      const pops = feed.subscribe(agentId, { after: positionAt(2) });
      const first = take(pops, 1);
      await publish(feed, agentId, [3, 4, 5]);
      expect(await first).toEqual([3]);
      expect(await take(pops, 2)).toEqual([4, 5]);
    });

    test('a subscriber does not get what is published late from before its position', async () => {
      const feed = await open();
      const agentId = agent();
      const first = take(feed.subscribe(agentId, { after: positionAt(3) }), 1);
      await publish(feed, agentId, upTo(4));
      expect(await first).toEqual([4]);
    });

    test('a pop comes as it was published', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, [1]);
      const { value } = await feed.subscribe(agentId, { after: '' }).next();
      expect(value).toEqual(popOf(agentId, 1));
    });

    test('a subscriber resumes right behind a position', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, upTo(5));
      expect(await take(feed.subscribe(agentId, { after: positionAt(3) }), 2)).toEqual([4, 5]);
    });

    test('a subscriber resumes behind a position at which the agent had no pop', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, [10, 20, 30]);
      expect(await take(feed.subscribe(agentId, { after: positionAt(15) }), 2)).toEqual([20, 30]);
    });

    test('no pop is lost or repeated when pops are published while the replay is under way', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, upTo(20));
      const reading = [5, 0, 20].map((after) =>
        take(feed.subscribe(agentId, { after: positionAt(after) }), 60 - after),
      );
      await publish(feed, agentId, upTo(60, 21));
      expect(await Promise.all(reading)).toEqual([upTo(60, 6), upTo(60), upTo(60, 21)]);
    });

    test('a subscriber whose position is no longer kept begins with the oldest pop that is', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, upTo(150));
      const pops = feed.subscribe(agentId, { after: positionAt(10) });
      const [first = 0] = await take(pops, 1);
      expect(first).toBeGreaterThan(11);
      // A feed on a server may trim a little later than it could.
      expect(first).toBeLessThanOrEqual(51);
      expect(await take(pops, 150 - first)).toEqual(upTo(150, first + 1));
    });

    test('a replay of pops that were published before brings nothing', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, upTo(3));
      const pops = feed.subscribe(agentId, { after: '' });
      expect(await take(pops, 3)).toEqual([1, 2, 3]);
      await publish(feed, agentId, [1, 2, 3, 2, 4]);
      expect(await take(pops, 1)).toEqual([4]);
      expect(await take(feed.subscribe(agentId, { after: '' }), 4)).toEqual([1, 2, 3, 4]);
    });

    test('nobody gets the pop of another agent', async () => {
      const feed = await open();
      const [one, other] = [agent(), agent()];
      const pops = feed.subscribe(one, { after: '' });
      const first = take(pops, 1);
      await publish(feed, other, upTo(5));
      await publish(feed, one, [6]);
      await publish(feed, other, [7]);
      await publish(feed, one, [8]);
      expect(await first).toEqual([6]);
      expect(await take(pops, 1)).toEqual([8]);
      expect(await take(feed.subscribe(other, { after: '' }), 6)).toEqual([1, 2, 3, 4, 5, 7]);
    });

    test('several reads at once get one pop each, in order, whether it is there or comes later', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, upTo(3));
      const pops = feed.subscribe(agentId, { after: '' });
      const reads = upTo(5).map(() => pops.next());
      await Promise.all(reads.slice(0, 3));
      await publish(feed, agentId, upTo(6, 4));
      expect((await Promise.all(reads)).map(({ value }) => value?.number)).toEqual(upTo(5));
      expect(await take(pops, 1)).toEqual([6]);
    });

    test('all subscribers of an agent get all pops', async () => {
      const feed = await open();
      const agentId = agent();
      const reading = upTo(5).map(() => take(feed.subscribe(agentId, { after: '' }), 10));
      await publish(feed, agentId, upTo(10));
      expect(await Promise.all(reading)).toEqual(upTo(5).map(() => upTo(10)));
    });

    test('a subscriber that does not keep up skips to the newest pop and goes on from there', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, [1]);
      const pops = feed.subscribe(agentId, { after: '' });
      expect(await take(pops, 1)).toEqual([1]);
      await publish(feed, agentId, upTo(500, 2));
      let number = 1;
      const seen: number[] = [];
      while (number < 500) {
        [number = 0] = await take(pops, 1);
        seen.push(number);
      }
      expect(seen.length).toBeLessThan(400);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      await publish(feed, agentId, [501]);
      expect(await take(pops, 1)).toEqual([501]);
    });

    test('an aborted subscriber ends, whether it waits or not', async () => {
      const feed = await open();
      const agentId = agent();
      const waits = new AbortController();
      const pops = feed.subscribe(agentId, { after: '', signal: waits.signal });
      const waiting = pops.next();
      waits.abort();
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await pops.next()).toEqual({ done: true, value: undefined });
      const ended = feed.subscribe(agentId, { after: '', signal: AbortSignal.abort() });
      await publish(feed, agentId, [1]);
      expect(await ended.next()).toEqual({ done: true, value: undefined });
    });

    test('a subscriber that returns ends, also while it waits', async () => {
      const feed = await open();
      const pops = feed.subscribe(agent(), { after: '' });
      const waiting = pops.next();
      expect(await pops.return?.()).toEqual({ done: true, value: undefined });
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await pops.next()).toEqual({ done: true, value: undefined });
    });

    test('a loop that is left ends its subscriber only', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, upTo(3));
      const other = feed.subscribe(agentId, { after: '' });
      const pops = feed.subscribe(agentId, { after: '' });
      for await (const { number } of pops) if (number === 2) break;
      expect(await pops.next()).toEqual({ done: true, value: undefined });
      expect(await take(other, 3)).toEqual([1, 2, 3]);
    });

    test('closing ends every subscriber and takes no more pops', async () => {
      const feed = await open();
      const agentId = agent();
      await publish(feed, agentId, [1]);
      const waiting = feed.subscribe(agent(), { after: '' }).next();
      const idle = feed.subscribe(agentId, { after: '' });
      await feed.close();
      expect(await waiting).toEqual({ done: true, value: undefined });
      expect(await idle.next()).toEqual({ done: true, value: undefined });
      expect(await feed.subscribe(agentId, { after: '' }).next()).toEqual({ done: true, value: undefined });
    });
  });
}
