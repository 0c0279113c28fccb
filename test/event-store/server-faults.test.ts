// The faults of EventStoreDB's client that concern calls: each is played by the double, and Kairos does not notice it, or in time.
import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { expect, it, onTestFinished, vi } from 'vitest';
import { guardClient } from '../../src/event-store/client-guard.ts';
import { beginning, noStream, RevisionConflict, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { connectEventStoreDb } from '../../src/event-store/eventstoredb-client.ts';
import type { LogServer } from '../../src/event-store/log-server.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { createServerEventStore } from '../../src/event-store/server-event-store.ts';
import { follow, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';
import { startEventStoreDbDouble } from './eventstoredb-double.ts';
import { forkDouble } from './forked-double.ts';
import { idsIn, openAtDouble } from './store-at-double.ts';

const stream = () => `call-${randomUUID()}`;

it('a deadline is ignored: with a frozen server every call ends in time all the same, and what was asked may be asked again', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 300 });
  const [one, events] = [stream(), newEvents(2)];
  await store.append(stream(), noStream, newEvents(1));
  double.freeze();
  await expect(store.append(one, noStream, events)).rejects.toBeInstanceOf(StoreUnavailable);
  await expect(store.readStream(one)).rejects.toBeInstanceOf(StoreUnavailable);
  expect(store.health()).toMatchObject({ answers: false });
  double.thaw();
  await vi.waitFor(() => expect(store.health()).toEqual({ answers: true }), 5000);
  expect(await store.append(one, noStream, events)).toMatchObject({ revision: 1 });
  expect(idsIn(double, one)).toEqual(events.map(({ id }) => id));
});

it.each([
  ['back', -3_600_000],
  ['forward', 3_600_000],
])('a clock that jumps %s by an hour while the server’s goes on changes nothing', async (_, milliseconds) => {
  // In a process of its own it has the clock of the machine.
  const double = await forkDouble();
  onTestFinished(() => double.end());
  const store = await openEventStore(double.url('esdb'), { timeoutMs: 1000 });
  onTestFinished(() => store.close());
  const [one, events] = [stream(), newEvents(2)];
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + milliseconds });
  onTestFinished(() => void vi.useRealTimers());
  expect(await store.append(one, noStream, events)).toMatchObject({ revision: 1 });
  expect((await store.readStream(one)).map(({ id }) => id)).toEqual(events.map(({ id }) => id));
  expect(store.health()).toEqual({ answers: true });
});

it('the outcome of an append without an answer is unknown: it is written once, whether it was there or not', async () => {
  const { double, store } = await openAtDouble();
  for (const kind of ['swallow', 'write-then-swallow'] as const) {
    const [one, events] = [stream(), newEvents(2)];
    double.faults.next('append', { kind });
    const appended = await store.append(one, noStream, events);
    expect(idsIn(double, one)).toEqual(events.map(({ id }) => id));
    expect((await store.readStream(one)).at(-1)).toMatchObject({ position: appended.position, revision: 1 });
  }
});

it('an append that has failed for its caller, too, is answered as if for the first time when the caller repeats it', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 200 });
  const [one, events] = [stream(), newEvents(2)];
  double.faults.share('append', { kind: 'write-then-swallow' }, 1);
  await expect(store.append(one, noStream, events)).rejects.toBeInstanceOf(StoreUnavailable);
  double.faults.clear();
  expect(await store.append(one, noStream, events)).toMatchObject({ revision: 1 });
  expect(idsIn(double, one)).toEqual(events.map(({ id }) => id));
  await expect(store.append(one, noStream, newEvents(1))).rejects.toBeInstanceOf(RevisionConflict);
});

it.each(['end', 'write-then-end'] as const)(
  'the server ends the call of all appends (%s): that append and those behind it are answered',
  async (kind) => {
    const { double, store } = await openAtDouble({ timeoutMs: 60_000 });
    double.faults.next('append', { kind });
    const streams = Array.from({ length: 10 }, stream);
    const events = streams.map(() => newEvents(1));
    await Promise.all(streams.map((each, index) => store.append(each, noStream, events[index] ?? [])));
    await store.append(stream(), noStream, newEvents(1));
    expect(streams.flatMap((each) => idsIn(double, each))).toEqual(events.flat().map(({ id }) => id));
  },
);

it('one client’s error rejects the appends of another: there is only ever one', async () => {
  const double = await startEventStoreDbDouble();
  let alive = 0;
  let made = 0;
  let most = 0;
  const connect = (): LogServer => {
    const server = connectEventStoreDb(double.url);
    made += 1;
    alive += 1;
    most = Math.max(most, alive);
    const giveUp = async () => {
      await server.giveUp();
      alive -= 1;
    };
    return { ...server, giveUp };
  };
  const store = createServerEventStore({ connect, timeoutMs: 400, onError: () => {} });
  double.faults.next('append', { kind: 'swallow' });
  const streams = Array.from({ length: 20 }, stream);
  await Promise.all(streams.map((each) => store.append(each, noStream, newEvents(1))));
  await store.close();
  await double.close();
  expect(made).toBeGreaterThan(1);
  expect(most).toBe(1);
  expect(alive).toBe(0);
});

