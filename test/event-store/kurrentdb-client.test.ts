// KurrentDB's client over the double in its own process: the contract, and what differs because its reads go another way than the rest.
import { afterAll, beforeAll, describe } from 'vitest';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { describeEventStore } from './contract.ts';
import { type ForkedDouble, forkDouble } from './forked-double.ts';

const retryDelay = () => 5;
const onError = () => {};

describe('over the double', () => {
  let double: ForkedDouble;
  beforeAll(async () => {
    double = await forkDouble();
  });
  afterAll(() => double.end());
  describeEventStore('KurrentDB as its double plays it', {
    create: () => openEventStore(double.url('kurrentdb'), { retryDelay, onError }),
  });
});
