// The event log at a server keeps the contract: over the double of EventStoreDB (real-server.test.ts: over a real one).
import { randomUUID } from 'node:crypto';
import { binaryEvent, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { afterAll, beforeAll, describe } from 'vitest';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { describeEventStore } from './contract.ts';
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';

const retryDelay = () => 5;
const onError = () => {};

describe.each<[string, DoubleOptions]>([
  ['alone', {}],
  ['with events of the server and of other applications in between', { systemEventEvery: 2 }],
  ['with a server that looks through three events at a time', { longestWindow: 3 }],
])('over the double, %s', (_, options) => {
  let double: EventStoreDbDouble;
  beforeAll(async () => {
    double = await startEventStoreDbDouble(options);
  });
  afterAll(() => double.close());
  describeEventStore('EventStoreDB as its double plays it', {
    async create() {
      if (options.systemEventEvery) await writeForeignEvents(double.url);
      return openEventStore(double.url, { retryDelay, onError });
    },
  });
});

/** JSON without our metadata, JSON without any, and bytes. */
async function writeForeignEvents(url: string): Promise<void> {
  const client = EventStoreDBClient.connectionString(url);
  await client.appendToStream(`invoice-${randomUUID()}`, [
    jsonEvent({ type: 'InvoiceSent', data: { number: 1 }, metadata: { at: 'noon' } }),
    jsonEvent({ type: 'InvoicePaid', data: { number: 1 } }),
    binaryEvent({ type: 'InvoiceScanned', data: new Uint8Array([0, 255]) }),
  ]);
  await client.dispose();
}
