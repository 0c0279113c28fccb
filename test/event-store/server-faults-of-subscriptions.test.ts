// The faults of EventStoreDB's client that concern subscriptions and reads of everything: each is played by the double.
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { expect, it, vi } from 'vitest';
import { beginning, type EventStore, noStream } from '../../src/event-store/event-store.ts';
import { connectEventStoreDb } from '../../src/event-store/eventstoredb-client.ts';
import { positionOf } from '../../src/event-store/server-events.ts';
import { openFeed } from '../../src/event-store/server-feed.ts';
import { allOf, caughtUp, follow, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';
import type { EventStoreDbDouble } from './eventstoredb-double.ts';
import { nothingIsOpenAt, openAtDouble } from './store-at-double.ts';

/** Events of two categories in turn, each numbered from 0. */
async function fill(store: EventStore, categories: readonly [string, string], count: number): Promise<void> {
  const streams = categories.map((category) => `${category}-${randomUUID()}`);
  for (let from = 0; from < count; from += 100) {
    const events = Array.from({ length: 100 }, (_, index) => newEvent(from + index));
    for (const stream of streams) {
      await store.append(
        stream,
        from - 1,
        events.map((event) => ({ ...event, id: randomUUID() })),
      );
    }
  }
}

const numbersTo = (count: number) => Array.from({ length: count }, (_, number) => number);

it.each<[string, (double: EventStoreDbDouble) => void]>([
  ['fails', (double) => double.dropSubscriptions()],
  ['fails as that of a reader who is too slow', (double) => double.dropSubscriptions(status.ABORTED)],
  ['ends', (double) => double.endSubscriptions()],
  ['merely stops', (double) => double.stallSubscriptions()],
])('a subscription that %s is begun again behind what was handled', async (how, fault) => {
  // Only one that merely stops needs to be looked after.
  const { double, store } = await openAtDouble(how === 'merely stops' ? {} : { stallMs: 60_000 });
  const category = freshCategory();
  const stream = `${category}-one`;
  const { onCaughtUp, once } = caughtUp();
  const follower = follow(store, { after: beginning, categories: [category], onCaughtUp });
  await once;
  for (let round = 0; round < 3; round += 1) {
    const number = round * 2;
    await store.append(stream, number - 1, [newEvent(number)]);
    await follower.reached(number + 1);
    fault(double);
    await store.append(stream, number, [newEvent(number + 1)]);
    await follower.reached(number + 2);
  }
  expect(follower.handled.map(numberOf)).toEqual(numbersTo(6));
});

it('a subscription that is not answered, or refused, is begun again', async () => {
  const { double, store } = await openAtDouble();
  const category = freshCategory();
  await store.append(`${category}-one`, noStream, newEvents(3));
  double.faults.next('subscribe', { kind: 'swallow' });
  double.faults.next('subscribe', { kind: 'end' });
  double.faults.next('subscribe', { kind: 'fail', code: status.UNAVAILABLE });
  const follower = follow(store, { after: beginning, categories: [category] });
  expect((await follower.reached(3)).map(numberOf)).toEqual(numbersTo(3));
});

it('the server tells how far it has looked before that was taken: nobody hears it until it was', async () => {
  const { double, store } = await openAtDouble();
  const [ours, others] = [freshCategory(), freshCategory()];
  await fill(store, [ours, others], 2000);
  const places = double
    .events()
    .filter(({ stream }) => stream.startsWith(ours))
    .map(({ position }) => position);
  const server = connectEventStoreDb(double.url);
  const feed = openFeed(server, { after: undefined, prefixes: [`${ours}-`], capacity: 30 });
  let taken = 0;
  let checkpoints = 0;
  while (taken < places.length) {
    await feed.ready();
    // Until as much has come as is let in.
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { events, checkpoint } = feed.take();
    taken += events.length;
    if (checkpoint === undefined) continue;
    checkpoints += 1;
    expect(places.filter((place) => BigInt(place) <= checkpoint.commit)).toHaveLength(taken);
  }
  expect(checkpoints).toBeGreaterThan(2);
  feed.close();
  await server.giveUp();
});

it('the position of a subscription that is broken off in the midst of it all is never ahead of what was handled', async () => {
  const { double, store } = await openAtDouble();
  const [ours, others] = [freshCategory(), freshCategory()];
  await fill(store, [ours, others], 2000);
  let batches = 0;
  const follower = follow(store, { after: beginning, categories: [ours] }, async () => {
    batches += 1;
    if (batches % 3 === 0) double.dropSubscriptions();
    await new Promise(setImmediate);
  });
  expect((await follower.reached(2000)).map(numberOf)).toEqual(numbersTo(2000));
  await vi.waitFor(() => expect(follower.position).toBe(positionOfLast(double, ours)), 5000);
});

it('the server says that this was everything before it was taken: nobody hears it until it was', async () => {
  const { store } = await openAtDouble();
  const [ours, others] = [freshCategory(), freshCategory()];
  await fill(store, [ours, others], 3300);
  const read: number[] = [];
  for await (const event of store.readAll({ categories: [ours] })) {
    read.push(numberOf(event));
    if (read.length % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(read).toEqual(numbersTo(3300));
});

it('a reading that is broken off leaves its call open at the server: it is ended', async () => {
  const { double, store } = await openAtDouble();
  const category = freshCategory();
  await fill(store, [category, freshCategory()], 2000);
  for (const last of [0, 10, 1500]) {
    for await (const event of store.readAll({ categories: [category] })) if (numberOf(event) === last) break;
  }
  await vi.waitFor(() => expect(double.open().subscriptions).toBe(0), 5000);
});

it('a store that is closed leaves nothing open, whatever was under way', async () => {
  const { double, store } = await openAtDouble();
  const category = freshCategory();
  await fill(store, [category, freshCategory()], 1000);
  const followers = Array.from({ length: 5 }, () => follow(store, { after: beginning, categories: [category] }));
  await followers[0]?.reached(1);
  const reading = store.readAll({ categories: [category] })[Symbol.asyncIterator]();
  await reading.next();
  await reading.return?.();
  await store.close();
  await nothingIsOpenAt(double);
  await vi.waitFor(() => expect(double.open().connections).toBe(0), 5000);
});

it('a read of everything ignores filters: what is the server’s, of others or of other categories is left out here', async () => {
  const { double, store } = await openAtDouble({}, { systemEventEvery: 3 });
  const [ours, others] = [freshCategory(), freshCategory()];
  await fill(store, [ours, others], 300);
  const server = connectEventStoreDb(double.url);
  await server.append({
    stream: `${ours}-of another application`,
    expectedRevision: noStream,
    events: [{ id: randomUUID(), type: 'Foreign', data: {}, metadata: new TextEncoder().encode('{"of":"others"}') }],
  });
  await server.giveUp();
  expect((await allOf(store.readAll({ categories: [ours] }))).map(numberOf)).toEqual(numbersTo(300));
  const all = await allOf(store.readAll());
  expect(all).toHaveLength(600);
  expect(await store.head()).toBe(all.at(-1)?.position);
  const follower = follow(store, { after: beginning });
  await follower.reached(600);
  expect(follower.handled.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
});

it('a consumer that is slow holds the server up: what waits for it here and on the way is bounded', async () => {
  const count = 50_000;
  const { double, store } = await openAtDouble({ timeoutMs: 5000 });
  const stream = `${freshCategory()}-one`;
  for (let from = 0; from < count; from += 1000) {
    await store.append(stream, from - 1, newEvents(1000));
  }
  let mostAhead = 0;
  let handled = 0;
  const sent = () => double.counts.deliver;
  const before = sent();
  const subscription = store.subscribe({
    after: beginning,
    onEvents: async (events) => {
      for (const _ of events.slice(0, 50)) await new Promise((resolve) => setTimeout(resolve, 1));
      mostAhead = Math.max(mostAhead, sent() - before - handled);
      handled += events.length;
    },
  });
  await vi.waitFor(() => expect(handled).toBeGreaterThan(5_000), { timeout: 10_000 });
  await subscription.stop();
  expect(mostAhead).toBeLessThan(5_000);
});

function positionOfLast(double: EventStoreDbDouble, category: string) {
  const last = double.events().findLast(({ stream }) => stream.startsWith(category));
  const bytes = BigInt(last?.position ?? 0);
  return positionOf({ commit: bytes, prepare: bytes });
}
