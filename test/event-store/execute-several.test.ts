// Several commands in one append, and two aggregates in one go.
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { isRefused } from '../../src/aggregates/decider.ts';
import { type EventStore, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createExecutor, type Executor } from '../../src/event-store/execute.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { jar } from './jar.ts';
import { temporaryPath } from './temporary-log.ts';

const context = { at: '2026-11-21T18:00:00.000Z', actor: 'ann', correlationId: 'request' };
const coin = { type: 'AddCoins', coins: 1 } as const;
const seal = { type: 'Seal' } as const;

let log: EventStore;
let fails: ((stream: string) => boolean) | undefined;
let store: EventStore;
let executor: Executor;
let id: string;

/** A store that cannot write to several streams at once. */
function oneByOne(inner: EventStore): EventStore {
  return {
    ...inner,
    async appendAll(appends) {
      const appended = [];
      for (const { stream, expectedRevision, events } of appends) {
        if (fails?.(stream)) throw new StoreUnavailable('the test refuses it');
        appended.push(await inner.append(stream, expectedRevision, events));
      }
      return appended;
    },
  };
}

beforeEach(() => {
  log = createSqliteEventStore({ path: temporaryPath() });
  fails = undefined;
  store = oneByOne(log);
  executor = createExecutor({ store });
  id = randomUUID();
  onTestFinished(() => log.close());
});

const types = async (jarId: string) => (await log.readStream(`jar-${jarId}`)).map(({ type }) => type);

describe('executeAll', () => {
  it('decides each command on what those before it have caused, in one append', async () => {
    const { outcomes, state, revision } = await executor.executeAll(
      jar,
      id,
      [coin, seal, coin, { type: 'Open' }, coin],
      context,
    );
    expect(outcomes.map((outcome) => (isRefused(outcome) ? outcome.refused : outcome.length))).toEqual([
      1,
      1,
      'JAR_SEALED',
      1,
      1,
    ]);
    expect([state.coins, revision]).toEqual([2, 3]);
    expect(await types(id)).toEqual(['CoinAdded', 'Sealed', 'Opened', 'CoinAdded']);
  });

  it('decides all of them again when another process has moved the stream on', async () => {
    const other = createExecutor({ store: log });
    await executor.execute(jar, id, coin, context);
    await other.execute(jar, id, coin, context);
    const { state } = await executor.executeAll(jar, id, [coin, coin], context);
    expect(state.coins).toBe(4);
  });

  it('keeps no state of what was not written', async () => {
    await executor.execute(jar, id, coin, context);
    const failing = createExecutor({ store: { ...log, append: () => Promise.reject(new StoreUnavailable('down')) } });
    await expect(failing.executeAll(jar, id, [coin, seal], context)).rejects.toThrow('down');
    expect((await failing.load(jar, id)).state).toMatchObject({ coins: 1, isSealed: false });
  });
});

