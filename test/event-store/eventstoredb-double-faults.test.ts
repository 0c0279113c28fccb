import type { EventStoreDBClient } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBareClients, errorOf, idsOf, noted, notedMany, reasonOf } from './bare-eventstoredb-client.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';
import { createFaultPlan, type Fault, playBadDay } from './eventstoredb-double-faults.ts';

const elsewhere = { host: '127.0.0.1', port: 1 };

describe('a fault of the double of EventStoreDB', () => {
  const clients = createBareClients();
  let double: EventStoreDbDouble;
  let client: EventStoreDBClient;
  const written = () => double.events().length;
  /** Whether a promise is settled when something else is. */
  const settledWith = async (promise: Promise<unknown>, other: Promise<unknown>) => {
    let isSettled = false;
    const settle = () => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await other;
    return isSettled;
  };

  beforeEach(async () => {
    double = await startEventStoreDbDouble({ seed: 7 });
    client = clients.open(double.url);
  });
  afterEach(async () => {
    clients.dispose();
    await double.close();
  });

  describe.each([
    ['of a batch call', {}],
    ['that is a call of its own', { credentials: { username: 'of one call', password: 'for a call of its own' } }],
  ])('of an append %s', (way, options) => {
    const isBatch = way === 'of a batch call';
    const append = () => client.appendToStream('note-1', noted(), options);

    it.each<[string, Fault, string, number, string?]>([
      ['fails it before it is written', { kind: 'fail', code: status.UNAVAILABLE }, 'unavailable', 0],
      ['fails it with any code', { kind: 'fail', code: status.INTERNAL }, 'unknown', 0],
      ['fails it when it is written', { kind: 'write-then-fail', code: status.UNAVAILABLE }, 'unavailable', 1],
      ['tells it who leads', { kind: 'not-leader', leader: elsewhere }, 'not-leader', 0],
      ['tells it that nobody is known to lead', { kind: 'not-leader' }, 'unknown', 0],
      ['tells it that the server is busy', { kind: 'busy' }, 'unknown', 0, 'unavailable'],
      ['denies it', { kind: 'access-denied' }, 'access-denied', 0],
      ['gives up on it', { kind: 'timeout' }, 'deadline-exceeded', 0, 'timeout'],
    ])('%s', async (_, fault, type, count, typeOfOwnCall = type) => {
      double.faults.next('append', fault);
      expect(await reasonOf(append())).toMatchObject({ type: isBatch ? type : typeOfOwnCall });
      expect(written()).toBe(count);
    });

    it('carries the leader as the client expects it', async () => {
      double.faults.next('append', { kind: 'not-leader', leader: elsewhere });
      expect(await reasonOf(append())).toMatchObject({ leader: { address: '127.0.0.1', port: 1 } });
    });

    it.each<[string, Fault, number]>([
      ['swallows it', { kind: 'swallow' }, 0],
      ['loses its answer', { kind: 'write-then-swallow' }, 1],
    ])('%s, and those behind it are answered', async (_, fault, count) => {
      double.faults.next('append', fault);
      const swallowed = append();
      await vi.waitFor(() => expect(double.counts.append).toBe(1), 5000);
      expect(await settledWith(swallowed, append())).toBe(false);
      expect(written()).toBe(count + 1);
    });

    it('delays it', async () => {
      await append();
      double.faults.next('append', { kind: 'slow', milliseconds: 60 });
      const before = performance.now();
      await append();
      expect(performance.now() - before).toBeGreaterThan(50);
      expect(written()).toBe(2);
    });

    it('is played as often as ordered, then no more, and counted', async () => {
      double.faults.next('append', { kind: 'access-denied' }, 2);
      const outcomes = [];
      for (let call = 0; call < 3; call += 1)
        outcomes.push(
          await append().then(
            () => 'written',
            () => 'denied',
          ),
        );
      expect(outcomes).toEqual(['denied', 'denied', 'written']);
      expect(double.faults.played).toBe(2);
    });
  });

  it.each<[string, Fault, number]>([
    ['before an append is written', { kind: 'end' }, 0],
    ['when an append is written', { kind: 'write-then-end' }, 1],
  ])(
    'ends the batch call gracefully %s: this append and all later ones of the client hang',
    async (_, fault, count) => {
      double.faults.next('append', fault);
      const [first] = [client.appendToStream('note-1', noted())];
      await vi.waitFor(() => expect(double.counts.append).toBe(1), 5000);
      const second = client.appendToStream('note-1', noted());
      const other = clients.open(double.url);
      const third = other.appendToStream('note-1', noted());
      expect(await settledWith(Promise.race([first, second]), third)).toBe(false);
      expect(written()).toBe(count + 1);
    },
  );

  it('that fails a batch call fails every append that is not answered yet, of any client', async () => {
    const other = clients.open(double.url);
    double.faults.next('append', { kind: 'swallow' });
    const swallowed = reasonOf(other.appendToStream('note-1', noted()));
    await vi.waitFor(() => expect(double.counts.append).toBe(1), 5000);
    double.faults.next('append', { kind: 'fail', code: status.UNAVAILABLE });
    const failed = reasonOf(client.appendToStream('note-1', noted()));
    expect([await swallowed, await failed]).toMatchObject([{ type: 'unavailable' }, { type: 'unavailable' }]);
  });

  it('swallows an append of a batch call whatever its deadline', async () => {
    await client.appendToStream('note-1', noted());
    double.faults.next('append', { kind: 'swallow' });
    const swallowed = client.appendToStream('note-1', noted(), { deadline: 500 });
    await vi.waitFor(() => expect(double.counts.append).toBe(2), 5000);
    double.faults.next('append', { kind: 'slow', milliseconds: 600 });
    expect(await settledWith(swallowed, client.appendToStream('note-1', noted()))).toBe(false);
  });

  it('refuses to say what the server can: then each append is a call of its own', async () => {
    double.faults.next('features', { kind: 'fail', code: status.UNIMPLEMENTED });
    await client.appendToStream('note-1', noted());
    await vi.waitFor(() => expect(double.open().calls).toBe(0), 5000);
    expect(written()).toBe(1);
  });

  it('that fails the question for capabilities is remembered by the client as long as it is not unavailability', async () => {
    double.faults.next('features', { kind: 'fail', code: status.INTERNAL });
    expect(await reasonOf(client.appendToStream('note-1', noted()))).toMatchObject({ code: status.INTERNAL });
    expect(await reasonOf(client.appendToStream('note-1', noted()))).toMatchObject({ code: status.INTERNAL });
    expect(double.counts.features).toBe(1);
    await clients.open(double.url).appendToStream('note-1', noted());
  });

  it.each<[string, Fault, object]>([
    ['fails', { kind: 'fail', code: status.UNAVAILABLE }, { type: 'unavailable' }],
    ['denies', { kind: 'access-denied' }, { type: 'access-denied' }],
    ['redirects', { kind: 'not-leader', leader: elsewhere }, { type: 'not-leader' }],
    ['is too busy for', { kind: 'busy' }, { type: 'unavailable' }],
    ['gives up on', { kind: 'timeout' }, { type: 'timeout' }],
  ])('%s reads and subscriptions', async (_, fault, reason) => {
    double.faults.next('read', fault);
    double.faults.next('subscribe', fault);
    expect(await reasonOf(idsOf(client.readAll()))).toMatchObject(reason);
    expect(await errorOf(clients.open(double.url).subscribeToAll())).toMatchObject(reason);
  });

  it('swallows a read, ends a subscription at once, delays either', async () => {
    await client.appendToStream('note-1', noted());
    double.faults.next('read', { kind: 'swallow' });
    double.faults.next('read', { kind: 'slow', milliseconds: 20 });
    const swallowed = idsOf(client.readAll());
    await vi.waitFor(() => expect(double.counts.read).toBe(1), 5000);
    expect(await settledWith(swallowed, idsOf(client.readAll()))).toBe(false);
    double.faults.next('subscribe', { kind: 'end' });
    expect(await idsOf(client.subscribeToAll())).toEqual([]);
  });

  it.each<[string, Fault, object]>([
    ['drops', { kind: 'fail', code: status.ABORTED }, { delivered: 2, ended: 'timeout' }],
    ['ends', { kind: 'end' }, { delivered: 2, ended: 'end' }],
    ['stalls', { kind: 'swallow' }, { delivered: 2, ended: 'not' }],
  ])('%s a subscription in the middle', async (_, fault, outcome) => {
    await client.appendToStream('note-1', notedMany(5));
    const silent: Fault = { kind: 'slow', milliseconds: 0 };
    double.faults.next('deliver', silent, 2);
    double.faults.next('deliver', fault);
    const seen = { delivered: 0, ended: 'not' };
    const subscription = client.subscribeToAll();
    subscription.on('data', () => {
      seen.delivered += 1;
    });
    subscription.on('error', (error: Error & { type?: string }) => {
      seen.ended = error.type ?? 'error';
    });
    subscription.on('end', () => {
      seen.ended = 'end';
    });
    await vi.waitFor(() => expect(seen).toEqual(outcome), 5000);
  });

  it('freezes: connections are taken, nothing is answered until it thaws', async () => {
    await client.appendToStream('note-1', noted());
    double.freeze();
    const frozen = client.appendToStream('note-1', noted());
    const another = await startEventStoreDbDouble();
    expect(await settledWith(frozen, clients.open(another.url).appendToStream('note-1', noted()))).toBe(false);
    double.thaw();
    await frozen;
    expect(written()).toBe(2);
    await another.close();
  });

  it('freezes so that pings are not answered either, and nothing is written that came too late', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const impatient = clients.open(`${double.url}&keepAliveInterval=100&keepAliveTimeout=100`);
    await impatient.appendToStream('note-1', noted());
    double.freeze();
    expect(await reasonOf(impatient.appendToStream('note-1', noted()))).toMatchObject({ type: 'unavailable' });
    await double.stop();
    expect(double.open()).toEqual({ connections: 0, calls: 0, subscriptions: 0 });
    await double.restart();
    expect(written()).toBe(1);
  });

  it('is drawn by chance alike for the same seed, in the share that was asked for', () => {
    const draws = (seed: number) => {
      const faults = createFaultPlan(seed);
      playBadDay(faults, 0.01);
      return Array.from({ length: 10_000 }, () => faults.draw('append')?.kind);
    };
    expect(draws(3)).toEqual(draws(3));
    expect(draws(3)).not.toEqual(draws(4));
    // Ten faults at one in a hundred each.
    expect(draws(3).filter((kind) => kind !== undefined).length).toBeGreaterThan(850);
    expect(draws(3).filter((kind) => kind === 'write-then-swallow').length).toBeGreaterThan(60);
    expect(draws(3).filter((kind) => kind === 'write-then-swallow').length).toBeLessThan(140);
  });

  it('is played no more once it is cleared', async () => {
    double.faults.share('append', { kind: 'access-denied' }, 1);
    expect(await reasonOf(client.appendToStream('note-1', noted()))).toMatchObject({ type: 'access-denied' });
    double.faults.clear('append');
    await client.appendToStream('note-1', noted());
  });
});
