import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { profiles } from '../../projections/profiles.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import {
  createProjectionRunner,
  type ProjectionRunner,
  type ProjectionRunnerOptions,
} from '../../projections/runner.ts';
import { beginning, type EventStore, noStream, type RecordedEvent } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';

let store: EventStore;
let runners: ProjectionRunner[];

beforeEach(() => {
  store = createSqliteEventStore({ path: temporaryPath(), retryDelay: () => 1 });
  runners = [];
});

afterEach(async () => {
  for (const runner of runners) await runner.stop();
  await store.close();
});

function runnerOf(options: Partial<ProjectionRunnerOptions> = {}): ProjectionRunner {
  const runner = createProjectionRunner({
    store,
    readModels: createInProcessReadModels(),
    projections: [profiles],
    ...options,
  });
  runners.push(runner);
  return runner;
}

function register(customerId: string, category = 'profile') {
  const metadata = { at: '2026-11-21T12:00:00.000Z', v: 1, correlationId: 'c', causationId: 'c', actor: 'test' };
  const data = { customerId, timeZone: 'Europe/Vienna' };
  return store.append(`${category}-${customerId}`, noStream, [
    { id: randomUUID(), type: 'CustomerRegistered', data, metadata },
  ]);
}

/** Models that answer a promise, as those on a server do. */
function remote(readModels: ReadModels): ReadModels {
  return {
    ...readModels,
    async apply(projections, events) {
      await new Promise((resolve) => setImmediate(resolve));
      await readModels.apply(projections, events);
    },
  };
}

describe('a projection runner', () => {
  test('has applied what was in the log when it has started', async () => {
    for (let index = 0; index < 1200; index++) await register(`c${index}`);
    const readModels = createInProcessReadModels();
    await runnerOf({ readModels }).start();
    expect((await readModels.readAll(profiles)).size).toBe(1200);
    expect(await readModels.checkpoint()).toBe(await store.head());
  });

  test('starts on an empty log, and on one whose end nobody reads', async () => {
    await runnerOf().start();
    await register('c1', 'unread');
    const runner = runnerOf();
    await runner.start();
    expect((await runner.lag()).position).toBe(await store.head());
  });

  test('begins behind the checkpoint of the read models', async () => {
    await register('c1');
    const events = await Array.fromAsync(store.readAll());
    await register('c2');
    const readModels = createInProcessReadModels();
    readModels.apply([profiles], events);
    const seen: RecordedEvent[] = [];
    const follower = { categories: ['profile'], onEvents: (news: readonly RecordedEvent[]) => void seen.push(...news) };
    await runnerOf({ readModels, also: [follower] }).start();
    expect(seen.map(({ stream }) => stream)).toEqual(['profile-c2']);
  });

  test('a read right after an append sees it when the read models are in process', async () => {
    const readModels = createInProcessReadModels();
    await runnerOf({ readModels }).start();
    for (let index = 0; index < 50; index++) {
      const { position } = await register(`c${index}`);
      expect(await readModels.read(profiles, `c${index}`)).toMatchObject({ position });
    }
  });

  test('followers get their categories in order, after the read models, each event once', async () => {
    const readModels = createInProcessReadModels();
    const seen: { stream: string; applied: boolean }[] = [];
    const follower = {
      categories: ['profile', 'other'],
      async onEvents(events: readonly RecordedEvent[]) {
        const checkpoint = await readModels.checkpoint();
        for (const { stream, position } of events) seen.push({ stream, applied: checkpoint >= position });
      },
    };
    await register('c1');
    const runner = runnerOf({ readModels, also: [follower] });
    await runner.start();
    await register('c2', 'other');
    await register('c3', 'unread');
    const { position } = await register('c4');
    await runner.waitFor(position, 5000);
    expect(seen).toEqual(['profile-c1', 'other-c2', 'profile-c4'].map((stream) => ({ stream, applied: true })));
  });

  test('a follower that fails gets the same events again, the others do not', async () => {
    const seen: { steady: string[]; failing: string[]; last: string[] } = { steady: [], failing: [], last: [] };
    const errors: unknown[] = [];
    let failures = 3;
    const into = (list: string[]) => ({
      categories: ['profile'],
      onEvents: (events: readonly RecordedEvent[]) => void list.push(...events.map(({ stream }) => stream)),
    });
    const failing = {
      categories: ['profile'],
      async onEvents(events: readonly RecordedEvent[]) {
        if (failures-- > 0) throw new Error('busy');
        seen.failing.push(...events.map(({ stream }) => stream));
      },
    };
    await register('c1');
    const runner = runnerOf({
      also: [into(seen.steady), failing, into(seen.last)],
      onError: (error) => errors.push(error),
    });
    await runner.start();
    const { position } = await register('c2');
    expect(await runner.waitFor(position, 5000)).toBe(true);
    const all = ['profile-c1', 'profile-c2'];
    expect(seen).toEqual({ steady: all, failing: all, last: all });
    expect(errors).toHaveLength(3);
  });

  test('works the same with read models that answer later', async () => {
    await register('c1');
    const readModels = createInProcessReadModels();
    const runner = runnerOf({ readModels: remote(readModels) });
    await runner.start();
    const { position } = await register('c2');
    expect(await runner.waitFor(position, 5000)).toBe(true);
    expect((await readModels.readAll(profiles)).size).toBe(2);
  });
});

