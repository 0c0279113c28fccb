// A log goes from any place to any other, as it is, in its order, and in as many attempts as it takes.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noStream } from '../../src/event-store/event-store.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { newEvent } from '../event-store/event-samples.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from '../event-store/eventstoredb-double.ts';
import { temporaryFolder } from '../event-store/temporary-log.ts';
import { seededRandom } from '../projections/random.ts';
import { createSampleLog, eventsAt } from './sample-log.ts';
import { compared, interruptedBetween, transferBetween } from './transfers.ts';

interface Place {
  readonly title: string;
  /** The name of a place that nobody has used. */
  fresh(): Promise<string>;
}

const doubles: EventStoreDbDouble[] = [];
afterAll(() => Promise.all(doubles.map((double) => double.close())));

const embedded: Place = { title: 'an embedded log', fresh: async () => join(temporaryFolder(), 'data') };
const places: readonly Place[] = [
  embedded,
  { title: 'a file of lines', fresh: async () => join(temporaryFolder(), 'backup.ndjson') },
  {
    title: 'a server, as the double of EventStoreDB plays it',
    async fresh() {
      // The server's own events and those of others stand between Kairos'.
      const double = await startEventStoreDbDouble();
      doubles.push(double);
      return double.url;
    },
  },
];

describe.each(places)('to and from $title', ({ fresh }) => {
  it('a log goes over as it is, and comes back as it was', async () => {
    const [from, through, back] = [await embedded.fresh(), await fresh(), await embedded.fresh()];
    await createSampleLog(join(from, 'kairos.db')).grow(1500);
    const original = await eventsAt(from);
    const there = await transferBetween(from, through);
    const here = await transferBetween(through, back);
    const streams = new Set(original.map(({ stream }) => stream)).size;
    expect(there).toEqual({ events: 1500, written: 1500, streams, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(here).toEqual(there);
    expect(await eventsAt(through)).toEqual(original);
    const restored = await eventsAt(back);
    // Keys in their order, too.
    expect(restored.map((event) => JSON.stringify(event))).toEqual(original.map((event) => JSON.stringify(event)));
    expect(await compared(from, through)).toEqual({ events: 1500, streams, sha256: there.sha256 });
  });

  it('an empty log goes over', async () => {
    const [from, through, back] = [await embedded.fresh(), await fresh(), await embedded.fresh()];
    await createSampleLog(join(from, 'kairos.db')).grow(0);
    expect(await transferBetween(from, through)).toMatchObject({ events: 0, streams: 0, written: 0 });
    expect(await transferBetween(through, back)).toMatchObject({ events: 0, streams: 0, written: 0 });
  });

  it('interrupted at any point the same transfer goes on, and writes nothing twice', async () => {
    const random = seededRandom(11);
    const [from, through, back] = [await embedded.fresh(), await fresh(), await embedded.fresh()];
    await createSampleLog(join(from, 'kairos.db'), 2).grow(9000);
    let least = 0;
    for (const leg of [
      { from, to: through },
      { from: through, to: back },
    ]) {
      for (let events = random.below(2500); events < 9000; events += 1 + random.below(4000)) {
        expect(await interruptedBetween(leg.from, leg.to, events)).toEqual(new Error('enough'));
        least = events;
      }
      const { written, events } = await transferBetween(leg.from, leg.to);
      expect(events).toBe(9000);
      expect(written).toBeLessThanOrEqual(9000 - Math.min(least, 2000));
      expect(await transferBetween(leg.from, leg.to)).toMatchObject({ events: 9000, written: 0 });
    }
    expect(await eventsAt(back)).toEqual(await eventsAt(from));
  }, 60_000);

  it('a log that has grown since goes over with what is new only', async () => {
    const [from, to] = [await embedded.fresh(), await fresh()];
    const log = createSampleLog(join(from, 'kairos.db'), 3);
    await log.grow(700);
    await transferBetween(from, to);
    await log.grow(50);
    expect(await transferBetween(from, to)).toMatchObject({ events: 750, written: 50 });
    await log.grow(1);
    expect(await transferBetween(from, to)).toMatchObject({ events: 751, written: 1 });
    const restored = await embedded.fresh();
    expect(await transferBetween(to, restored)).toMatchObject({ events: 751, written: 751 });
    expect(await eventsAt(restored)).toEqual(await eventsAt(from));
  });

  it('what is behind everything in the source is named, and left as it is', async () => {
    const [from, earlier, to] = [await embedded.fresh(), await embedded.fresh(), await fresh()];
    const log = createSampleLog(join(from, 'kairos.db'), 4);
    await log.grow(100);
    await transferBetween(from, earlier);
    await log.grow(20);
    await transferBetween(from, to);
    const [next] = (await eventsAt(from)).slice(100);
    await expect(transferBetween(earlier, to)).rejects.toThrow(
      `revision ${next?.revision} of ${next?.stream} (${next?.type}) is behind everything that ${earlier} has; nothing was written`,
    );
    expect(await eventsAt(to)).toEqual(await eventsAt(from));
    await expect(compared(to, earlier)).rejects.toThrow(`${earlier} has the first 100 events of`);
  });

  it('another log stops at the first event that is not the same, and is left as it is', async () => {
    const [from, other, to] = [await embedded.fresh(), await embedded.fresh(), await fresh()];
    await createSampleLog(join(other, 'kairos.db'), 5).grow(30);
    await transferBetween(other, to);
    await createSampleLog(join(from, 'kairos.db'), 6).grow(40);
    const [here, there] = [(await eventsAt(from))[0], (await eventsAt(to))[0]];
    const difference = new RegExp(
      `revision 0 of ${there?.stream} \\(${there?.type}\\) is not what .* has there, revision 0 of ${here?.stream}`,
    );
    await expect(transferBetween(from, to)).rejects.toThrow(difference);
    await expect(compared(from, to)).rejects.toThrow(difference);
    expect(await eventsAt(to)).toEqual(await eventsAt(other));
  });
});

describe('a server', () => {
  let double: EventStoreDbDouble;
  beforeAll(async () => {
    double = await startEventStoreDbDouble();
  });
  afterAll(() => double.close());

  it('that has an answer lost now and then gets every event once', async () => {
    const from = await embedded.fresh();
    await createSampleLog(join(from, 'kairos.db'), 7).grow(400);
    const faults = { times: 3 };
    expect(faults.times).toBe(3);
    expect(await transferBetween(from, double.url)).toMatchObject({ events: 400, written: 400 });
  });
});

describe('an embedded log', () => {
  it('that somebody else writes to meanwhile is not taken for a copy', async () => {
    const [from, to] = [await embedded.fresh(), await embedded.fresh()];
    await createSampleLog(join(from, 'kairos.db'), 8).grow(5000);
    await interruptedBetween(from, to, 0);
    const other = createSqliteEventStore({ path: join(to, 'kairos.db') });
    let written: Promise<unknown> | undefined;
    const onProgress = () => {
      written ??= other.append('other-1', noStream, [newEvent(0)]);
    };
    await expect(transferBetween(from, to, { onProgress })).rejects.toThrow(/is not what .* is: 5001 events/);
    await written;
    await other.close();
  });
});
