// A store at a double that things go wrong with. What it leaves open there fails the test that it was opened in.
import { expect, onTestFinished, vi } from 'vitest';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import type { ServerEventStoreOptions } from '../../src/event-store/server-event-store.ts';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';

type StoreOptions = Omit<ServerEventStoreOptions, 'connect'>;

/** So short that a test does not wait, so long that a busy machine is not taken for a server that is away. */
const soon: StoreOptions = { timeoutMs: 1000, stallMs: 50, retryDelay: () => 5, onError: () => {} };

export interface StoreAtDouble {
  readonly double: EventStoreDbDouble;
  readonly store: EventStore;
}

export async function openAtDouble(options: StoreOptions = {}, ofDouble: DoubleOptions = {}): Promise<StoreAtDouble> {
  const double = await startEventStoreDbDouble(ofDouble);
  onTestFinished(() => double.close());
  return { double, store: await openAt(double, options) };
}

/** Closed after the test; then the double has no call of it any more. */
export async function openAt(double: EventStoreDbDouble, options: StoreOptions = {}, url = double.url) {
  const store = await openEventStore(url, { ...soon, ...options });
  onTestFinished(async () => {
    double.faults.clear();
    double.thaw();
    await store.close();
    await nothingIsOpenAt(double);
  });
  return store;
}

export async function nothingIsOpenAt(double: EventStoreDbDouble): Promise<void> {
  await vi.waitFor(() => expect(double.open()).toMatchObject({ calls: 0, subscriptions: 0 }), 5000);
}

/** Ids in the log of the streams that begin so, in order. */
export function idsIn(double: EventStoreDbDouble, beginning: string): readonly string[] {
  return double
    .events()
    .filter(({ stream }) => stream.startsWith(beginning))
    .map(({ id }) => id);
}