describe('executeTogether', () => {
  const step = (jarId: string, command: typeof coin | typeof seal) => ({ decider: jar, id: jarId, command });
  let second: string;
  beforeEach(() => {
    second = randomUUID();
  });

  it('records both, the first before the second', async () => {
    const executed = await executor.executeTogether(step(id, coin), step(second, seal), context);
    expect(executed).toMatchObject({ events: [{ type: 'Sealed' }], state: { isSealed: true }, revision: 0 });
    expect([await types(id), await types(second)]).toEqual([['CoinAdded'], ['Sealed']]);
  });

  it('records neither when either is refused, or when the second is already so', async () => {
    await executor.execute(jar, id, seal, context);
    expect(await executor.executeTogether(step(id, coin), step(second, coin), context)).toMatchObject({
      refused: 'JAR_SEALED',
    });
    expect(await executor.executeTogether(step(second, coin), step(id, coin), context)).toMatchObject({
      refused: 'JAR_SEALED',
    });
    expect(await executor.executeTogether(step(second, coin), step(id, seal), context)).toMatchObject({ events: [] });
    expect([await types(id), await types(second)]).toEqual([['Sealed'], []]);
  });

  it('a failure between the two leaves the first written, and the next command begins from what is stored', async () => {
    fails = (stream) => stream === `jar-${second}`;
    await expect(executor.executeTogether(step(id, seal), step(second, coin), context)).rejects.toThrow('refuses');
    fails = undefined;
    expect([await types(id), await types(second)]).toEqual([['Sealed'], []]);
    await executor.executeTogether(step(id, seal), step(second, coin), context);
    expect([await types(id), await types(second)]).toEqual([['Sealed'], ['CoinAdded']]);
  });

  it('decides again when either stream has moved on, also in the middle', async () => {
    const other = createExecutor({ store: log });
    await executor.executeTogether(step(id, coin), step(second, coin), context);
    await other.execute(jar, second, coin, context);
    await executor.executeTogether(step(id, seal), step(second, coin), context);
    expect((await executor.load(jar, second)).state.coins).toBe(3);
    expect(await types(id)).toEqual(['CoinAdded', 'Sealed']);
  });

  describe('of several at once', () => {
    const appended: string[][] = [];
    beforeEach(() => {
      appended.length = 0;
      const appendAll: EventStore['appendAll'] = (appends) => {
        appended.push(
          appends.map(({ stream, events }) => `${stream === `jar-${id}` ? 'one' : 'other'} ${events.length}`),
        );
        return store.appendAll(appends);
      };
      executor = createExecutor({ store: { ...store, appendAll } });
    });
    const commands = (pairs: readonly (readonly [typeof coin | typeof seal, typeof coin | typeof seal])[]) =>
      pairs.map(([first, next]) => executor.executeTogether(step(id, first), step(second, next), context));

    it('is one append, each decided on what those before it cause', async () => {
      const outcomes = await Promise.all(
        commands([
          [coin, coin],
          [coin, seal],
          [coin, coin],
          [coin, seal],
          [seal, seal],
        ]),
      );
      const told = outcomes.map((outcome) => (isRefused(outcome) ? outcome.refused : outcome.events.length));
      expect(told).toEqual([1, 1, 'JAR_SEALED', 0, 0]);
      expect(appended).toEqual([['one 2', 'other 2']]);
      expect([await types(id), await types(second)]).toEqual([
        ['CoinAdded', 'CoinAdded'],
        ['CoinAdded', 'Sealed'],
      ]);
      const { revision, state } = await executor.load(jar, second);
      expect([revision, state.coins, state.isSealed]).toEqual([1, 1, true]);
    });

    it('is in time for the one that has the least', async () => {
      const bys: (number | undefined)[] = [];
      const noting = createExecutor({
        store: {
          ...store,
          appendAll(appends) {
            bys.push(...appends.map(({ by }) => by));
            return store.appendAll(appends);
          },
        },
      });
      await Promise.all(
        [9e12, 8e12, undefined].map((by) => noting.executeTogether(step(id, coin), step(second, coin), context, by)),
      );
      expect(bys).toEqual([8e12, undefined]);
    });

    it('fails as a whole, and the next begin from what is stored', async () => {
      await Promise.all(commands([[coin, coin]]));
      fails = (stream) => stream === `jar-${second}`;
      const failed = await Promise.allSettled(
        commands([
          [coin, coin],
          [coin, seal],
        ]),
      );
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      fails = undefined;
      const [last] = await Promise.all(commands([[coin, coin]]));
      expect(last).toMatchObject({ state: { coins: 2, isSealed: false }, revision: 1 });
      // One by one, the first was written.
      expect([(await types(id)).length, (await types(second)).length]).toEqual([4, 2]);
    });

    it('is decided again when another process has moved a stream on', async () => {
      await Promise.all(commands([[coin, coin]]));
      await createExecutor({ store: log }).execute(jar, second, seal, context);
      const outcomes = await Promise.all(
        commands([
          [coin, coin],
          [coin, coin],
        ]),
      );
      expect(outcomes).toMatchObject([{ refused: 'JAR_SEALED' }, { refused: 'JAR_SEALED' }]);
      expect((await types(second)).at(-1)).toBe('Sealed');
    });

    it('goes in appends of a size that stores take', async () => {
      await Promise.all(commands(Array.from({ length: 40 }, () => [coin, coin] as const)));
      expect(appended).toEqual([
        ['one 16', 'other 16'],
        ['one 16', 'other 16'],
        ['one 8', 'other 8'],
      ]);
      expect((await executor.load(jar, id)).state.coins).toBe(40);
    });
  });

  it('takes turns with commands on either aggregate', async () => {
    const together = Array.from({ length: 20 }, () =>
      executor.executeTogether(step(id, coin), step(second, coin), context),
    );
    const alone = Array.from({ length: 20 }, (_, index) =>
      executor.execute(jar, index % 2 ? id : second, coin, context),
    );
    await Promise.all([...together, ...alone]);
    expect([(await types(id)).length, (await types(second)).length]).toEqual([30, 30]);
  });
});
