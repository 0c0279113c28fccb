// npm run bench -- rebuild: how fast a log becomes read models and caps again, against only reading it.
import { join } from 'node:path';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { createClock } from '../../src/application/clock.ts';
import { createKairos } from '../../src/application/kairos.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { upcasting } from '../../src/event-store/upcasters.ts';
import { createInProcessScreenPopFeed } from '../../src/screen-pop/in-process-screen-pop-feed.ts';
import type { Bench } from '../bench.ts';
import { createDraw } from '../decide/draw.ts';
import { type BenchOffer, offersOf } from '../decide/offers.ts';
import { moment, vocabulary } from '../decide/people.ts';
import { timeInterleaved } from '../interleaved.ts';
import { catalogueEvents } from '../log/catalogue-events.ts';
import { customerEvents } from '../log/customer-events.ts';
import { type Happening, writeLog } from '../log/written-log.ts';
import { atLeast, ratio } from '../report.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';

const offerCount = 600;

export const runRebuild: Bench = ({ quick }) =>
  inTemporaryFolder(async (folder) => {
    const path = join(folder, 'kairos.db');
    const customers = quick ? 100 : 10_000;
    const events = await writeLog(path, happeningsOf(customers));
    const bytes = await bytesOfData(path);
    const [rebuilt, read] = await timeInterleaved(
      [
        { name: 'rebuild', run: () => rebuild(path, events) },
        { name: 'read', run: () => readOnly(path, events) },
      ],
      { rounds: quick ? 1 : 5, batchMs: 1 },
    );
    const perSecond = (microseconds: number | undefined) => microseconds && (events / microseconds) * 1e6;
    const row = (what: string, timing: typeof read) => ({
      what,
      perSecond: perSecond(timing?.microseconds),
      seconds: timing && timing.microseconds / 1e6,
      spread: timing && timing.spread * 100,
      times: ratio(timing?.microseconds, read?.microseconds),
    });
    return {
      bench: 'rebuild',
      sections: [
        {
          title: `A start over a log of ${events.toLocaleString('en-US')} events`,
          notes: [
            `${customers.toLocaleString('en-US')} customers, ${offerCount} offers; ${Math.round(bytes / events)} bytes of data an event`,
            'profiles, consents, signals, decisions with their outcomes, reservations',
          ],
          columns: [
            { key: 'what', heading: '' },
            { key: 'perSecond', heading: 'events/s' },
            { key: 'seconds', heading: 's' },
            { key: 'spread', heading: '± %' },
            { key: 'times', heading: '× the bare read' },
          ],
          rows: [
            row('all read models, cap gate and catalogue', rebuilt),
            row('the bare read: SQLite and JSON.parse', read),
          ],
        },
      ],
      bars: [atLeast('rebuild in process', 100_000, 'events/s', perSecond(rebuilt?.microseconds))],
    };
  });

function* happeningsOf(customers: number): Generator<Happening> {
  const until = new Date(moment).toISOString();
  const offers: readonly BenchOffer[] = offersOf(createDraw('offers'), offerCount, 'USUAL', []);
  yield* catalogueEvents(offers, '2026-01-01T00:00:00.000Z');
  yield* customerEvents(createDraw('customers'), customers, offers, until);
}

/** As `src/app.ts` starts: resolves when everything in the log is applied. */
async function rebuild(path: string, events: number): Promise<void> {
  const store = upcasting(openLog(path));
  const kairos = createKairos({
    store,
    readModels: createInProcessReadModels({ onError: raise }),
    gate: createInProcessCapGate(),
    screenPops: createInProcessScreenPopFeed(),
    vocabulary,
    clock: createClock('system'),
    onError: raise,
  });
  await kairos.following.start();
  const { offers } = await kairos.catalogue.current();
  if (offers.size !== offerCount) throw new Error(`${offers.size} offers were rebuilt from ${events} events`);
  await kairos.following.stop();
  await store.close();
}

async function readOnly(path: string, events: number): Promise<void> {
  const store = openLog(path);
  let read = 0;
  for await (const _ of store.readAll()) read++;
  if (read !== events) throw new Error(`${read} of ${events} events were read`);
  await store.close();
}

async function bytesOfData(path: string): Promise<number> {
  const store = openLog(path);
  let bytes = 0;
  for await (const { data } of store.readAll()) bytes += Buffer.byteLength(JSON.stringify(data));
  await store.close();
  return bytes;
}

function openLog(path: string): EventStore {
  return createSqliteEventStore({ path, onError: raise });
}

function raise(error: unknown): never {
  throw error;
}
