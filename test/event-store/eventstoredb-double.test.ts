import { randomUUID } from 'node:crypto';
import type { AppendExpectedRevision, EventStoreDBClient } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBareClients, idsOf, noted, notedMany, reasonOf } from './bare-eventstoredb-client.ts';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';

describe('the double of EventStoreDB', () => {
  const clients = createBareClients();
  const doubles: EventStoreDbDouble[] = [];
  let double: EventStoreDbDouble;
  let client: EventStoreDBClient;
  const start = async (options?: DoubleOptions) => {
    const started = await startEventStoreDbDouble(options);
    doubles.push(started);
    return started;
  };

  beforeEach(async () => {
    double = await start();
    client = clients.open(double.url);
  });
  afterEach(async () => {
    clients.dispose();
    for (const started of doubles.splice(0)) await started.close();
  });

  it('answers an append with revision and position of its last event, and gives back what was appended', async () => {
    const first = await client.appendToStream('note-1', notedMany(2), { expectedRevision: 'no_stream' });
    const event = noted(randomUUID(), { text: 'ünï 🙂' });
    const second = await client.appendToStream('note-1', event, { expectedRevision: 1n });
    expect([first.nextExpectedRevision, second.nextExpectedRevision]).toEqual([1n, 2n]);
    const read = [];
    for await (const { event: recorded } of client.readStream('note-1')) read.push(recorded);
    expect(read[1]?.position).toEqual(first.position);
    const { id, type, data, metadata } = event;
    expect(read[2]).toMatchObject({
      id,
      type,
      data,
      metadata,
      streamId: 'note-1',
      revision: 2n,
      position: second.position,
      isJson: true,
    });
    expect(Math.abs((read[2]?.created.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  it('gives each event a position of its own that grows by the sizes of the events before', async () => {
    await client.appendToStream('note-1', [noted(), noted(randomUUID(), { text: 'x'.repeat(1_000) }), noted()]);
    const positions = double.events().map(({ position }) => position);
    const [small = 0, large = 0] = positions.slice(1).map((position, index) => position - (positions[index] ?? 0));
    expect(small).toBeGreaterThan(60);
    expect(large - small).toBeGreaterThanOrEqual(1_000);
    const read = [];
    for await (const { event } of client.readAll()) read.push(event?.position);
    expect(read).toEqual(positions.map((position) => ({ commit: BigInt(position), prepare: BigInt(position) })));
  });

  describe('with the events a, b and c in a stream, told to append', () => {
    const [a, b, c, x, y] = [randomUUID(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const written = (revision: bigint) => ({ revision, repeated: false });
    const repeated = (revision: bigint) => ({ revision, repeated: true });
    const wrong = 'wrong';
    const cases: [string, AppendExpectedRevision, string[], { revision: bigint; repeated: boolean } | 'wrong'][] = [
      ['the first append again', 'no_stream', [a, b], repeated(1n)],
      ['the second append again', 1n, [c], repeated(2n)],
      ['both appends as one', 'no_stream', [a, b, c], repeated(2n)],
      ['the beginning of the first append', 'no_stream', [a], repeated(0n)],
      ['what lies across both appends', 0n, [b, c], repeated(2n)],
      ['the first append and one more', 'no_stream', [a, x], wrong],
      ['the last event and one more', 1n, [c, x], wrong],
      ['another event at the beginning', 'no_stream', [x], wrong],
      ['a known event at another place', 'no_stream', [b], wrong],
      ['a known event behind another one', 'no_stream', [x, b], wrong],
      ['what follows', 2n, [x], written(3n)],
      ['a known event as what follows', 2n, [a], written(3n)],
      ['what follows a revision that is not there', 5n, [x], wrong],
      ['a known append at any revision', 'any', [a, b], repeated(1n)],
      ['the last event at any revision', 'any', [c], repeated(2n)],
      ['a known event and another one at any revision', 'any', [c, x], wrong],
      ['another event and a known one at any revision', 'any', [x, c], written(4n)],
      ['other events at any revision', 'any', [x, y], written(4n)],
      ['a known event to a stream that exists', 'stream_exists', [a], repeated(0n)],
      ['another event to a stream that exists', 'stream_exists', [x], written(3n)],
    ];
    const unary = {
      credentials: { username: 'of one call', password: 'makes the client append by a call of its own' },
    };
    const ways: [string, object][] = [
      ['in a batch call', {}],
      ['in a call of its own', unary],
    ];
    describe.each(ways)('%s', (_, options) => {
      it.each(cases)('%s', async (_title, expectedRevision, ids, outcome) => {
        await client.appendToStream('note-1', [noted(a), noted(b)], { expectedRevision: 'no_stream' });
        await client.appendToStream('note-1', noted(c), { expectedRevision: 1n });
        const append = client.appendToStream(
          'note-1',
          ids.map((id) => noted(id)),
          { expectedRevision, ...options },
        );
        if (outcome === wrong) {
          expect(await reasonOf(append)).toMatchObject({ type: 'wrong-expected-version', actualVersion: 2n });
          expect(double.events()).toHaveLength(3);
          return;
        }
        const answer = await append;
        const last = double
          .events()
          .find(({ stream, revision }) => stream === 'note-1' && revision === Number(outcome.revision));
        expect(answer.nextExpectedRevision).toBe(outcome.revision);
        expect(answer.position?.commit).toBe(BigInt(last?.position ?? -1));
        expect(double.events()).toHaveLength(outcome.repeated ? 3 : 3 + ids.length);
      });

      it.each<[string, AppendExpectedRevision]>([
        ['a revision of', 0n],
        ['only the existing', 'stream_exists'],
      ])('%s a stream that does not exist', async (_title, expectedRevision) => {
        const append = client.appendToStream('note-2', noted(), { expectedRevision, ...options });
        expect(await reasonOf(append)).toMatchObject({
          type: 'wrong-expected-version',
          actualVersion: 'no_stream',
          expectedVersion: expectedRevision,
        });
      });

      it('the same ids to another stream', async () => {
        await client.appendToStream('note-1', [noted(a)]);
        await client.appendToStream('note-2', [noted(a)], { expectedRevision: 'any', ...options });
        expect(double.events()).toHaveLength(2);
      });

      it('more than the server takes', async () => {
        const large = [noted(a, { text: 'x'.repeat(600_000) }), noted(b, { text: 'x'.repeat(600_000) })];
        expect(await reasonOf(client.appendToStream('note-1', large, options))).toMatchObject({
          type: 'maximum-append-size-exceeded',
          maxAppendSize: 1_048_576,
        });
        expect(double.events()).toEqual([]);
      });
    });

    it('a known append after a restart: only with a certain revision it is known', async () => {
      const events = [noted(a), noted(b)];
      await client.appendToStream('note-1', events, { expectedRevision: 'no_stream' });
      await double.stop();
      await double.restart();
      const later = clients.open(double.url);
      // The client notices only by a call that its connection is gone.
      await vi.waitFor(() => later.appendToStream('note-1', events, { expectedRevision: 'no_stream' }), 5000);
      expect(double.events()).toHaveLength(2);
      await later.appendToStream('note-1', events, { expectedRevision: 'any' });
      expect(double.events()).toHaveLength(4);
    });
  });

  it('takes an append that comes in several requests as one', async () => {
    const events = Array.from({ length: 20 }, () => noted(randomUUID(), { text: 'x'.repeat(10_000) }));
    const answer = await client.appendToStream('note-1', events, {
      batchAppendSize: 15_000,
      expectedRevision: 'no_stream',
    });
    expect(answer.nextExpectedRevision).toBe(19n);
    expect(double.counts.append).toBe(1);
  });

  it('works appends of one call off in the order in which they came', async () => {
    await client.appendToStream('note-0', noted());
    double.faults.next('append', { kind: 'slow', milliseconds: 20 });
    await Promise.all(
      notedMany(50).map((event, number) =>
        client.appendToStream('note-1', event, { expectedRevision: number === 0 ? 'no_stream' : BigInt(number - 1) }),
      ),
    );
    expect(
      double
        .events()
        .slice(1)
        .map(({ data }) => data),
    ).toEqual(Array.from({ length: 50 }, (_, number) => ({ number })));
  });

  it('does not take an append whose deadline is over', async () => {
    await client.appendToStream('note-0', noted());
    expect(await reasonOf(client.appendToStream('note-1', noted(), { deadline: -1 }))).toMatchObject({
      type: 'deadline-exceeded',
    });
    expect(double.events()).toHaveLength(1);
  });

  describe('reading', () => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const positionOf = (index: number) => {
      const position = BigInt(double.events()[index]?.position ?? -1);
      return { commit: position, prepare: position };
    };
    beforeEach(async () => {
      for (const [index, id] of ids.entries()) await client.appendToStream(`note-${index % 2}`, noted(id));
    });

    it('gives a stream from a revision on, in either direction, as many as are wanted', async () => {
      const [zero, , two, , four] = ids;
      expect(await idsOf(client.readStream('note-0'))).toEqual([zero, two, four]);
      expect(await idsOf(client.readStream('note-0', { fromRevision: 1n }))).toEqual([two, four]);
      expect(await idsOf(client.readStream('note-0', { fromRevision: 1n, maxCount: 1 }))).toEqual([two]);
      expect(await idsOf(client.readStream('note-0', { fromRevision: 7n }))).toEqual([]);
      expect(await idsOf(client.readStream('note-0', { direction: 'backwards', fromRevision: 'end' }))).toEqual([
        four,
        two,
        zero,
      ]);
      expect(await idsOf(client.readStream('note-0', { direction: 'backwards', fromRevision: 1n }))).toEqual([
        two,
        zero,
      ]);
    });

    it('says that a stream is not there', async () => {
      expect(await reasonOf(idsOf(client.readStream('note-2')))).toMatchObject({
        type: 'stream-not-found',
        streamName: 'note-2',
      });
    });

    it('gives all forwards with the event at the position, and backwards without it', async () => {
      expect(await idsOf(client.readAll())).toEqual(ids);
      expect(await idsOf(client.readAll({ fromPosition: positionOf(2) }))).toEqual(ids.slice(2));
      expect(await idsOf(client.readAll({ fromPosition: positionOf(2), maxCount: 2 }))).toEqual(ids.slice(2, 4));
      expect(await idsOf(client.readAll({ fromPosition: 'end' }))).toEqual([]);
      const backwards = { direction: 'backwards' } as const;
      expect(await idsOf(client.readAll({ ...backwards, fromPosition: 'end' }))).toEqual([...ids].reverse());
      expect(await idsOf(client.readAll({ ...backwards, fromPosition: 'end', maxCount: 1 }))).toEqual(ids.slice(4));
      expect(await idsOf(client.readAll({ ...backwards, fromPosition: positionOf(2) }))).toEqual([ids[1], ids[0]]);
    });

    it('refuses a position at which no event stands', async () => {
      const between = { commit: positionOf(2).commit + 1n, prepare: positionOf(2).prepare + 1n };
      expect(await reasonOf(idsOf(client.readAll({ fromPosition: between })))).toMatchObject({ type: 'unknown' });
    });
  });

  it('puts events of its own between, and takes events of the system and links as any others', async () => {
    const busy = await start({ systemEventEvery: 2 });
    const writer = clients.open(busy.url);
    for (const number of [0, 1, 2]) await writer.appendToStream(`note-${number}`, noted());
    await writer.appendToStream('$ce-note', { ...noted(), type: '$>' });
    expect(busy.events().map(({ type }) => type)).toEqual([
      'Noted',
      'Noted',
      '$statsCollected',
      'Noted',
      '$>',
      '$statsCollected',
    ]);
    expect(await idsOf(writer.readAll())).toEqual(busy.events().map(({ id }) => id));
  });

  it('keeps its log over a restart, refuses connections in between, and counts what comes in', async () => {
    await client.appendToStream('note-1', noted());
    await double.stop();
    // The error of the transport as it is, not one of the client's own.
    const refused = await reasonOf(client.appendToStream('note-1', noted()));
    expect([refused.code, refused.type]).toEqual([status.UNAVAILABLE, undefined]);
    await double.restart();
    expect(await vi.waitFor(() => idsOf(clients.open(double.url).readStream('note-1')), 5000)).toHaveLength(1);
    expect(double.counts).toMatchObject({ append: 1, read: 1, subscribe: 0 });
  });
});
