import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { createProjectionRunner } from '../../projections/runner.ts';
import { publishScreenPops, screenPopOf } from '../../projections/screen-pops.ts';
import { type EventStore, noStream } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { createInProcessScreenPopFeed } from '../../src/screen-pop/in-process-screen-pop-feed.ts';
import type { ScreenPop, ScreenPopFeed } from '../../src/screen-pop/screen-pop-feed.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { recorded } from './recorded-events.ts';

let store: EventStore;

beforeEach(() => {
  store = createSqliteEventStore({ path: temporaryPath() });
});

afterEach(() => store.close());

const at = '2026-11-21T12:00:00.000Z';

function popped(interactionId: string, agentId: string, number: number) {
  const data = { interactionId, agentId, customerId: 'c1', number, decisionId: `d${number}`, cause: 'STARTED' };
  const metadata = { at, v: 1, correlationId: 'c', causationId: 'c', actor: 'test' };
  return { id: randomUUID(), type: 'ScreenPopped', data, metadata };
}

async function started(feed: ScreenPopFeed) {
  const runner = createProjectionRunner({
    store,
    readModels: createInProcessReadModels(),
    projections: [],
    also: [publishScreenPops(feed)],
  });
  await runner.start();
  return runner;
}

test('a pop has the position of its event, and other events are none', () => {
  const stream = 'interaction-i1';
  const events = recorded([
    { stream, type: 'InteractionStarted', data: { interactionId: 'i1' } },
    { stream, at, ...popped('i1', 'a1', 1) },
  ]);
  expect(events.map(screenPopOf)).toEqual([
    undefined,
    {
      position: events[1]?.position,
      agentId: 'a1',
      interactionId: 'i1',
      customerId: 'c1',
      number: 1,
      decisionId: 'd1',
      cause: 'STARTED',
      at,
    },
  ]);
});

test('a pop that is recorded reaches its agent', async () => {
  const feed = createInProcessScreenPopFeed();
  const runner = await started(feed);
  const pops = feed.subscribe('a1', { after: '' });
  await store.append('interaction-i2', noStream, [popped('i2', 'a2', 1)]);
  const { position } = await store.append('interaction-i1', noStream, [popped('i1', 'a1', 1)]);
  expect((await pops.next()).value).toMatchObject({ agentId: 'a1', position });
  await runner.stop();
});

test('a new feed has the pops in the log, in the order of the log', async () => {
  await store.append('interaction-i1', noStream, [popped('i1', 'a1', 1), popped('i1', 'a1', 2)]);
  const { position } = await store.append('interaction-i2', noStream, [popped('i2', 'a1', 1)]);
  const feed = createInProcessScreenPopFeed();
  const runner = await started(feed);
  const pops = feed.subscribe('a1', { after: '' });
  const seen: ScreenPop[] = [];
  for await (const pop of pops) {
    seen.push(pop);
    if (pop.position === position) break;
  }
  expect(seen.map(({ interactionId, number }) => [interactionId, number])).toEqual([
    ['i1', 1],
    ['i1', 2],
    ['i2', 1],
  ]);
  await runner.stop();
});

test('pops of one agent are published in order, each when the one before it is, and agents do not wait for each other', async () => {
  const under: { pop: ScreenPop; done: PromiseWithResolvers<void> }[] = [];
  const publish = (pop: ScreenPop) => {
    const done = Promise.withResolvers<void>();
    under.push({ pop, done });
    return done.promise;
  };
  const stream = 'interaction-i1';
  const events = recorded(
    [popped('i1', 'a1', 1), popped('i1', 'a1', 2), popped('i1', 'a2', 3)].map((event) => ({ stream, at, ...event })),
  );
  const publishing = publishScreenPops({ publish }).onEvents(events);
  const numbers = () => under.map(({ pop }) => pop.number);
  expect(numbers()).toEqual([1, 3]);
  under[0]?.done.reject(new Error('away'));
  let isOver = false;
  const failing = Promise.resolve(publishing).finally(() => {
    isOver = true;
  });
  await setImmediate();
  expect(isOver).toBe(false);
  under[1]?.done.resolve();
  await expect(failing).rejects.toThrow('away');
  expect(numbers()).toEqual([1, 3]);
  const again = publishScreenPops({ publish }).onEvents(events);
  under[2]?.done.resolve();
  under[3]?.done.resolve();
  await setImmediate();
  expect(numbers()).toEqual([1, 3, 1, 3, 2]);
  under[4]?.done.resolve();
  await again;
});
