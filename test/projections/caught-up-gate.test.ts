// A gate that others bring the log to is asked only as long as what it says cannot be too old.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createCaughtUpGate } from '../../projections/caught-up-gate.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { bindOfferCap } from '../../src/decisioning/caps.ts';
import { type EventStore, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { confirm, noon, reserve, ruleWith, second } from './cap-log-samples.ts';
import { count } from './counted-log.ts';
import { openProcess, type RedisProcess } from './projected-redis.ts';
import { recorded } from './recorded-events.ts';

const onError = (error: unknown) => expect.unreachable(String(error));

test('a place is not given twice because nobody has told the gate that it was used', async () => {
  const gate = createInProcessCapGate();
  const [first, shown] = recorded([reserve('d1', noon), confirm('d1', noon + 30 * second)]);
  if (!first || !shown) throw new Error('there are two events');
  let [applied, now] = [first.position, 0];
  const caughtUp = createCaughtUpGate({
    gate,
    store: { head: () => Promise.resolve(shown.position) },
    progress: { waitFor: (position) => Promise.resolve(position <= applied) },
    trustedMs: 30_000,
    everyMs: 1,
    monotonic: () => now,
    onError,
  });
  await gate.apply([first]);
  const cap = bindOfferCap(ruleWith({ window: { kind: 'LIFETIME' } }), 'o1', 'home');
  const another = (asked: typeof gate) =>
    asked.reserve({
      customerId: 'c1',
      decisionId: 'd2',
      callId: 'd2',
      placementId: 'home',
      channel: 'WEB',
      timeZone: 'UTC',
      offers: [{ offerId: 'o1', tags: [], caps: [cap] }],
      at: noon + 86_400 * second,
      heldUntil: noon + 86_500 * second,
    });
  void caughtUp.start();
  await expect(another(caughtUp)).rejects.toThrow(ReadSideUnavailable);
  expect(await another(gate)).toEqual({ reserved: true });
  await gate.withdraw('c1', 'd2');

  await gate.apply([shown]);
  applied = shown.position;
  await until(() =>
    another(caughtUp).then(
      () => true,
      () => false,
    ),
  );
  expect(await another(caughtUp)).toMatchObject({ reserved: false, by: 'cap' });
  now = 29_999;
  expect(await another(caughtUp)).toMatchObject({ reserved: false });
  caughtUp.stop();
});

test('while the log is away, who decides late believes it as it was when that began; nobody else does', async () => {
  let now = 0;
  let head = async () => '0000000000000001';
  let applied = true;
  const told: unknown[] = [];
  const gate = createCaughtUpGate({
    gate: createInProcessCapGate(),
    store: { head: () => head() },
    progress: { waitFor: async () => applied },
    trustedMs: 30_000,
    everyMs: 1,
    monotonic: () => now,
    onError: (error) => told.push(error),
  });
  onTestFinished(() => gate.stop());
  await gate.start();
  const look = (isLate: boolean) =>
    gate
      .look('c1', noon, () => [], isLate)
      .then(
        () => true,
        () => false,
      );
  now = 20_000;
  applied = false;
  head = () => Promise.reject(new StoreUnavailable('the test keeps it away'));
  await until(async () => told.length > 0);
  now = 3_600_000;
  expect([await look(true), await look(false)]).toEqual([true, false]);
  head = async () => '0000000000000002';
  await until(async () => !(await look(true)));
  applied = true;
  await until(() => look(false));

  // It was not caught up when it began.
  applied = false;
  await until(async () => {
    now += 30_001;
    return !(await look(true));
  });
  head = () => Promise.reject(new StoreUnavailable('the test keeps it away'));
  await until(async () => told.length > 1);
  expect(await look(true)).toBe(false);
});

describe.skipIf(!hasRedis)('a replica', () => {
  let redis: TestRedis;
  let store: EventStore;
  let process: RedisProcess;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.stop());
  beforeEach(async () => {
    store = createSqliteEventStore({ path: temporaryPath(), pollEvery: 5 });
    process = await openProcess(redis.url, store);
  });
  afterEach(async () => {
    await process?.close();
    await store?.close();
  });

  test('does not believe the gate any more when nobody projects what is recorded, and does again afterwards', async () => {
    const gate = createCaughtUpGate({ ...process, store, trustedMs: 300, everyMs: 10, onError });
    const isBelieved = () =>
      gate
        .look('c1', Date.now(), () => [])
        .then(
          () => true,
          (error) => {
            expect(error).toBeInstanceOf(ReadSideUnavailable);
            return false;
          },
        );
    expect(await isBelieved()).toBe(false);
    const projector = process.project();
    await gate.start();
    await until(isBelieved);
    await projector.stop();
    await count(store, 'a');
    await until(async () => !(await isBelieved()));
    process.project();
    await until(isBelieved);
    gate.stop();
  });

  test('believes it for as long as nothing is recorded', async () => {
    let now = 0;
    const gate = createCaughtUpGate({ ...process, store, trustedMs: 300, everyMs: 1, onError, monotonic: () => now });
    await count(store, 'a');
    const projector = process.project();
    await gate.start();
    await until(() =>
      gate
        .look('c1', Date.now(), () => [])
        .then(
          () => true,
          () => false,
        ),
    );
    await projector.stop();
    for (now = 200; now < 2000; now += 200) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await until(() =>
        gate
          .look('c1', Date.now(), () => [])
          .then(
            () => true,
            () => false,
          ),
      );
    }
    gate.stop();
  });
});
