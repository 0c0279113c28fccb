// The event log at a server keeps the contract: over the double of EventStoreDB (real-server.test.ts: over a real one).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { describeEventStore } from './contract.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';

const retryDelay = () => 5;
const onError = () => {};

describe('over the double', () => {
  let double: EventStoreDbDouble;
  beforeAll(async () => {
    double = await startEventStoreDbDouble();
  });
  afterAll(() => double.close());
  it('reads thousands of streams, also such as do not exist, over one connection that the server does not close', async () => {
    const errors: unknown[] = [];
    const store = await openEventStore(double.url, { onError: (error) => errors.push(error) });
    for (let read = 0; read < 100; read += 1) {
      await Promise.all(Array.from({ length: 20 }, (_, number) => store.readStream(`nothing-${number}`)));
    }
    expect(errors).toEqual([]);
    expect(double.open()).toMatchObject({ connections: 1, calls: 0 });
    await store.close();
  });

  describeEventStore('EventStoreDB as its double plays it', {
    create: () => openEventStore(double.url, { retryDelay, onError }),
  });
});
