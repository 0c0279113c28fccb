// The supervised subscription: how it waits after a failure, and what it does while it waits.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { beginning, type EventStore, noStream, type Position } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore, type SqliteEventStoreOptions } from '../../src/event-store/sqlite-event-store.ts';
import { createSupervisedSubscription, exponentialBackoff, type Page } from '../../src/event-store/subscription.ts';
import { caughtUp, follow, newEvent, newEvents, numberOf } from './event-samples.ts';
import { temporaryPath } from './temporary-log.ts';

describe('a supervised subscription', () => {
  it('waits after a failure, whatever is appended meanwhile', async () => {
    const store = open({ retryDelay: () => 3_600_000 });
    const { onCaughtUp, once } = caughtUp();
    let calls = 0;
    const follower = follow(store, { after: beginning, onCaughtUp }, () => {
      calls += 1;
      throw new Error('not now');
    });
    await once;
    for (let number = 0; number < 5; number += 1) {
      await store.append('note-1', number - 1, [newEvent(number)]);
      await nextTurn();
    }
    expect(calls).toBe(1);
    await follower.stop();
  });

  it('has nothing to do with what it has read before it was given it', async () => {
    const handled: string[] = [];
    let reads = 0;
    const { onCaughtUp, once } = caughtUp();
    const event = (position: Position) => ({ ...newEvent(0), stream: 'note-1', revision: 0, position, recordedAt: '' });
    const subscription = createSupervisedSubscription({
      after: beginning,
      onCaughtUp,
      onError: () => {},
      retryDelay: () => 1,
      onEvents: (events) => void handled.push(...events.map(({ position }) => position)),
      readPage: (): Page => {
        reads += 1;
        return { events: [event('1'), event('2')], upTo: '2', isLast: true };
      },
    });
    await once;
    subscription.push('1', '2', [event('2')]);
    subscription.push('2', '3', [event('3')]);
    expect(handled).toEqual(['1', '2', '3']);
    await subscription.stop();
    expect(reads).toBe(1);
  });

  it('counts the failures in a row, and begins anew after a success', async () => {
    const delays: number[] = [];
    const store = open({
      retryDelay: (failures) => {
        delays.push(failures);
        return 1;
      },
    });
    await store.append('note-1', noStream, newEvents(4));
    const failures = new Map([
      [1, 3],
      [2, 2],
    ]);
    const follower = follow(store, { after: beginning }, (events) => {
      const number = events.map(numberOf).find((each) => (failures.get(each) ?? 0) > 0);
      if (number === undefined) return;
      failures.set(number, (failures.get(number) ?? 0) - 1);
      throw new Error('not yet');
    });
    await follower.reached(4);
    // The first failure was that of the whole batch: after it, event 0 alone succeeded.
    expect(delays).toEqual([1, 1, 2, 1, 2]);
  });

  it('reads again when the read itself fails, and reports it', async () => {
    const store = open({});
    await store.append('note-1', noStream, newEvents(3));
    const events = await store.readStream('note-1');
    const errors: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<readonly number[]>();
    const subscription = createSupervisedSubscription({
      after: beginning,
      retryDelay: () => 1,
      onError: (error) => errors.push(error),
      onEvents: (handled) => resolve(handled.map(numberOf)),
      readPage: async (after: Position): Promise<Page> => {
        if (errors.length < 2) throw new Error('no connection');
        const page = events.filter((event) => event.position > after);
        return { events: page, upTo: events.at(-1)?.position ?? after, isLast: true };
      },
    });
    expect(await promise).toEqual([0, 1, 2]);
    expect(errors).toEqual([new Error('no connection'), new Error('no connection')]);
    await subscription.stop();
  });

  it('begins the next call before one is over where it may, in order, and so many of them', async () => {
    const store = open({ pageSize: 2 });
    await store.append('note-1', noStream, newEvents(9));
    const calls: { readonly events: number[]; readonly end: () => void }[] = [];
    const { onCaughtUp, once } = caughtUp();
    const follower = follow(store, { after: beginning, callsAtOnce: 3, onCaughtUp }, (events) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      calls.push({ events: events.map(numberOf), end: resolve });
      return promise;
    });
    await someTurns();
    expect(calls.map(({ events }) => events)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    calls[1]?.end();
    await someTurns();
    // What comes before is not handled yet.
    expect([calls.length, follower.position]).toEqual([3, beginning]);
    calls[0]?.end();
    await someTurns();
    expect(calls.flatMap(({ events }) => events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { end } of calls) end();
    await once;
    await follower.stop();
  });

  it('lets none begin after a failure until all are over; then everything behind the last that was handled comes again', async () => {
    const store = open({ pageSize: 2, retryDelay: () => 1 });
    await store.append('note-1', noStream, newEvents(9));
    const told: number[][] = [];
    const handled: number[] = [];
    let failures = 3;
    let underWay = 0;
    let hasFailed = false;
    const underWayAfterFailures: number[] = [];
    const { onCaughtUp, once } = caughtUp();
    const follower = follow(store, { after: beginning, callsAtOnce: 3, onCaughtUp }, async (events) => {
      if (hasFailed) underWayAfterFailures.push(underWay);
      hasFailed = false;
      underWay += 1;
      told.push(events.map(numberOf));
      const isFaulty = events.map(numberOf).includes(2) && failures-- > 0;
      for (let turn = isFaulty ? 2 : 300; turn > 0; turn -= 1) await nextTurn();
      underWay -= 1;
      hasFailed ||= isFaulty;
      if (isFaulty) throw new Error('not yet');
      handled.push(...events.map(numberOf));
    });
    await once;
    await follower.stop();
    expect([...new Set(handled)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(underWayAfterFailures).toEqual([0, 0, 0]);
    // Those that may be at fault one by one, and no other begins before they are done.
    expect(told.filter(([first]) => first === 2)).toEqual([[2, 3], [2], [2], [2]]);
    expect(told.findIndex(([first]) => first === 3)).toBeGreaterThan(told.findLastIndex(([first]) => first === 2));
    expect(handled.slice(handled.lastIndexOf(2))).toEqual([2, 3, 4, 5, 6, 7, 8]);
  });

  it('gives a handler that takes its time one call after the other where nothing else is said', async () => {
    const store = open({ pageSize: 2 });
    await store.append('note-1', noStream, newEvents(5));
    let underWay = 0;
    const seen: number[] = [];
    const { onCaughtUp, once } = caughtUp();
    const follower = follow(store, { after: beginning, onCaughtUp }, async () => {
      underWay += 1;
      await someTurns();
      seen.push(underWay);
      underWay -= 1;
    });
    await once;
    await follower.stop();
    expect(seen).toEqual([1, 1, 1]);
  });

  it('goes on with what was appended while the end was handled', async () => {
    const store = open({ pageSize: 2 });
    await store.append('note-1', noStream, newEvents(3));
    const handled: number[] = [];
    const follower = follow(store, { after: beginning }, async (events) => {
      const isFirst = handled.length === 0;
      handled.push(...events.map(numberOf));
      for (let turn = 0; turn < 10; turn += 1) await nextTurn();
      if (isFirst) await store.append('note-1', 2, [newEvent(3)]);
    });
    await follower.reached(4);
    await follower.stop();
    expect(handled).toEqual([0, 1, 2, 3]);
  });

  it('says when what is behind a call under way cannot be read, and reads it again', async () => {
    const event = (position: Position) => ({ ...newEvent(0), stream: 'note-1', revision: 0, position, recordedAt: '' });
    const pages = new Map<Position, Page>([
      [beginning, { events: [event('1')], upTo: '1', isLast: false }],
      ['1', { events: [event('2')], upTo: '2', isLast: true }],
    ]);
    const [handled, errors]: [string[], unknown[]] = [[], []];
    const { onCaughtUp, once } = caughtUp();
    const subscription = createSupervisedSubscription({
      after: beginning,
      callsAtOnce: 2,
      onCaughtUp,
      onError: (error) => errors.push(error),
      retryDelay: () => 1,
      async onEvents(events) {
        // Longer than it waits before it reads again.
        for (let turn = 0; turn < 1000; turn += 1) await nextTurn();
        handled.push(...events.map(({ position }) => position));
      },
      async readPage(after) {
        const page = pages.get(after);
        if (!page || (after === '1' && errors.length === 0)) throw new Error('no connection');
        return page;
      },
    });
    await once;
    await subscription.stop();
    expect([handled, errors.length]).toEqual([['1', '2'], 1]);
  });

  it('goes on when those whom it tells of a failure or of its progress fail themselves', async () => {
    const store = open({});
    const warnings: string[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    const { promise, resolve } = Promise.withResolvers<void>();
    let isFirst = true;
    store.subscribe({
      after: beginning,
      onEvents: () => {
        if (!isFirst) return resolve();
        isFirst = false;
        throw new Error('not now');
      },
      onCaughtUp: () => {
        throw new Error('nobody listens');
      },
      onError: (error) => {
        throw new Error(`cannot report: ${error instanceof Error ? error.message : error}`);
      },
    });
    await store.append('note-1', noStream, [newEvent(0)]);
    await promise;
    await nextTurn();
    expect(new Set(warnings)).toEqual(new Set(['cannot report: nobody listens', 'cannot report: not now']));
  });
});

describe('exponential backoff', () => {
  it('doubles from 100 milliseconds to 30 seconds and is up to half random', () => {
    for (const [failures, most] of [
      [1, 100],
      [2, 200],
      [5, 1600],
      [10, 30_000],
      [2000, 30_000],
    ] as const) {
      const delays = Array.from({ length: 50 }, () => exponentialBackoff(failures));
      expect(Math.min(...delays)).toBeGreaterThanOrEqual(most / 2);
      expect(Math.max(...delays)).toBeLessThanOrEqual(most);
      expect(new Set(delays).size).toBeGreaterThan(1);
    }
  });
});

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

function open(options: Pick<SqliteEventStoreOptions, 'retryDelay' | 'pageSize'>): EventStore {
  const store = createSqliteEventStore({ path: temporaryPath(), retryDelay: () => 1, ...options });
  onTestFinished(() => store.close());
  return store;
}
