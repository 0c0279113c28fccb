// What an event store makes of the contents of events: part of what every one promises.
import { expect, it } from 'vitest';
import { type EventStore, noStream } from '../../src/event-store/event-store.ts';
import { newEvent, newEvents } from './event-samples.ts';

export function describeContents(current: () => { readonly store: EventStore; readonly stream: string }): void {
  it('gives back exactly what was appended', async () => {
    const { store, stream } = current();
    const events = newEvents(3);
    const appended = await store.append(stream, noStream, events);
    const read = await store.readStream(stream);
    expect(read).toMatchObject(events.map((event, revision) => ({ ...event, stream, revision })));
    expect(read).toMatchObject(appended.events);
    expect(read.at(-1)?.position).toBe(appended.position);
    for (const { recordedAt } of read) expect(new Date(recordedAt).toISOString()).toBe(recordedAt);
  });

  it('keeps its own copy of the data', async () => {
    const { store, stream } = current();
    const data = { words: ['kept'] };
    const appending = store.append(stream, noStream, [{ ...newEvent(0), data }]);
    data.words.push('too late');
    const appended = await appending;
    expect(appended.events[0]?.data).toEqual({ words: ['kept'] });
    expect((await store.readStream(stream))[0]?.data).toEqual({ words: ['kept'] });
  });

  it('tells of constant events what is stored, also where JSON changes it', async () => {
    const { store, stream } = current();
    const given = [{ words: ['kept'] }, { since: new Date(0), nothing: undefined, amount: -0 }];
    const events = given.map((data, index) => ({ ...newEvent(index), data, isConstant: true as const }));
    const appended = await store.append(stream, noStream, events);
    const kept = [{ words: ['kept'] }, { since: '1970-01-01T00:00:00.000Z', amount: 0 }];
    expect(appended.events.map(({ data }) => data)).toStrictEqual(kept);
    expect((await store.readStream(stream)).map(({ data }) => data)).toStrictEqual(kept);
  });
}
