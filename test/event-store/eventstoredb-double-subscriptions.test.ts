import { randomUUID } from 'node:crypto';
import { type EventStoreDBClient, eventTypeFilter, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBareClients, errorOf, noted, notedMany } from './bare-eventstoredb-client.ts';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';

describe('a subscription at the double of EventStoreDB', () => {
  const clients = createBareClients();
  let double: EventStoreDbDouble;
  let client: EventStoreDBClient;
  const start = async (options?: DoubleOptions) => {
    double = await startEventStoreDbDouble(options);
    client = clients.open(double.url);
  };
  /** Takes what a subscription delivers. */
  const listen = (subscription: ReturnType<EventStoreDBClient['subscribeToAll']>) => {
    const heard: (string | undefined)[] = [];
    subscription.on('data', ({ event }) => heard.push(event?.id));
    for (const word of ['confirmation', 'caughtUp', 'fellBehind'] as const)
      subscription.on(word, () => heard.push(word));
    return heard;
  };
  const positionOf = (index: number) => {
    const position = BigInt(double.events()[index]?.position ?? -1);
    return { commit: position, prepare: position };
  };
  const append = async (stream: string, type = 'Noted') => {
    const id = randomUUID();
    await client.appendToStream(stream, jsonEvent({ id, type, data: {} }));
    return id;
  };

  beforeEach(() => start());
  afterEach(async () => {
    clients.dispose();
    await double.close();
  });

  it('is confirmed, gets what is there, is told that it has caught up, and then gets what comes', async () => {
    const [one, two] = [await append('note-1'), await append('note-2')];
    const heard = listen(client.subscribeToAll({ fromPosition: 'start' }));
    await vi.waitFor(() => expect(heard).toEqual(['confirmation', one, two, 'caughtUp']), 5000);
    const three = await append('note-1');
    await vi.waitFor(() => expect(heard).toEqual(['confirmation', one, two, 'caughtUp', three]), 5000);
  });

  it('begins behind the position that it names, or behind all that is there', async () => {
    const ids = [await append('note-1'), await append('note-1'), await append('note-1')];
    const behind = listen(client.subscribeToAll({ fromPosition: positionOf(0) }));
    const last = listen(client.subscribeToAll({ fromPosition: positionOf(2) }));
    const end = listen(client.subscribeToAll({ fromPosition: 'end' }));
    await vi.waitFor(() => expect(behind).toEqual(['confirmation', ids[1], ids[2], 'caughtUp']), 5000);
    await vi.waitFor(
      () => expect([last, end]).toEqual(Array.from({ length: 2 }, () => ['confirmation', 'caughtUp'])),
      5000,
    );
    const next = await append('note-1');
    await vi.waitFor(() => expect([behind.at(-1), last.at(-1), end.at(-1)]).toEqual([next, next, next]), 5000);
  });

  it('cannot begin where no event stands', async () => {
    await append('note-1');
    const between = { commit: positionOf(0).commit + 1n, prepare: positionOf(0).prepare + 1n };
    expect(await errorOf(client.subscribeToAll({ fromPosition: between }))).toMatchObject({ type: 'unknown' });
  });

  it('of one stream begins behind the revision that it names, also before there is a stream', async () => {
    const early = listen(client.subscribeToStream('note-1', { fromRevision: 'start' }) as never);
    await vi.waitFor(() => expect(early).toEqual(['confirmation', 'caughtUp']), 5000);
    const ids = [await append('note-1'), await append('note-1')];
    await append('note-2');
    const behind = listen(client.subscribeToStream('note-1', { fromRevision: 0n }) as never);
    await vi.waitFor(() => expect(early).toEqual(['confirmation', 'caughtUp', ...ids]), 5000);
    await vi.waitFor(() => expect(behind).toEqual(['confirmation', ids[1], 'caughtUp']), 5000);
  });

  it.each([
    ['prefixes of streams', streamNameFilter({ prefixes: ['note-', 'memo-'] }), [0, 2]],
    ['a pattern of streams', streamNameFilter({ regex: '^(memo|draft)-' }), [1, 2]],
    ['prefixes of types', eventTypeFilter({ prefixes: ['Not'] }), [0, 1]],
    ['a pattern of types', eventTypeFilter({ regex: '^[^$].*ed$' }), [0, 1, 2]],
  ])('leaves out what %s do not match, live too', async (_, filter, wanted) => {
    const write = async () => [
      await append('note-1'),
      await append('draft-1'),
      await append('memo-1', 'Scribbled'),
      await append('$memo-1', '$>'),
    ];
    const old = await write();
    const heard = listen(client.subscribeToAll({ filter }));
    const picked = (ids: string[]) => wanted.map((index) => ids[index]);
    await vi.waitFor(() => expect(heard).toEqual(['confirmation', ...picked(old), 'caughtUp']), 5000);
    const fresh = await write();
    await vi.waitFor(() => expect(heard.slice(-wanted.length)).toEqual(picked(fresh)), 5000);
  });

  it('is told by checkpoints how far the server has looked, also where nothing matches', async () => {
    for (let number = 0; number < 10; number += 1) await append(number === 4 ? 'wanted-1' : 'note-1');
    const checkpoints: bigint[] = [];
    const filter = streamNameFilter({
      prefixes: ['wanted-'],
      maxSearchWindow: 2,
      checkpointInterval: 2,
      checkpointReached: (_subscription, position) => void checkpoints.push(position.commit),
    });
    const heard = listen(client.subscribeToAll({ filter }));
    await vi.waitFor(() => expect(checkpoints).toEqual([3, 7].map((index) => positionOf(index).commit)), 5000);
    expect(heard).toHaveLength(3);
    for (let number = 0; number < 2; number += 1) await append('note-1');
    await vi.waitFor(() => expect(checkpoints.at(-1)).toBe(positionOf(11).commit), 5000);
  });

  it('hears of checkpoints and of having caught up before its reader has taken anything', async () => {
    await client.appendToStream('note-1', notedMany(5));
    let checkpoints = 0;
    const checkpointReached = () => {
      checkpoints += 1;
    };
    const filter = streamNameFilter({ prefixes: [''], maxSearchWindow: 1, checkpointInterval: 1, checkpointReached });
    const subscription = client.subscribeToAll({ filter });
    await new Promise((resolve) => subscription.once('caughtUp', resolve));
    expect(checkpoints).toBe(5);
    expect(subscription.readableLength).toBe(5);
  });

  describe('with a reader that is slow', () => {
    const many = () => Array.from({ length: 400 }, () => noted(randomUUID(), { text: 'x'.repeat(2_000) }));
    const subscribe = async () => {
      const subscription = client.subscribeToAll();
      await new Promise((resolve) => subscription.once('caughtUp', resolve).resume());
      subscription.pause();
      return subscription;
    };

    it('keeps no more in flight than the reader takes, and loses nothing', async () => {
      const subscription = await subscribe();
      const heard = listen(subscription);
      subscription.pause();
      const large = many();
      await client.appendToStream('note-1', large);
      subscription.resume();
      await vi.waitFor(() => expect(heard.at(-1)).toBe('caughtUp'), 5000);
      expect(heard.filter((word) => word?.includes('-'))).toEqual(large.map(({ id }) => id));
      expect(heard).toContain('fellBehind');
    });

    it('is dropped when the server is of those that drop it', async () => {
      await double.close();
      await start({ dropsSlowConsumers: true });
      const subscription = await subscribe();
      await client.appendToStream('note-1', many());
      expect(await errorOf(subscription)).toMatchObject({ type: 'timeout' });
    });
  });

  it('ends without an error when the server ends it, and with one when the server drops it', async () => {
    const ended = client.subscribeToAll();
    await new Promise((resolve) => ended.once('caughtUp', resolve).resume());
    double.endSubscriptions();
    await new Promise((resolve) => ended.once('end', resolve));
    const dropped = client.subscribeToAll();
    await new Promise((resolve) => dropped.once('caughtUp', resolve).resume());
    double.dropSubscriptions();
    expect(await errorOf(dropped)).toMatchObject({ type: 'unavailable' });
    expect(double.open().subscriptions).toBe(0);
  });

  it('may stay open and say nothing any more', async () => {
    const silent = listen(client.subscribeToAll());
    await vi.waitFor(() => expect(silent).toEqual(['confirmation', 'caughtUp']), 5000);
    double.stallSubscriptions();
    const lively = listen(client.subscribeToAll());
    const id = await append('note-1');
    await vi.waitFor(() => expect(lively).toContain(id), 5000);
    expect(silent).toEqual(['confirmation', 'caughtUp']);
    expect(double.open().subscriptions).toBe(2);
  });

  it('is counted as long as it is open, also when its reader just stops reading', async () => {
    await client.appendToStream('note-1', notedMany(3));
    const subscription = client.subscribeToAll();
    for await (const _ of subscription) break;
    await vi.waitFor(() => expect(double.open().subscriptions).toBe(1), 5000);
    await subscription.unsubscribe();
    await vi.waitFor(() => expect(double.open().subscriptions).toBe(0), 5000);
    // What is left is the batch call of the appends.
    expect(double.open().calls).toBe(1);
    clients.dispose();
    await vi.waitFor(() => expect(double.open().calls).toBe(0), 5000);
  });
});
