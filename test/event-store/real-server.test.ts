// The event log over a server that is really there, which others may use at the same time: EVENTSTORE_URL=… npm run test:eventstore.
// It has a variable of its own: that a server is set for Kairos does not mean that `npm test` may write to it.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventIdOf } from '../../src/event-store/event-ids.ts';
import { AppendTooLarge, beginning, type EventStore, noStream } from '../../src/event-store/event-store.ts';
import { readEventStoreUrl } from '../../src/event-store/event-store-url.ts';
import type { LogServer } from '../../src/event-store/log-server.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { describeEventStore } from './contract.ts';
import { allOf, follow, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';

const url = process.env.KAIROS_TEST_EVENTSTORE ?? '';
const open = () => openEventStore(url, { retryDelay: () => 5, onError: () => {} });

describe.skipIf(url === '')('a real server', () => {
  describeEventStore('The server of KAIROS_TEST_EVENTSTORE', { create: open });

  let store: EventStore;
  let category: string;
  let stream: string;
  beforeEach(async () => {
    store = await open();
    category = freshCategory();
    stream = `${category}-${randomUUID()}`;
  });
  afterEach(() => store.close());

  it('gives positions of 32 digits that grow', async () => {
    await store.append(stream, noStream, newEvents(3));
    const positions = (await store.readStream(stream)).map(({ position }) => position);
    for (const position of positions) expect(position).toMatch(/^\d{32}$/);
    expect(positions).toEqual([...new Set(positions)].toSorted());
  });

  it('passes over events that are not of Kairos, in its streams and after them', async () => {
    const { position } = await store.append(stream, noStream, newEvents(2));
    await appendForeign(stream, 1, 3);
    await appendForeign(`${category}foreign-${randomUUID()}`, noStream, 50);
    const { position: last } = await store.append(`${category}-2`, noStream, newEvents(1));
    await appendForeign(`${category}foreign-${randomUUID()}`, noStream, 50);
    expect((await allOf(store.readAll({ categories: [category] }))).map(numberOf)).toEqual([0, 1, 0]);
    expect((await follow(store, { after: position, categories: [category] }).reached(1)).map(numberOf)).toEqual([0]);
    const another = await open();
    expect((await another.head()) >= last).toBe(true);
    await another.close();
  });

  it('refuses what is more than the server takes at once, and nothing of it is written', async () => {
    const big = { ...newEvent(0), data: { text: 'x'.repeat(1_100_000) } };
    const outcome = await store.append(stream, noStream, [big]).catch((error: unknown) => error);
    // What a server takes is a setting of it.
    if (outcome instanceof Error) expect(outcome).toBeInstanceOf(AppendTooLarge);
    expect(await store.readStream(stream)).toHaveLength(outcome instanceof Error ? 0 : 1);
  });

  it('answers a named command that comes with other content with what is stored', async () => {
    const id = eventIdOf(randomUUID(), stream, 0);
    const first = await store.append(stream, noStream, [newEvent(1, { id })]);
    expect(await store.append(stream, noStream, [newEvent(2, { id })])).toEqual(first);
    expect((await store.readStream(stream)).map(numberOf)).toEqual([1]);
  });

  it('shows what one process writes to another within a second', async () => {
    const another = await open();
    const follower = follow(another, { after: await another.head(), categories: [category] });
    for (let number = 0; number < 5; number += 1) {
      await store.append(stream, number - 1, [newEvent(number)]);
      await vi.waitFor(() => expect(follower.handled.map(numberOf)).toContain(number), 1000);
      expect(await another.readStream(stream)).toHaveLength(number + 1);
    }
    await another.close();
  });

  it('goes on with a subscription behind what an earlier one has handled', async () => {
    await store.append(stream, noStream, newEvents(5));
    const first = follow(store, { after: beginning, categories: [category] });
    await first.reached(5);
    await first.stop();
    await store.append(stream, 4, [newEvent(5), newEvent(6)]);
    const second = follow(store, { after: first.position, categories: [category] });
    expect((await second.reached(2)).map(numberOf)).toEqual([5, 6]);
  });
});

async function appendForeign(stream: string, expectedRevision: number, count: number): Promise<void> {
  const server = await connect();
  const metadata = Buffer.from(JSON.stringify({ of: 'another application' }));
  const events = newEvents(count).map(({ id, type, data }) => ({ id, type, data, metadata: new Uint8Array(metadata) }));
  await server.append({ stream, expectedRevision, events });
  await server.giveUp();
}

async function connect(): Promise<LogServer> {
  const { package: name, connectionString } = readEventStoreUrl(url);
  if (name === '@eventstore/db-client') {
    const { connectEventStoreDb } = await import('../../src/event-store/eventstoredb-client.ts');
    return connectEventStoreDb(connectionString);
  }
  const { connectKurrentDb } = await import('../../src/event-store/kurrentdb-client.ts');
  return connectKurrentDb(connectionString);
}