describe('waiting for a position', () => {
  test('is over at once when it has been reached', async () => {
    const { position } = await register('c1');
    const runner = runnerOf();
    await runner.start();
    expect(await runner.waitFor(position, 0)).toBe(true);
    expect(await runner.waitFor(beginning, 0)).toBe(true);
  });

  test('ends with false when the time is over', async () => {
    const runner = runnerOf();
    await runner.start();
    expect(await runner.waitFor('~', 5)).toBe(false);
    expect(await runner.waitFor('~', 0)).toBe(false);
  });

  test('reaches the position of an event that no projection reads', async () => {
    const runner = runnerOf({ readModels: remote(createInProcessReadModels()) });
    await runner.start();
    const { position } = await register('c1', 'unread');
    expect(await runner.waitFor(position, 5000)).toBe(true);
  });

  test('ends with false when the runner stops, and so does a start that is under way', async () => {
    await register('c1');
    const never = { categories: ['profile'], onEvents: () => Promise.reject(new Error('never')) };
    const runner = runnerOf({ also: [never], onError: () => undefined });
    const starting = expect(runner.start()).rejects.toThrow('stopped');
    const waiting = runner.waitFor('~', 60_000);
    await new Promise((resolve) => setImmediate(resolve));
    await runner.stop();
    expect(await waiting).toBe(false);
    await starting;
    expect(await runner.waitFor('~', 60_000)).toBe(false);
  });
});

test('a runner that is stopped while it starts subscribes to nothing', async () => {
  let subscriptions = 0;
  const runner = runnerOf({
    store: {
      ...store,
      subscribe(options) {
        subscriptions++;
        return store.subscribe(options);
      },
    },
  });
  await register('c1');
  const starting = expect(runner.start()).rejects.toThrow('stopped');
  await runner.stop();
  await starting;
  expect(subscriptions).toBe(0);
  await expect(runner.start()).rejects.toThrow('starts once');
});

describe('figures of a runner', () => {
  test('the lag is the age of the oldest event that is not applied', async () => {
    const runner = runnerOf();
    expect(await runner.lag()).toEqual({ position: beginning, head: beginning, milliseconds: 0 });
    const { position } = await register('c1');
    const [first] = await Array.fromAsync(store.readAll());
    await register('c2');
    const recordedAt = Date.parse(first?.recordedAt ?? '');
    while (Date.now() < recordedAt + 20) await new Promise((resolve) => setImmediate(resolve));
    const behind = await runner.lag();
    expect(behind.position).toBe(beginning);
    expect(behind.milliseconds).toBeGreaterThanOrEqual(20);
    await runner.start();
    const head = await store.head();
    expect(head > position).toBe(true);
    expect(await runner.lag()).toEqual({ position: head, head, milliseconds: 0 });
  });

  test('a store that does not answer leaves the head out', async () => {
    const runner = runnerOf({ store: { ...store, head: () => Promise.reject(new Error('down')) } });
    expect(await runner.lag()).toEqual({ position: beginning, milliseconds: 0 });
  });

  test('only live events count for freshness', async () => {
    await register('c1');
    const runner = runnerOf();
    await runner.start();
    expect(runner.freshness()).toEqual({ events: 0, p50: 0, p99: 0, max: 0 });
    await register('c2');
    await register('c3');
    const { events, p50, p99, max } = runner.freshness();
    expect(events).toBe(2);
    expect(p50 <= p99 && p99 <= max && max < 5000).toBe(true);
  });
});
