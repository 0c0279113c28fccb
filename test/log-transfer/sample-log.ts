// Logs for tests of transfers: many streams in one order, and data that is easy to get wrong.
import { randomUUID } from 'node:crypto';
import type { Append, NewEvent } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import type { LogEvent } from '../../src/log-transfer/log-place.ts';
import { openSource } from '../../src/log-transfer/open-place.ts';
import { seededRandom } from '../projections/random.ts';

const contents: readonly string[] = [
  '{"z":1,"a":{"10":true,"9":false,"y":[],"x":{}}}',
  '{"text":"ünï\\u0000cödé 🙂 \\u2028 \\ud800 \\"quoted\\" \\\\","empty":""}',
  '{"__proto__":{"number":-0.1e-7},"constructor":null}',
  '[1,[2,[3,{"b":9007199254740991,"a":1.7976931348623157e308}]]]',
  '{}',
];

export interface SampleLog {
  readonly path: string;
  /** Appends so many events, and closes the log again. */
  grow(count: number): Promise<void>;
}

/** The same seed makes the same streams and the same data, with other ids. */
export function createSampleLog(path: string, seed = 1): SampleLog {
  const random = seededRandom(seed);
  const revisions = new Map<string, number>();

  function nextAppend(most: number): Append {
    const stream = random.oneOf(['offer', 'consent', 'decision']).concat(`-${random.below(60)}_ü`);
    const expectedRevision = revisions.get(stream) ?? -1;
    const events = Array.from({ length: 1 + random.below(Math.min(4, most)) }, newEvent);
    revisions.set(stream, expectedRevision + events.length);
    return { stream, expectedRevision, events };
  }

  function newEvent(): NewEvent {
    const number = random.below(1000);
    return {
      id: randomUUID(),
      type: `Happened${random.below(9)}`,
      data: number < 2 ? { long: 'long text ü '.repeat(20_000) } : JSON.parse(random.oneOf(contents)),
      metadata: {
        at: '2026-11-21T18:00:00.000Z',
        v: 1 + random.below(3),
        correlationId: `correlation ${number}`,
        causationId: 'causation',
        actor: 'tester',
      },
    };
  }

  return {
    path,
    async grow(count) {
      const store = createSqliteEventStore({ path });
      for (let left = count; left > 0; ) {
        const appends: Append[] = [];
        for (let size = 0; size < Math.min(500, left); size += appends.at(-1)?.events.length ?? 0)
          appends.push(nextAppend(Math.min(500, left) - size));
        await store.appendAll(appends);
        left -= Math.min(500, left);
      }
      await store.close();
    },
  };
}

/** Everything in a place in its order, without what is a store's own. */
export async function eventsAt(name: string): Promise<readonly Omit<LogEvent, 'recordedAt'>[]> {
  const place = await openSource(name);
  try {
    const events = [];
    for await (const entry of place.read()) {
      if (!('event' in entry)) continue;
      const { stream, revision, id, type, data, metadata } = entry.event;
      events.push({ stream, revision, id, type, data, metadata });
    }
    return events;
  } finally {
    await place.close();
  }
}
