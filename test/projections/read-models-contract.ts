// What every adapter of the read models must do. An adapter's test calls it with a maker of empty models.
import { afterEach, describe, expect, test } from 'vitest';
import type { ReadModels } from '../../projections/read-models.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { positionAt, recorded } from './recorded-events.ts';
import { counted, type Tally, tally } from './tally.ts';

const at = (...indexes: number[]) => indexes.map(positionAt);

/**
 * `create` gives empty read models; what it is given is called with each failure of a projection. Models that share a server must not
 * see each other's entries.
 */
export function describeReadModels(
  name: string,
  create: (onError: (error: unknown) => void) => Promise<ReadModels> | ReadModels,
): void {
  describe(`read models: ${name}`, () => {
    const opened: ReadModels[] = [];
    async function open(onError = (error: unknown): void => expect.unreachable(String(error))): Promise<ReadModels> {
      const readModels = await create(onError);
      opened.push(readModels);
      return readModels;
    }

    afterEach(async () => {
      for (const readModels of opened.splice(0)) await readModels.close();
    });

    const one = tally('one');
    const other = tally('other', ['count', 'more']);

    test('an entry that no event ever concerned is undefined', async () => {
      const readModels = await open();
      await readModels.apply([one], counted(['a']));
      expect(await readModels.read(one, 'b')).toBeUndefined();
      expect(await readModels.read(other, 'a')).toBeUndefined();
      expect(await readModels.readAll(other)).toEqual(new Map());
    });

    test('an entry has the position of the last event in it', async () => {
      const readModels = await open();
      await readModels.apply([one], counted(['a', 'b', 'a', 'b', 'b']));
      expect(await readModels.read(one, 'a')).toEqual({ entry: { id: 'a', seen: at(1, 3) }, position: positionAt(3) });
      expect(await readModels.read(one, 'b')).toEqual({
        entry: { id: 'b', seen: at(2, 4, 5) },
        position: positionAt(5),
      });
    });

    test('an event that does not concern a projection makes no entry', async () => {
      const readModels = await open();
      await readModels.apply([one], counted([undefined]));
      expect(await readModels.readAll(one)).toEqual(new Map());
    });

    test('a projection gets the categories that it reads', async () => {
      const readModels = await open();
      await readModels.apply(
        [one, other],
        [
          ...counted(['a']),
          ...recorded([{ stream: 'more-a', type: 'Counted', data: { id: 'a' } }], 2),
          ...recorded([{ stream: 'else-a', type: 'Counted', data: { id: 'a' } }], 3),
        ],
      );
      const [fromOne, fromOther] = await readModels.readTogether([one, other], 'a');
      expect([fromOne?.entry.seen, fromOther?.entry.seen]).toEqual([at(1), at(1, 2)]);
    });

    test('reading together gives what is there and undefined for what is not', async () => {
      const readModels = await open();
      await readModels.apply([other], counted(['a']));
      expect(await readModels.readTogether([one, other], 'a')).toEqual([
        undefined,
        { entry: { id: 'a', seen: at(1) }, position: positionAt(1) },
      ]);
    });

    test('all entries are read by id', async () => {
      const readModels = await open();
      await readModels.apply([one], counted(['a', 'constructor', 'a']));
      const all = await readModels.readAll(one);
      expect([...all.keys()].sort()).toEqual(['a', 'constructor']);
      expect(all.get('a')).toEqual({ entry: { id: 'a', seen: at(1, 3) }, position: positionAt(3) });
    });

    test('a group is read whole, and then what has changed in it', async () => {
      const readModels = await open();
      const group = [tally('first', ['count'], 'group'), tally('second', ['more'], 'group')] as const;
      const told = (stream: string, id: string) => ({ stream, type: 'Counted', data: { id } });
      await readModels.apply(group, recorded([told('count-a', 'a'), told('more-a', 'a'), told('count-b', 'b')]));
      const whole = await readModels.readGroup<[Tally, Tally]>(group);
      expect(whole.entries.map((each) => [...each.keys()].sort())).toEqual([['a', 'b'], ['a']]);
      expect(whole.entries[0].get('b')).toEqual({ entry: { id: 'b', seen: at(3) }, position: positionAt(3) });
      expect(await readModels.readAll(group[0])).toEqual(whole.entries[0]);
      const none = await readModels.changesOf<[Tally, Tally]>(group, whole.cursor);
      expect(none?.entries.map(({ size }) => size)).toEqual([0, 0]);
      await readModels.apply(group, recorded([told('more-c', 'c'), told('count-a', 'a')], 4));
      const changes = await readModels.changesOf<[Tally, Tally]>(group, whole.cursor);
      expect(changes?.entries).toEqual([
        new Map([['a', { entry: { id: 'a', seen: at(1, 5) }, position: positionAt(5) }]]),
        new Map([['c', { entry: { id: 'c', seen: at(4) }, position: positionAt(4) }]]),
      ]);
      const rest = await readModels.changesOf<[Tally, Tally]>(group, changes?.cursor ?? '');
      expect(rest?.entries.map(({ size }) => size)).toEqual([0, 0]);
    });

    test('entries of a group are read by id as others are', async () => {
      const readModels = await open();
      const group = [tally('first', ['count'], 'group'), one, tally('second', ['count'], 'group')] as const;
      await readModels.apply(group, counted(['a', 'b', 'a']));
      expect(await readModels.read(group[0], 'a')).toEqual({
        entry: { id: 'a', seen: at(1, 3) },
        position: positionAt(3),
      });
      expect(await readModels.read(group[0], 'c')).toBeUndefined();
      const together = await readModels.readTogether<[Tally, Tally, Tally]>(group, 'b');
      expect(together.map((each) => each?.entry.seen)).toEqual([at(2), at(2), at(2)]);
    });

    test('another version of a projection is another model', async () => {
      const readModels = await open();
      await readModels.apply([one], counted(['a']));
      expect(await readModels.read({ ...one, version: 2 }, 'a')).toBeUndefined();
    });

    test('events that were delivered before change nothing', async () => {
      const readModels = await open();
      const events = counted(['a', 'b', 'a', 'b', 'a']);
      await readModels.apply([one], events.slice(0, 4));
      await readModels.apply([one], events.slice(1, 3));
      await readModels.apply([one], events);
      await readModels.apply([one], events);
      expect((await readModels.read(one, 'a'))?.entry.seen).toEqual(at(1, 3, 5));
      expect((await readModels.read(one, 'b'))?.entry.seen).toEqual(at(2, 4));
    });

    test('the checkpoint is the last position, whoever read it, and never goes back', async () => {
      const readModels = await open();
      expect(await readModels.checkpoint()).toBe('');
      const events = counted(['a', 'b', undefined]);
      await readModels.apply([one], events);
      expect(await readModels.checkpoint()).toBe(positionAt(3));
      await readModels.apply([one], events.slice(0, 1));
      expect(await readModels.checkpoint()).toBe(positionAt(3));
      await readModels.apply([one], recorded([{ stream: 'else-a', type: 'Counted', data: {} }], 4));
      expect(await readModels.checkpoint()).toBe(positionAt(4));
    });

    test('an event on which a projection fails is reported and stops neither other entries nor other projections', async () => {
      const errors: unknown[] = [];
      const readModels = await open((error) => errors.push(error));
      const unharmed = {
        ...tally('unharmed'),
        evolve: (entry: Tally, event: RecordedEvent) => ({ ...entry, seen: [...entry.seen, event.position] }),
      };
      await readModels.apply(
        [one, unharmed],
        [
          ...counted(['a', 'b']),
          ...recorded([{ stream: 'count-a', type: 'Broken', data: { id: 'a' } }], 3),
          ...counted(['b'], 4),
        ],
      );
      expect(errors).toEqual([expect.objectContaining({ message: 'a bug' })]);
      expect(await readModels.read(one, 'a')).toEqual({ entry: { id: 'a', seen: at(1) }, position: positionAt(1) });
      expect((await readModels.read(one, 'b'))?.entry.seen).toEqual(at(2, 4));
      expect((await readModels.read(unharmed, 'a'))?.entry.seen).toEqual(at(1, 3));
      expect(await readModels.checkpoint()).toBe(positionAt(4));
      await readModels.apply([one], counted(['a'], 5));
      expect((await readModels.read(one, 'a'))?.entry.seen).toEqual(at(1, 5));
    });
  });
}
