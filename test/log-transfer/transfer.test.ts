// A log goes from any place to any other, as it is, in its order, and in as many attempts as it takes.
import { join } from 'node:path';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { status } from '@grpc/grpc-js';
import { afterAll, describe, expect, it } from 'vitest';
import { openForWriting } from '../../src/event-store/sqlite-log-file.ts';
import { openLateSpool } from '../../src/late-spools.ts';
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

/** Its own events stand between Kairos'. */
async function startDouble(): Promise<EventStoreDbDouble> {
  const double = await startEventStoreDbDouble({ systemEventEvery: 7 });
  doubles.push(double);
  return double;
}

const embedded: Place = { title: 'an embedded log', fresh: async () => join(temporaryFolder(), 'data') };
const places: readonly Place[] = [
  embedded,
  { title: 'a file of lines', fresh: async () => join(temporaryFolder(), 'backup.ndjson') },
  {
    title: 'a server, as the double of EventStoreDB plays it',
    async fresh() {
      return (await startDouble()).url;
    },
  },
];

it('a log comes to the folder of a Kairos that had its log at a server, and leaves alone what waits there', async () => {
  const [from, folder] = [await embedded.fresh(), temporaryFolder()];
  await createSampleLog(join(from, 'kairos.db')).grow(10);
  const waiting = await openLateSpool<object>(folder, (error) => expect.unreachable(String(error)));
  await waiting.keep({ id: 'd1', customerId: 'c1', content: {} });
  waiting.close();
  expect(await transferBetween(from, folder)).toMatchObject({ written: 10 });
  const after = await openLateSpool<object>(folder, (error) => expect.unreachable(String(error)));
  expect(after.waiting()).toBe(1);
  after.close();
});

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
    await createSampleLog(join(from, 'kairos.db'), 2).grow(6000);
    for (const leg of [
      { from, to: through },
      { from: through, to: back },
    ]) {
      let last = 0;
      for (let events = random.below(2000); events < 6000; events += 1 + random.below(2500)) {
        expect(await interruptedBetween(leg.from, leg.to, events)).toEqual(new Error('enough'));
        last = events;
      }
      const { written, events } = await transferBetween(leg.from, leg.to);
      expect(events).toBe(6000);
      // What was read then and not yet written is one batch.
      expect(written).toBeLessThanOrEqual(6000 - last + 2000);
      expect(await transferBetween(leg.from, leg.to)).toMatchObject({ events: 6000, written: 0 });
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
  it('that fails now and then, before it has written or after, gets every event once', async () => {
    const from = await embedded.fresh();
    await createSampleLog(join(from, 'kairos.db'), 7).grow(1200);
    const double = await startDouble();
    for (const kind of ['fail', 'write-then-fail'] as const)
      double.faults.share('append', { kind, code: status.UNAVAILABLE }, 0.03);
    double.faults.share('append', { kind: 'busy' }, 0.03);
    double.faults.share('read', { kind: 'fail', code: status.UNAVAILABLE }, 0.03);
    expect(await transferBetween(from, double.url)).toMatchObject({ events: 1200, written: 1200 });
    expect(double.faults.played).toBeGreaterThan(20);
    double.faults.clear();
    expect(await eventsAt(double.url)).toEqual(await eventsAt(from));
  });

  it('that others use, too, gives and gets the events of Kairos only', async () => {
    const [from, back] = [await embedded.fresh(), await embedded.fresh()];
    await createSampleLog(join(from, 'kairos.db'), 9).grow(50);
    const double = await startDouble();
    const others = EventStoreDBClient.connectionString(double.url);
    const append = () => others.appendToStream('invoice-1', jsonEvent({ type: 'InvoiceSent', data: { number: 1 } }));
    await append();
    await transferBetween(from, double.url);
    await append();
    expect(await transferBetween(double.url, back)).toMatchObject({ events: 50, written: 50 });
    expect(await compared(from, double.url)).toMatchObject({ events: 50 });
    await others.dispose();
  });
});

describe('an embedded log', () => {
  it('that somebody else writes to meanwhile is not taken for a copy', async () => {
    const [from, to] = [await embedded.fresh(), await embedded.fresh()];
    await createSampleLog(join(from, 'kairos.db'), 8).grow(5000);
    await interruptedBetween(from, to, 0);
    const other = openForWriting(join(to, 'kairos.db'));
    const columns = 'id, stream, category, revision, type, data, metadata, recorded_at';
    const insert = other.prepare(`INSERT INTO events (${columns}) VALUES (?, 'other-1', 'other', 0, ?, ?, ?, ?)`);
    let isWritten = false;
    const onProgress = () => {
      if (isWritten) return;
      isWritten = true;
      const { id, type, data, metadata } = newEvent(0);
      insert.run(id, type, JSON.stringify(data), JSON.stringify(metadata), metadata.at);
    };
    await expect(transferBetween(from, to, { onProgress })).rejects.toThrow(/is not what .* is: 5001 events/);
    other.close();
  });
});
