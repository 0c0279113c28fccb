// KurrentDB's client over the double in its own process: the contract, and faults of its reads, which go another way than the rest.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { beginning, type EventStore, noStream, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { describeEventStore } from './contract.ts';
import { follow, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';
import { type ForkedDouble, forkDouble } from './forked-double.ts';

const retryDelay = () => 5;
const onError = () => {};

let double: ForkedDouble;
beforeAll(async () => {
  double = await forkDouble();
});
afterAll(() => double.end());

describeEventStore('KurrentDB as its double plays it', {
  create: () => openEventStore(double.url('kurrentdb'), { retryDelay, onError }),
});

describe('when something goes wrong', () => {
  let store: EventStore;
  let category: string;
  let stream: string;
  const open = (timeoutMs: number) =>
    openEventStore(double.url('kurrentdb'), { retryDelay, onError, timeoutMs, stallMs: 100 });

  beforeEach(async () => {
    store = await open(1500);
    category = freshCategory();
    stream = `${category}-${randomUUID()}`;
    await store.append(stream, noStream, newEvents(3));
  });
  afterEach(async () => {
    await double.tell('clear');
    await store.close();
  });

  it('a read that fails is made again', async () => {
    await double.tell('next', 'read', { kind: 'fail', code: 14 });
    expect((await store.readStream(stream)).map(numberOf)).toEqual([0, 1, 2]);
  });

  it('a read that is never answered is given up, and made again with another client', async () => {
    await double.tell('next', 'read', { kind: 'swallow' });
    expect((await store.readStream(stream)).map(numberOf)).toEqual([0, 1, 2]);
  });

  it('a server that is frozen makes calls fail in their time, and is found again', async () => {
    await double.tell('freeze');
    await expect(store.readStream(stream)).rejects.toBeInstanceOf(StoreUnavailable);
    await expect(store.append(stream, 2, [newEvent(3)])).rejects.toBeInstanceOf(StoreUnavailable);
    await double.tell('thaw');
    await vi.waitFor(async () => expect((await store.readStream(stream)).length).toBeGreaterThanOrEqual(3), 5000);
  });

  it('a server that restarts at its port is found again by reads, appends and subscriptions', async () => {
    const follower = follow(store, { after: beginning, categories: [category] });
    await follower.reached(3);
    const fourth = newEvent(3);
    await double.tell('stop');
    await expect(store.readStream(stream)).rejects.toBeInstanceOf(StoreUnavailable);
    await double.tell('restart');
    await vi.waitFor(() => expect(store.health()).toEqual({ answers: true }), 5000);
    // Appends go by another connection than reads, which may come back later.
    await vi.waitFor(() => store.append(stream, 2, [fourth]), 5000);
    expect((await follower.reached(4)).map(numberOf)).toEqual([0, 1, 2, 3]);
    expect(await store.readStream(stream)).toHaveLength(4);
  });

  it('a subscription that is dropped goes on where it was', async () => {
    const follower = follow(store, { after: beginning, categories: [category] });
    await follower.reached(3);
    await double.tell('dropSubscriptions');
    await store.append(stream, 2, [newEvent(3)]);
    expect((await follower.reached(4)).map(numberOf)).toEqual([0, 1, 2, 3]);
  });

  it('nothing stays open at the server once stores are closed but the one connection that all reads share', async () => {
    const fresh = await forkDouble();
    for (let opened = 0; opened < 5; opened += 1) {
      const another = await openEventStore(fresh.url('kurrentdb'), { retryDelay, onError });
      await another.append(`${stream}-${opened}`, noStream, newEvents(3));
      follow(another, { after: beginning });
      for await (const _ of another.readAll()) break;
      await another.readStream(`${stream}-${opened}`);
      await another.close();
    }
    const left = { calls: 0, subscriptions: 0, connections: 1 };
    await vi.waitFor(async () => expect(await fresh.tell('open')).toEqual(left), 12_000);
    await fresh.end();
  });

  it('a process ends by itself once its store is closed, and says nothing', async () => {
    const program = `
      const { openEventStore } = await import('./src/event-store/open-event-store.ts');
      const store = await openEventStore('${double.url('kurrentdb')}', { timeoutMs: 3000, onError() {} });
      store.subscribe({ after: '', onEvents() {} });
      await store.readStream('${stream}');
      await store.close();`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 10_000,
    });
    expect(stdout + stderr).toBe('');
  });

  it('is not opened in a process that has an EventStoreDB, nor the other way round', async () => {
    await expect(openEventStore(double.url('esdb'))).rejects.toThrow('cannot be in one process with');
  });
});