it('an older call of a client rejects the appends of a newer one, whose answers then mean nothing to it: that ends no process', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 2000 });
  await store.append(stream(), noStream, newEvents(1));
  // The failure stands behind the slow append in the same call.
  double.faults.next('append', { kind: 'slow', milliseconds: 150 });
  double.faults.next('append', { kind: 'fail', code: status.UNAVAILABLE });
  const events = Array.from({ length: 3 }, () => newEvents(1));
  const streams = events.map(stream);
  const appends = [0, 1].map((index) => store.append(streams[index] ?? '', noStream, events[index] ?? []));
  await vi.waitFor(() => expect(double.faults.played).toBe(2), 5000);
  // After this read the client connects anew, and leaves what is under way where it is.
  double.faults.next('read', { kind: 'fail', code: status.UNAVAILABLE });
  await store.readStream(stream());
  double.faults.next('append', { kind: 'slow', milliseconds: 300 });
  appends.push(store.append(streams[2] ?? '', noStream, events[2] ?? []));
  await Promise.all(appends);
  expect(streams.flatMap((each) => idsIn(double, each))).toEqual(events.flat().map(({ id }) => id));
  // Everything is there, and so is the answer to the attempt that was rejected: this one comes behind it.
  await store.append(stream(), noStream, newEvents(1));
});

it('what waits for room when a call fails is rejected where nobody can catch it: here nothing waits', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 400 });
  await store.append(stream(), noStream, newEvents(1));
  double.freeze();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 300 }, () => store.append(stream(), noStream, [large(20_000)])),
  );
  expect(outcomes.every(({ status: outcome }) => outcome === 'rejected')).toBe(true);
});

it('the client looks in vain for a node that leads, and rejects where nobody can catch it: here that is caught', async () => {
  const client = {
    GRPCStreamCreator() {},
    getChannel() {},
    handleError: (_: unknown, error: unknown): Promise<void> => Promise.reject(error),
  };
  guardClient(client);
  await expect(client.handleError(undefined, new Error('Failed to discover'))).resolves.toBeUndefined();
});

it.each(['GRPCStreamCreator', 'handleError', 'getChannel'])(
  'a version of the package that cannot be guarded (without %s) is refused',
  (missing) => {
    const client = { GRPCStreamCreator() {}, handleError() {}, getChannel() {}, [missing]: undefined };
    expect(() => guardClient(client)).toThrow(
      `needs another version of the package that it goes by: this one has no ${missing}`,
    );
  },
);

it('a connection that is dead is not used again by the next client, although the packages share connections', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 2000 });
  const category = freshCategory();
  const follower = follow(store, { after: beginning, categories: [category] });
  await store.append(`${category}-one`, noStream, [newEvent(0)]);
  await follower.reached(1);
  double.freezeConnections();
  // The packages would find out after ten seconds at the earliest.
  await store.append(`${category}-one`, 0, [newEvent(1)]);
  expect((await store.readStream(`${category}-one`)).map(numberOf)).toEqual([0, 1]);
  expect((await follower.reached(2)).map(numberOf)).toEqual([0, 1]);
});

it('a capabilities call that has failed is remembered for ever: the client is replaced', async () => {
  const { double, store } = await openAtDouble();
  double.faults.next('features', { kind: 'fail', code: status.INTERNAL });
  expect(await store.append(stream(), noStream, newEvents(1))).toMatchObject({ revision: 0 });
});

it('data that JSON cannot hold leaves the call hanging: the caller is told before the client sees it', async () => {
  const { double, store } = await openAtDouble();
  const [one, good] = [stream(), newEvent(1)];
  const event = { ...newEvent(0), data: { amount: 1n } };
  await expect(store.append(one, noStream, [good, event])).rejects.toBeInstanceOf(TypeError);
  expect(await store.append(one, noStream, [good])).toMatchObject({ revision: 0 });
  expect(double.counts.append).toBe(1);
});

it('errors of a server that is away are not the client’s own: they mean that the store is away, until it is back', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 200 });
  await double.stop();
  const calls = [store.head(), store.readStream(stream()), store.append(stream(), noStream, newEvents(1))];
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
  }
  await double.restart();
  await vi.waitFor(() => expect(store.health()).toEqual({ answers: true }), { timeout: 5000 });
  expect(await store.append(stream(), noStream, newEvents(1))).toMatchObject({ revision: 0 });
});

it.each([status.PERMISSION_DENIED, status.UNAUTHENTICATED, status.UNIMPLEMENTED])(
  'a refusal that has only a code of gRPC (%i) is one, and is not tried again',
  async (code) => {
    const { double, store } = await openAtDouble();
    await store.append(stream(), noStream, newEvents(1));
    double.faults.next('append', { kind: 'fail', code });
    await expect(store.append(stream(), noStream, newEvents(1))).rejects.toThrow(/refuses/);
    expect(double.counts.append).toBe(2);
  },
);

it('a node that does not lead says so once: the next attempt is right', async () => {
  const { double, store } = await openAtDouble();
  double.faults.next('append', { kind: 'not-leader', leader: { host: '127.0.0.1', port: double.port } });
  expect(await store.append(stream(), noStream, newEvents(1))).toMatchObject({ revision: 0 });
  double.faults.next('read', { kind: 'not-leader', leader: { host: '127.0.0.1', port: double.port } });
  expect(await store.head()).not.toBe('');
  double.faults.next('append', { kind: 'not-leader' });
  expect(await store.append(stream(), noStream, newEvents(1))).toMatchObject({ revision: 0 });
});

it('a server that is busy is one that the client does not know: it is asked again, but not for ever', async () => {
  const { double, store } = await openAtDouble();
  double.faults.next('append', { kind: 'busy' }, 4);
  expect(await store.append(stream(), noStream, newEvents(1))).toMatchObject({ revision: 0 });
  expect(double.counts.append).toBe(5);
  double.faults.share('append', { kind: 'busy' }, 1);
  await expect(store.append(stream(), noStream, newEvents(1))).rejects.toBeInstanceOf(StoreUnavailable);
  expect(store.health()).toEqual({ answers: true });
});

function large(length: number) {
  return { ...newEvent(0), data: { text: 'x'.repeat(length) } };
}
