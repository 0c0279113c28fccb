// The event log at a server keeps the contract: over the double of EventStoreDB (real-server.test.ts: over a real one).
import { afterAll, beforeAll, describe } from 'vitest';
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
  describeEventStore('EventStoreDB as its double plays it', {
    create: () => openEventStore(double.url, { retryDelay, onError }),
  });
});
