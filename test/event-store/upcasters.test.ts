// Every event that was ever stored can be read today: golden files hold one of each type and version.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import {
  beginning,
  type EventStore,
  noStream,
  type RecordedEvent,
  type WrittenEvent,
} from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { categoryOf } from '../../src/event-store/stream-names.ts';
import {
  currentUpcasters,
  schemaVersionOf,
  type Upcasters,
  upcast,
  upcasting,
} from '../../src/event-store/upcasters.ts';
import { allOf, caughtUp, follow, newEvent } from './event-samples.ts';
import { temporaryPath } from './temporary-log.ts';

const golden = readGolden();
const schemas = await readSchemas();

describe('golden events', () => {
  it.each([...schemas.keys()])('have a line of %s in its newest version', (name) => {
    const [category = '', type = ''] = name.split(' ');
    const lines = golden.filter((event) => event.type === type && categoryOf(event.stream) === category);
    expect(lines.map((event) => event.metadata.v)).toContain(schemaVersionOf(type));
  });

  it('are of types that the schemas know', () => {
    expect(golden.filter((event) => !schemas.has(nameOf(event)))).toEqual([]);
  });

  it('come through the store in their newest version and fit the schemas', async () => {
    const stored = openNew();
    for (const event of golden) await stored.append(event.stream, event.revision - 1, [event]);
    const read = await allOf(upcasting(stored).readAll());
    expect(read.map(nameOf)).toEqual(golden.map(nameOf));
    for (const { type, data, metadata, ...event } of read) {
      expect(metadata.v).toBe(schemaVersionOf(type));
      expect(schemas.get(nameOf({ type, ...event }))?.parse({ type, data })).toEqual({ type, data });
    }
  });

  it('of a version that is still the newest come out unchanged', () => {
    const untouched = golden.filter((event) => !(event.type in currentUpcasters));
    expect(untouched.map((event) => upcast(event))).toEqual(untouched);
  });
});

describe('upcasting', () => {
  const upcasters: Upcasters = {
    NumberNoted: [
      (data) => ({ ...data, unit: 'pieces' }),
      (data, event) => ({ amount: data, notedAt: event.metadata.at, from: event.metadata.v }),
    ],
  };
  const lifted = (number: number, unit = 'pieces') => ({
    amount: expect.objectContaining({ number, unit }),
    notedAt: '2026-11-21T18:00:00.000Z',
    from: 2,
  });

  it('lifts every event step by step to the newest version, however it is read', async () => {
    const stored = openNew();
    const store = upcasting(stored, upcasters);
    const third = { ...newEvent(3, { v: 3 }), data: { amount: 3 } };
    const second = { ...newEvent(2, { v: 2 }), data: { number: 2, unit: 'boxes' } };
    const { onCaughtUp, once } = caughtUp();
    const live = follow(store, { after: beginning, onCaughtUp });
    await once;
    const appended = await store.append('note-1', noStream, [newEvent(1), second, third]);
    const expected = [lifted(1), lifted(2, 'boxes'), { amount: 3 }];
    const ways: Record<string, readonly WrittenEvent[]> = {
      append: appended.events,
      live: live.handled,
      replay: await follow(store, { after: beginning }).reached(3),
      readStream: await store.readStream('note-1'),
      readAll: await allOf(store.readAll()),
    };
    for (const [way, events] of Object.entries(ways)) {
      expect(
        events.map((event) => event.data),
        way,
      ).toEqual(expected);
      expect(
        events.map((event) => event.metadata.v),
        way,
      ).toEqual([3, 3, 3]);
    }
    expect((await stored.readStream('note-1')).map((event) => event.metadata.v)).toEqual([1, 2, 3]);
  });

  it('knows the version that is written today', () => {
    expect([schemaVersionOf('NumberNoted', upcasters), schemaVersionOf('toString', upcasters)]).toEqual([3, 1]);
  });

  it.each([4, 0, 1.5])('refuses an event of version %s, which it does not know', async (v) => {
    const store = upcasting(openNew(), upcasters);
    const message = `NumberNoted at revision 0 of note-1 has schema version ${v}, this program knows 1 to 3`;
    await store.append('note-1', noStream, [newEvent(1, { v })]).catch(() => {});
    await expect(store.readStream('note-1')).rejects.toThrow(message);
  });
});

function openNew(): EventStore {
  const store = createSqliteEventStore({ path: temporaryPath(), retryDelay: () => 2 });
  onTestFinished(() => store.close());
  return store;
}

function readGolden(): readonly RecordedEvent[] {
  const folder = join(import.meta.dirname, 'golden');
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').trimEnd().split('\n'));
  return lines.map((line) => JSON.parse(line));
}

/** The schemas of all events of all aggregates by `<category> <type>`, found by themselves so that none can be forgotten. */
async function readSchemas(): Promise<ReadonlyMap<string, z.ZodType>> {
  const found = new Map<string, z.ZodType>();
  const aggregates = join(import.meta.dirname, '../../src/aggregates');
  const folders = readdirSync(aggregates, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const { name: category } of folders) {
    const exported: object = await import(pathToFileURL(join(aggregates, category, 'events.ts')).href);
    for (const schema of Object.values(exported)) {
      if (!(schema instanceof z.ZodDiscriminatedUnion) || schema.def.discriminator !== 'type') continue;
      for (const option of schema.options) {
        if (!(option instanceof z.ZodObject) || !(option.shape.type instanceof z.ZodLiteral)) continue;
        found.set(`${category} ${option.shape.type.value}`, option);
      }
    }
  }
  return found;
}

function nameOf({ stream, type }: Pick<WrittenEvent, 'stream' | 'type'>): string {
  return `${categoryOf(stream)} ${type}`;
}
