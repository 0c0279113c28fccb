// Commands through a real store: one after another on a stream, again when it has moved on, and each at most once.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isRefused, type Refused } from '../../src/aggregates/decider.ts';
import { eventIdOf, newEventId } from '../../src/event-store/event-ids.ts';
import {
  beginning,
  type EventStore,
  noStream,
  RevisionConflict,
  StoreUnavailable,
} from '../../src/event-store/event-store.ts';
import { type CommandContext, createExecutor, type Executed, type Executor } from '../../src/event-store/execute.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { allOf } from './event-samples.ts';
import { folding, jar } from './jar.ts';
import { temporaryPath } from './temporary-log.ts';

const context: CommandContext = { at: '2026-11-21T18:00:00.000Z', actor: 'ann', correlationId: 'request' };

describe('execute', () => {
  let store: EventStore;
  let executor: Executor;
  let id: string;

  beforeEach(() => {
    store = createSqliteEventStore({ path: temporaryPath() });
    executor = createExecutor({ store });
    id = randomUUID();
    folding.isBroken = false;
    onTestFinished(() => store.close());
  });

  const add = async (coins: number, { by = executor, commandId }: { by?: Executor; commandId?: string } = {}) =>
    accepted(
      await by.execute(
        jar,
        id,
        { type: 'AddCoins', coins },
        commandId === undefined ? context : { ...context, commandId },
      ),
    );
  const seal = (by = executor) => by.execute(jar, id, { type: 'Seal' }, context);
  const stored = () => store.readStream(`jar-${id}`);

  it('answers with the new events and the state, revision and position after them', async () => {
    await add(2);
    const executed = await add(1);
    const [, , last] = await stored();
    expect(executed.events).toEqual([{ type: 'CoinAdded', data: { before: 2 } }]);
    expect(executed).toMatchObject({ state: { coins: 3, lastAt: context.at }, revision: 2, position: last?.position });
  });

  it('writes the instant, the actor, the version and the causes of the command', async () => {
    await executor.execute(jar, id, { type: 'Seal' }, { ...context, causationId: 'cause' });
    await executor.execute(jar, `${id}2`, { type: 'Seal' }, context);
    const [caused] = await stored();
    const [own] = await store.readStream(`jar-${id}2`);
    expect(caused?.metadata).toEqual({
      at: context.at,
      v: 1,
      correlationId: 'request',
      causationId: 'cause',
      actor: 'ann',
    });
    expect(own?.metadata.causationId).toBe('request');
  });

  it('carries out 200 commands at once on one stream, each exactly once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => add(1)));
    expect(outcomes.flatMap(({ events }) => events.map(({ data }) => data))).toEqual(
      Array.from({ length: 200 }, (_, before) => ({ before })),
    );
    expect((await executor.load(jar, id)).state.coins).toBe(200);
    expect(await stored()).toHaveLength(200);
  });

  it('carries out commands on different streams side by side', async () => {
    const jars = Array.from({ length: 50 }, (_, number) => `${id}_${number}`);
    const outcomes = await Promise.all(jars.map((each) => executor.execute(jar, each, { type: 'Seal' }, context)));
    expect(outcomes.every((outcome) => !isRefused(outcome))).toBe(true);
    expect(await allOf(store.readAll())).toHaveLength(50);
  });

  it('writes nothing when the command is refused, and nothing when all is already so', async () => {
    const sealed = accepted(await seal());
    const refused = await executor.execute(jar, id, { type: 'AddCoins', coins: 1 }, context);
    expect(refused).toEqual({ refused: 'JAR_SEALED', rule: 'A sealed jar takes no coins.' });
    expect(accepted(await seal())).toMatchObject({ events: [], revision: 0, position: sealed.position });
    expect(await stored()).toHaveLength(1);
  });

  it('answers for a stream without events', async () => {
    const nothing = { state: { coins: 0 }, revision: noStream, position: beginning };
    expect(await add(0)).toMatchObject({ events: [], ...nothing });
    expect(await executor.load(jar, id)).toMatchObject(nothing);
  });

  it('decides again on what a second executor has written meanwhile', async () => {
    const second = createExecutor({ store });
    await add(1);
    await add(2, { by: second });
    expect(await add(1)).toMatchObject({ events: [{ data: { before: 3 } }], state: { coins: 4 }, revision: 3 });
    expect((await second.load(jar, id)).state.coins).toBe(4);
  });

  it('refuses, and finds that all is already so, only on what is really stored', async () => {
    const second = createExecutor({ store });
    const open = () => second.execute(jar, id, { type: 'Open' }, context);
    await seal();
    await open();
    expect(await add(1)).toMatchObject({ events: [{ type: 'CoinAdded' }], revision: 2 });
    await seal();
    await open();
    expect(accepted(await seal())).toMatchObject({ events: [{ type: 'Sealed' }], revision: 5 });
  });

  it('loses no command when two executors work on one stream', async () => {
    const second = createExecutor({ store });
    for (let round = 0; round < 25; round += 1) await Promise.all([add(1), add(1, { by: second })]);
    expect((await stored()).map(({ data }) => data)).toEqual(Array.from({ length: 50 }, (_, before) => ({ before })));
  });

  it.each([
    { rivals: 30, outcome: 'gets through' },
    { rivals: 31, outcome: 'gives up with the conflict' },
  ])('when others are faster $rivals times in a row $outcome', async ({ rivals }) => {
    let left = rivals;
    const contested: EventStore = {
      ...store,
      async append(stream, expectedRevision, events) {
        left -= 1;
        if (left >= 0) await createExecutor({ store }).execute(jar, id, { type: 'AddCoins', coins: 1 }, context);
        return store.append(stream, expectedRevision, events);
      },
    };
    const contender = createExecutor({ store: contested });
    if (rivals === 30) expect(await add(1, { by: contender })).toMatchObject({ events: [{ data: { before: 30 } }] });
    else await expect(add(1, { by: contender })).rejects.toBeInstanceOf(RevisionConflict);
    expect(await stored()).toHaveLength(31);
    expect(await add(1, { by: contender })).toMatchObject({ events: [{ data: { before: 31 } }] });
  });

  describe('with a command id', () => {
    it('writes once, however often and late the command is given again', async () => {
      const commandId = randomUUID();
      const first = await add(2, { commandId });
      await add(3);
      const again = await add(2, { commandId });
      expect(again.events).toEqual(first.events);
      expect(again).toMatchObject({ state: { coins: 5 }, revision: 4 });
      expect(await stored()).toHaveLength(5);
    });

    it('answers a repeated command even where a new one would be refused', async () => {
      const commandId = randomUUID();
      const first = await add(1, { commandId });
      await seal();
      expect((await add(1, { commandId })).events).toEqual(first.events);
    });

    it('writes once when the command reaches two executors, at once or later', async () => {
      const commandId = randomUUID();
      const second = createExecutor({ store });
      await Promise.all([add(1), second.load(jar, id)]);
      await Promise.all([add(2, { commandId }), add(2, { commandId, by: second }), add(2, { commandId })]);
      await add(2, { commandId, by: createExecutor({ store }) });
      expect(await stored()).toHaveLength(3);
    });

    it('makes the ids of the events from it', async () => {
      await add(2, { commandId: 'command' });
      const ids = (await stored()).map((event) => event.id);
      expect(ids).toEqual([eventIdOf('command', `jar-${id}`, 0), eventIdOf('command', `jar-${id}`, 1)]);
      expect(new Set([...ids, eventIdOf('command', 'jar-2', 0), eventIdOf('other', `jar-${id}`, 0)]).size).toBe(4);
      for (const each of ids)
        expect(each).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    });

    it('can be tried again when it is unknown whether it was written', async () => {
      let isAnswerLost = true;
      const unreliable: EventStore = {
        ...store,
        async append(stream, expectedRevision, events) {
          const appended = await store.append(stream, expectedRevision, events);
          if (isAnswerLost) throw new StoreUnavailable('the answer was lost');
          return appended;
        },
      };
      const by = createExecutor({ store: unreliable });
      const commandId = randomUUID();
      await expect(add(2, { by, commandId })).rejects.toBeInstanceOf(StoreUnavailable);
      isAnswerLost = false;
      expect(await add(2, { by, commandId })).toMatchObject({
        events: [{ data: { before: 0 } }, { data: { before: 1 } }],
        revision: 1,
      });
      expect(await add(1, { by })).toMatchObject({ events: [{ data: { before: 2 } }] });
    });
  });

  it('goes on after a command that throws', async () => {
    await add(1);
    const outcomes = await Promise.allSettled([executor.execute(jar, id, { type: 'Break' }, context), add(1)]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'fulfilled']);
    expect(await stored()).toHaveLength(2);
  });

  it('keeps no state that was folded only in part', async () => {
    const second = createExecutor({ store });
    await add(5);
    await second.load(jar, id);
    folding.isBroken = true;
    await expect(executor.execute(jar, id, { type: 'Spoil' }, context)).rejects.toThrow('this cannot be folded');
    await expect(second.load(jar, id)).rejects.toThrow('this cannot be folded');
    folding.isBroken = false;
    expect(await stored()).toHaveLength(7);
    for (const by of [executor, second]) expect((await by.load(jar, id)).state.coins).toBe(5);
  });

  it('loads after the commands given before, and sees what others wrote', async () => {
    const adding = add(3);
    expect((await executor.load(jar, id)).state.coins).toBe(3);
    await adding;
    await add(1, { by: createExecutor({ store }) });
    expect(await executor.load(jar, id)).toMatchObject({ state: { coins: 4 }, revision: 3 });
  });

  it('keeps the states that were used last, and reads the others again from their beginning', async () => {
    const readFromTheBeginning: string[] = [];
    const watched: EventStore = {
      ...store,
      readStream(stream, from = 0) {
        if (from === 0) readFromTheBeginning.push(stream);
        return store.readStream(stream, from);
      },
    };
    const small = createExecutor({ store: watched, cachedStreams: 2 });
    for (const each of ['a', 'b', 'a', 'c', 'a', 'b'])
      await small.execute(jar, each, { type: 'AddCoins', coins: 1 }, context);
    expect(readFromTheBeginning).toEqual(['jar-a', 'jar-b', 'jar-c', 'jar-b']);
    expect((await small.load(jar, 'a')).state.coins).toBe(3);
    expect((await small.load(jar, 'b')).state.coins).toBe(2);
  });
});

it('events of commands without a name have ids in the order of time, no two the same', () => {
  const ids = Array.from({ length: 1000 }, newEventId);
  expect(new Set(ids).size).toBe(1000);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  const times = ids.map((id) => id.slice(0, 'xxxxxxxx-xxxx'.length));
  expect(times).toEqual(times.toSorted());
});

function accepted<State, Event>(outcome: Executed<State, Event> | Refused): Executed<State, Event> {
  if (isRefused(outcome)) throw new Error(`refused: ${outcome.refused}`);
  return outcome;
}
