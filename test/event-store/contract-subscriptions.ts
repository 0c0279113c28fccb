// The part of the event store's contract about subscriptions: everything once, in order, whatever the handler does.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { beginning, type EventStore, noStream, type RecordedEvent } from '../../src/event-store/event-store.ts';
import { caughtUp, follow, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';

export function describeSubscriptions(fixture: () => { store: EventStore; category: string; stream: string }): void {
  describe('subscription', () => {
    it('delivers what is there and what comes, in order, each once', async () => {
      const { store, category, stream } = fixture();
      await store.append(stream, noStream, newEvents(20));
      const follower = follow(store, { after: beginning, categories: [category] });
      for (let revision = 19; revision < 39; revision += 1)
        await store.append(stream, revision, [newEvent(revision + 1)]);
      const events = await follower.reached(40);
      expect(events.map(numberOf)).toEqual([...Array(20).keys(), ...Array.from({ length: 20 }, (_, n) => n + 20)]);
      expect(events.map(inWholeSeconds)).toEqual((await store.readStream(stream)).map(inWholeSeconds));
    });

    it('begins behind the position it is given', async () => {
      const { store, category, stream } = fixture();
      await store.append(stream, noStream, newEvents(5));
      const events = await store.readStream(stream);
      const follower = follow(store, { after: events[2]?.position ?? beginning, categories: [category] });
      await store.append(stream, 4, [newEvent(5)]);
      expect((await follower.reached(3)).map(numberOf)).toEqual([3, 4, 5]);
    });

    it('from the head on delivers only what is new', async () => {
      const { store, category, stream } = fixture();
      await store.append(stream, noStream, newEvents(5));
      const follower = follow(store, { after: await store.head(), categories: [category] });
      await store.append(stream, 4, [newEvent(5)]);
      expect((await follower.reached(1)).map(numberOf)).toEqual([5]);
    });

    it('delivers only the categories that it wants, live too', async () => {
      const { store, category, stream } = fixture();
      const [second, unwanted] = [freshCategory(), freshCategory()];
      const { onCaughtUp, once } = caughtUp();
      await store.append(`${unwanted}-a`, noStream, [newEvent(100)]);
      const follower = follow(store, { after: beginning, categories: [category, second], onCaughtUp });
      await once;
      await Promise.all([
        store.append(stream, noStream, [newEvent(0)]),
        store.append(`${unwanted}-a`, 0, [newEvent(101)]),
        store.append(`${second}-a`, noStream, [newEvent(1)]),
      ]);
      await store.append(`${unwanted}-a`, 1, [newEvent(102)]);
      await store.append(stream, 0, [newEvent(2)]);
      expect((await follower.reached(3)).map(numberOf).toSorted()).toEqual([0, 1, 2]);
    });

    it('without categories delivers everything', async () => {
      const { store, stream } = fixture();
      const after = await store.head();
      const { promise, resolve } = Promise.withResolvers<void>();
      const mine: RecordedEvent[] = [];
      follow(store, { after }, (events) => {
        mine.push(...events.filter((event) => event.stream === stream));
        if (mine.length === 3) resolve();
      });
      await store.append(stream, noStream, newEvents(3));
      await promise;
      expect(mine.map(numberOf)).toEqual([0, 1, 2]);
    });

    it('tells the position of the last event that was handled', async () => {
      const { store, category, stream } = fixture();
      await store.append(stream, noStream, newEvents(3));
      const events = await store.readStream(stream);
      const follower = follow(store, { after: events[0]?.position ?? beginning, categories: [category] });
      expect(follower.position).toBe(events[0]?.position);
      await follower.reached(2);
      await follower.stop();
      expect(follower.position).toBe(events[2]?.position);
    });

    it('delivers again from the first event that was not handled when the handler throws, and reports it', async () => {
      const { store, category, stream } = fixture();
      await store.append(stream, noStream, newEvents(10));
      const failsOnce = new Set([0, 4, 9, 12]);
      const follower = follow(store, { after: beginning, categories: [category] }, (events) => {
        const faulty = events.map(numberOf).find((number) => failsOnce.delete(number));
        if (faulty !== undefined) throw new Error(`no ${faulty} today`);
      });
      await follower.reached(10);
      for (let revision = 9; revision < 14; revision += 1)
        await store.append(stream, revision, [newEvent(revision + 1)]);
      const events = await follower.reached(15);
      expect(events.map(numberOf)).toEqual([...Array(15).keys()]);
      expect(follower.errors.map((error) => (error as Error).message)).toEqual([
        'no 0 today',
        'no 4 today',
        'no 9 today',
        'no 12 today',
      ]);
    });

    it('passes what comes before a faulty event, and waits at it', async () => {
      const { store, category, stream } = fixture();
      await store.append(stream, noStream, newEvents(10));
      let attempts = 0;
      const follower = follow(store, { after: beginning, categories: [category] }, async (events) => {
        if (!events.map(numberOf).includes(7)) return;
        attempts += 1;
        if (attempts < 5) throw new Error('not 7');
      });
      await follower.reached(7);
      expect(follower.handled.map(numberOf)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      expect((await follower.reached(10)).map(numberOf)).toEqual([...Array(10).keys()]);
      expect(follower.errors).toHaveLength(4);
    });

    it('never calls a handler while it is still at work, and loses nothing meanwhile', async () => {
      const { store, category, stream } = fixture();
      let atWork = 0;
      let most = 0;
      const follower = follow(store, { after: beginning, categories: [category] }, async () => {
        atWork += 1;
        most = Math.max(most, atWork);
        for (let turns = 0; turns < 5; turns += 1) await nextTurn();
        atWork -= 1;
      });
      for (let number = 0; number < 50; number += 1) await store.append(stream, number - 1, [newEvent(number)]);
      expect((await follower.reached(50)).map(numberOf)).toEqual([...Array(50).keys()]);
      expect(most).toBe(1);
    });

    it('does not hold up an append by a handler that fails or never ends', async () => {
      const { store, category, stream } = fixture();
      const { promise: end, resolve: letEnd } = Promise.withResolvers<void>();
      const failing = follow(store, { after: beginning, categories: [category] }, () => {
        throw new Error('always');
      });
      const endless = follow(store, { after: beginning, categories: [category] }, () => end);
      for (let number = 0; number < 5; number += 1) await store.append(stream, number - 1, [newEvent(number)]);
      expect(await store.readStream(stream)).toHaveLength(5);
      expect([failing.handled, endless.handled]).toEqual([[], []]);
      letEnd();
      await endless.reached(5);
    });

    it('goes its own way: one that fails does not disturb another', async () => {
      const { store, category, stream } = fixture();
      follow(store, { after: beginning, categories: [category] }, () => {
        throw new Error('always');
      });
      const other = follow(store, { after: beginning, categories: [category] });
      await store.append(stream, noStream, newEvents(3));
      expect((await other.reached(3)).map(numberOf)).toEqual([0, 1, 2]);
    });

    it('says that it has caught up, also when there is nothing', async () => {
      const { store, category, stream } = fixture();
      const empty = caughtUp();
      follow(store, { after: beginning, categories: [freshCategory()], onCaughtUp: empty.onCaughtUp });
      await empty.once;
      await store.append(stream, noStream, newEvents(3));
      const full = caughtUp();
      const follower = follow(store, { after: beginning, categories: [category], onCaughtUp: full.onCaughtUp });
      await follower.reached(3);
      await full.once;
    });

    it('handles nothing more once it is stopped, and stops only after the handler at work', async () => {
      const { store, category, stream } = fixture();
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      const { promise: end, resolve: letEnd } = Promise.withResolvers<void>();
      const stopped = follow(store, { after: beginning, categories: [category] }, () => {
        begin();
        return end;
      });
      const witness = follow(store, { after: beginning, categories: [category] });
      await store.append(stream, noStream, [newEvent(0)]);
      await begun;
      let hasStopped = false;
      const stopping = stopped.stop().then(() => {
        hasStopped = true;
      });
      await store.append(stream, 0, [newEvent(1)]);
      expect(hasStopped).toBe(false);
      letEnd();
      await stopping;
      await store.append(stream, 1, [newEvent(2)]);
      await witness.reached(3);
      expect(stopped.handled.map(numberOf)).toEqual([0]);
    });

    it('is stopped by the close of the store, which waits for the handler at work', async () => {
      const { store, category, stream } = fixture();
      let isDone = false;
      const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
      follow(store, { after: beginning, categories: [category] }, async () => {
        begin();
        await nextTurn();
        await store.readStream(stream);
        isDone = true;
      });
      await store.append(stream, noStream, [newEvent(0)]);
      await begun;
      await store.close();
      expect(isDone).toBe(true);
    });
  });
}

function inWholeSeconds(event: RecordedEvent): RecordedEvent {
  return { ...event, recordedAt: event.recordedAt.slice(0, 'yyyy-mm-ddThh:mm:ss'.length) };
}
