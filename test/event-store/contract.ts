// What every event store promises, as tests that any adapter runs unchanged, also against a server that others use at the same time.
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AppendTooLate,
  beginning,
  type EventStore,
  forwardNow,
  noStream,
  RevisionConflict,
  StoreUnavailable,
} from '../../src/event-store/event-store.ts';
import { describeContents } from './contract-contents.ts';
import { describeSubscriptions } from './contract-subscriptions.ts';
import { allOf, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';

export interface Adapter {
  /**
   * Opens the store, each time the same log or a new one. Subscriptions should try again after a few milliseconds. The suite closes
   * what it has opened.
   */
  readonly create: () => EventStore | Promise<EventStore>;
}

export function describeEventStore(name: string, { create }: Adapter): void {
  describe(`${name} as an event store`, () => {
    let store: EventStore;
    let category: string;
    let stream: string;

    beforeEach(async () => {
      store = await create();
      category = freshCategory();
      stream = `${category}-${randomUUID()}`;
    });
    afterEach(() => store.close());

    describe('append', () => {
      it('numbers the events of a stream from 0 and answers with the last revision and position', async () => {
        const first = await store.append(stream, noStream, newEvents(2));
        const second = await store.append(stream, 1, [newEvent(2)]);
        expect([first.revision, second.revision]).toEqual([1, 2]);
        expect(first.events.map((event) => event.revision)).toEqual([0, 1]);
        expect((await store.readStream(stream)).map((event) => event.position).slice(1)).toEqual([
          first.position,
          second.position,
        ]);
        expect(second.position > first.position).toBe(true);
      });

      describeContents(() => ({ store, stream }));

      it.each([
        { title: 'a stream that has moved on', expected: 0, actual: 2 },
        { title: 'a stream that was thought not to exist', expected: noStream, actual: 2 },
        { title: 'a revision that is not reached yet', expected: 5, actual: 2 },
      ])('refuses $title and says at which revision it is', async ({ expected, actual }) => {
        await store.append(stream, noStream, newEvents(3));
        const refusal = await store.append(stream, expected, [newEvent(9)]).catch((error: unknown) => error);
        expect(refusal).toBeInstanceOf(RevisionConflict);
        expect(refusal).toMatchObject({ stream, expected, actual });
        expect(await store.readStream(stream)).toHaveLength(3);
      });

      it('refuses a revision of a stream that does not exist', async () => {
        const refusal = await store.append(stream, 0, [newEvent(0)]).catch((error: unknown) => error);
        expect(refusal).toMatchObject({ expected: 0, actual: noStream });
        expect(await store.readStream(stream)).toEqual([]);
      });

      it('lets exactly one of many appends at the same revision win', async () => {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 20 }, (_, n) => store.append(stream, noStream, [newEvent(n)])),
        );
        const lost = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
        expect(lost).toHaveLength(19);
        expect(lost.every((reason) => reason instanceof RevisionConflict && reason.actual === 0)).toBe(true);
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('answers an append that is repeated like the first time, without writing again', async () => {
        const events = newEvents(3);
        const first = await store.append(stream, noStream, events);
        expect(await store.append(stream, noStream, events)).toEqual(first);
        expect(await store.readStream(stream)).toHaveLength(3);
      });

      it('recognises a repeated append although other events have followed', async () => {
        await store.append(stream, noStream, newEvents(2));
        const events = newEvents(2);
        const first = await store.append(stream, 1, events);
        await store.append(stream, 3, newEvents(3));
        expect(await store.append(stream, 1, events)).toEqual(first);
        expect(await store.readStream(stream)).toHaveLength(7);
      });

      it('writes once when the same append is made many times at once', async () => {
        const events = newEvents(2);
        const answers = await Promise.all(Array.from({ length: 10 }, () => store.append(stream, noStream, events)));
        expect(new Set(answers.map((answer) => answer.position)).size).toBe(1);
        expect(await store.readStream(stream)).toHaveLength(2);
      });

      it('takes an append that only begins like an earlier one for another one', async () => {
        const events = newEvents(2);
        await store.append(stream, noStream, events);
        await expect(store.append(stream, noStream, [...events, newEvent(2)])).rejects.toBeInstanceOf(RevisionConflict);
        expect(await store.readStream(stream)).toHaveLength(2);
      });

      it('writes all events of an append or none', async () => {
        const [first, ...others] = newEvents(5);
        const cyclic: { self?: object } = {};
        cyclic.self = cyclic;
        const broken = { ...newEvent(5), data: cyclic };
        await expect(store.append(stream, noStream, first ? [first, ...others, broken] : [])).rejects.toBeInstanceOf(
          TypeError,
        );
        expect(await store.readStream(stream)).toEqual([]);
      });

      it.each<[string, unknown]>([
        ['a BigInt', { amount: 1n }],
        ['undefined', undefined],
        ['null', null],
        ['a text', 'text'],
        ['a function', () => 1],
      ])('refuses %s as data and goes on', async (_, data) => {
        await expect(store.append(stream, noStream, [{ ...newEvent(0), data: data as object }])).rejects.toBeInstanceOf(
          TypeError,
        );
        await store.append(stream, noStream, [newEvent(0)]);
        expect(await store.readStream(stream)).toHaveLength(1);
      });

      it('refuses an event without an id or a type and goes on', async () => {
        const nameless = { ...newEvent(0), id: undefined as unknown as string };
        const outcomes = await Promise.allSettled([
          store.append(stream, noStream, [nameless]),
          store.append(`${stream}2`, noStream, [{ ...newEvent(0), type: '' }]),
          store.append(`${stream}3`, noStream, [newEvent(0)]),
        ]);
        expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
      });

      it('refuses an append of nothing and a revision that is none', async () => {
        await expect(store.append(stream, noStream, [])).rejects.toBeInstanceOf(TypeError);
        await expect(store.append(stream, -2, [newEvent(0)])).rejects.toBeInstanceOf(TypeError);
        await expect(store.append(stream, 0.5, [newEvent(0)])).rejects.toBeInstanceOf(TypeError);
      });
    });

    describe('appendAll', () => {
      it('writes to several streams in order, and answers each as append does', async () => {
        const other = `${category}-${randomUUID()}`;
        const [one, two] = await store.appendAll([
          { stream, expectedRevision: noStream, events: newEvents(2) },
          { stream: other, expectedRevision: noStream, events: newEvents(1) },
        ]);
        expect([one?.revision, two?.revision]).toEqual([1, 0]);
        expect((await allOf(store.readAll({ categories: [category] }))).map((event) => event.stream)).toEqual([
          stream,
          stream,
          other,
        ]);
      });

      it('writes nothing behind the first that is refused', async () => {
        const [moved, last] = [`${category}-${randomUUID()}`, `${category}-${randomUUID()}`];
        await store.append(moved, noStream, newEvents(1));
        const appending = store.appendAll([
          { stream: moved, expectedRevision: noStream, events: newEvents(1) },
          { stream: last, expectedRevision: noStream, events: newEvents(1) },
        ]);
        await expect(appending).rejects.toMatchObject({ constructor: RevisionConflict, stream: moved, actual: 0 });
        expect(await store.readStream(last)).toEqual([]);
      });

      it('writes nothing of what has to be written by an instant that is over', async () => {
        const other = `${category}-${randomUUID()}`;
        const appendsBy = (by: number) => [
          { stream, expectedRevision: noStream, events: newEvents(1), by },
          { stream: other, expectedRevision: noStream, events: newEvents(1) },
        ];
        await expect(store.appendAll(appendsBy(forwardNow() - 1))).rejects.toBeInstanceOf(AppendTooLate);
        expect(await allOf(store.readAll({ categories: [category] }))).toEqual([]);
        expect(store.health()).toEqual({ answers: true });
        expect(await store.appendAll(appendsBy(forwardNow() + 60_000))).toHaveLength(2);
        await store.settled();
      });

      it('done again writes nothing twice', async () => {
        const other = `${category}-${randomUUID()}`;
        const appends = [stream, other].map((each) => ({
          stream: each,
          expectedRevision: noStream,
          events: newEvents(2),
        }));
        const first = await store.appendAll(appends);
        expect(await store.appendAll(appends)).toEqual(first);
        expect(await allOf(store.readAll({ categories: [category] }))).toHaveLength(4);
      });
    });

    describe('reading', () => {
      it('gives nothing for a stream that does not exist', async () => {
        expect(await store.readStream(stream)).toEqual([]);
      });

      it('gives the events of a stream from a revision on, that revision included', async () => {
        await store.append(stream, noStream, newEvents(5));
        expect((await store.readStream(stream, 3)).map(numberOf)).toEqual([3, 4]);
        expect(await store.readStream(stream, 5)).toEqual([]);
      });

      it('gives the events of all streams of a category in the order in which they were written', async () => {
        const numbers = Array.from({ length: 30 }, (_, number) => number);
        for (const number of numbers)
          await store.append(`${category}-${number % 3}`, Math.floor(number / 3) - 1, [newEvent(number)]);
        const events = await allOf(store.readAll({ categories: [category] }));
        expect(events.map(numberOf)).toEqual(numbers);
        expect(events.map((event) => event.position)).toEqual(events.map((event) => event.position).toSorted());
        expect(new Set(events.map((event) => event.position.length)).size).toBe(1);
      });

      it('merges several categories in order and leaves out all others', async () => {
        const categories = [freshCategory(), freshCategory(), freshCategory()];
        for (let number = 0; number < 30; number += 1) {
          await store.append(`${categories[number % 3]}-one`, Math.floor(number / 3) - 1, [newEvent(number)]);
        }
        const [first = '', , third = ''] = categories;
        const events = await allOf(store.readAll({ categories: [third, first, first] }));
        expect(events.map(numberOf)).toEqual(Array.from({ length: 30 }, (_, n) => n).filter((n) => n % 3 !== 1));
        expect(await allOf(store.readAll({ categories: [] }))).toEqual([]);
      });

      it('takes the part before the first hyphen for the category, and nothing that merely begins alike', async () => {
        await store.append(`${category}-a-b-c`, noStream, [newEvent(1)]);
        await store.append(`${category}x-a`, noStream, [newEvent(2)]);
        expect((await allOf(store.readAll({ categories: [category] }))).map(numberOf)).toEqual([1]);
      });

      it('reads behind a position, and up to and with another', async () => {
        await store.append(stream, noStream, newEvents(6));
        const events = await store.readStream(stream);
        const after = events[1]?.position ?? beginning;
        const upTo = events[4]?.position ?? beginning;
        const between = await allOf(store.readAll({ after, upTo, categories: [category] }));
        expect(between.map(numberOf)).toEqual([2, 3, 4]);
        expect((await allOf(store.readAll({ after: beginning, upTo, categories: [category] }))).length).toBe(5);
        expect(await allOf(store.readAll({ after: upTo, upTo, categories: [category] }))).toEqual([]);
      });

      it('reads everything behind a position when no category is asked for', async () => {
        const before = await store.head();
        const { position } = await store.append(stream, noStream, newEvents(3));
        const events = await allOf(store.readAll({ after: before, upTo: position }));
        expect(events.filter((event) => event.stream === stream).map(numberOf)).toEqual([0, 1, 2]);
      });

      it('may be broken off and done again', async () => {
        await store.append(stream, noStream, newEvents(50));
        for await (const event of store.readAll({ categories: [category] })) if (numberOf(event) === 10) break;
        expect(await allOf(store.readAll({ categories: [category] }))).toHaveLength(50);
      });

      it('knows the position of the last event of the store', async () => {
        const { position } = await store.append(stream, noStream, newEvents(2));
        expect((await store.head()) >= position).toBe(true);
        expect(position > beginning).toBe(true);
      });
    });

    describeSubscriptions(() => ({ store, category, stream }));

    describe('close', () => {
      it('writes what was appended before it', async () => {
        const appending = [
          store.append(stream, noStream, newEvents(2)),
          store.append(`${stream}2`, noStream, newEvents(1)),
        ];
        const closing = store.close();
        expect((await Promise.all(appending)).map((appended) => appended.revision)).toEqual([1, 0]);
        await closing;
      });

      it('refuses appends and reads that come after it as unavailable, and may be called again', async () => {
        await store.close();
        await store.close();
        await expect(store.append(stream, noStream, [newEvent(0)])).rejects.toBeInstanceOf(StoreUnavailable);
        await expect(store.readStream(stream)).rejects.toBeInstanceOf(StoreUnavailable);
        await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
        await expect(allOf(store.readAll({ categories: [category] }))).rejects.toBeInstanceOf(StoreUnavailable);
      });
    });
  });
}
