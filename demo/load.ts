// Loads the demo into an empty Kairos through its public API: catalogue, households, and their signals of the last months.
import type { EventStore } from '../src/event-store/event-store.ts';
import { firstEvent } from '../src/event-store/first-event.ts';
import { catalogueOf } from './catalogue.ts';
import { readCompleteJourney } from './complete-journey.ts';
import { audiencesUntil, customersOf, type DemoSignal, signalOf } from './customers.ts';
import { type RecordSignalsAnswer, recordSignals } from './documents.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { placements } from './placements.ts';
import { describeRefusal, importer, join, publishCatalogue, registerCustomers, requestOf } from './publish.ts';
import { referenceDay } from './trimmed.ts';

const dayMs = 86_400_000;
const oldestSignalDays = 395;
const signalsPerRequest = 500;

export interface LoadDemoOptions {
  /** All dates of the data are so many days later: a number of whole weeks. */
  readonly shiftDays: number;
  /** Epoch milliseconds of the present; absent: the system's. */
  readonly now?: number;
}

export interface LoadedDemo {
  readonly offers: number;
  readonly placements: number;
  readonly customers: number;
  readonly signals: number;
}

/** The whole weeks, in days, that bring the reference day of the data into the week of an instant. Weeks begin on Monday, in UTC. */
export function shiftDaysFor(now: number): number {
  return Math.floor((now - Date.parse(referenceDay)) / (7 * dayMs)) * 7;
}

/**
 * Loads the data of a folder. Repeating it on the same day changes nothing.
 * @throws Error naming the file and line that is wrong, or the operation that was refused.
 */
export async function loadDemo(
  client: GraphqlClient,
  folder: string,
  { shiftDays, now = Date.now() }: LoadDemoOptions,
): Promise<LoadedDemo> {
  const journey = readCompleteJourney(folder);
  const catalogue = catalogueOf(journey, shiftDays);
  const customers = customersOf(journey);
  await Promise.all([publishCatalogue(client, { ...catalogue, placements: [] }), registerCustomers(client, customers)]);

  const dayOfData = new Date(now - shiftDays * dayMs).toISOString().slice(0, 10);
  const audiences = audiencesUntil(journey, dayOfData);
  await Promise.all([...audiences].map(([customerId, joined]) => join(client, customerId, joined)));

  const signals = journey.basketLines
    .filter(({ at }) => at + shiftDays * dayMs <= now && at + shiftDays * dayMs > now - oldestSignalDays * dayMs)
    .map((line) => signalOf(line, journey.categories, shiftDays));
  await Promise.all(batchesByCustomer(signals).map((batch) => sendSignals(client, batch)));
  // The placements are what tells a loading that was finished from one that was interrupted.
  await publishCatalogue(client, { ...catalogue, offers: [] });
  return {
    offers: catalogue.offers.length,
    placements: catalogue.placements.length,
    customers: customers.length,
    signals: signals.length,
  };
}

/**
 * Whether the demo is in a log: `DONE`; `NOT_YET` when the log is empty; the instant at which a loading began that was
 * interrupted; `NEVER` when the log is somebody's own.
 */
export async function demoBegunAt(store: EventStore): Promise<'DONE' | 'NOT_YET' | 'NEVER' | string> {
  const first = await firstEvent(store);
  if (!first) return 'NOT_YET';
  if (!first.metadata.actor.startsWith('demo-')) return 'NEVER';
  const missing = new Set(placements.map(({ placementId }) => placementId));
  for await (const { type, data } of store.readAll({ categories: ['placement'] })) {
    if (type === 'PlacementDefined') missing.delete((data as { placementId: string }).placementId);
  }
  return missing.size === 0 ? 'DONE' : first.metadata.at;
}

/** All signals of one customer are in one batch, in order of time. */
function batchesByCustomer(signals: readonly DemoSignal[]): DemoSignal[][] {
  const batches: DemoSignal[][] = [];
  let batch: DemoSignal[] = [];
  for (const own of Map.groupBy(signals, ({ customerId }) => customerId).values()) {
    if (batch.length > 0 && batch.length + own.length > signalsPerRequest) {
      batches.push(batch);
      batch = [];
    }
    batch.push(...own);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

async function sendSignals(client: GraphqlClient, signals: readonly DemoSignal[]): Promise<void> {
  const answer = await client.send<RecordSignalsAnswer>(recordSignals, { signals }, requestOf(importer, undefined));
  answer.recordSignals.results.forEach((result, index) => {
    if (result.__typename === 'KairosRefused') {
      throw new Error(`signal ${signals[index]?.signalId} was refused: ${describeRefusal(result)}`);
    }
  });
}
