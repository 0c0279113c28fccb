// The heap while customers or offers are added, in a process of its own.

import { countCaps } from '../../projections/cap-counting.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { readModelProjections } from '../../src/application/kairos.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { categoryOf } from '../../src/event-store/stream-names.ts';
import { createDraw } from '../decide/draw.ts';
import { catalogueOf, decisionOf } from '../decide/engines/kairos.ts';
import { type BenchOffer, offersOf } from '../decide/offers.ts';
import { moment, peopleOf } from '../decide/people.ts';
import { customerEvents } from '../log/customer-events.ts';
import { recordedEvents } from '../log/written-log.ts';
import { settingsOf, tell } from '../processes.ts';

export interface HeapGrowthSettings {
  readonly of: 'CUSTOMERS' | 'OFFERS';
  /** Each in its turn, beginning anew. */
  readonly counts: readonly number[];
}

export interface HeapGrowthAnswer {
  /** Bytes that the count added, and events for customers. */
  readonly points: readonly { readonly count: number; readonly bytes: number; readonly events?: number }[];
}

const { of, counts } = settingsOf<HeapGrowthSettings>();
const points = [];
// The first of all is for what every process makes once.
for (const count of [counts[0] ?? 1, ...counts])
  points.push(await (of === 'CUSTOMERS' ? withCustomers : withOffers)(count));
await tell({ points: points.slice(1) } satisfies HeapGrowthAnswer);

async function withCustomers(count: number) {
  const offers = offersOf(createDraw('offers'), 500, 'USUAL', []);
  const before = await heapUsed();
  const readModels = createInProcessReadModels();
  const gate = createInProcessCapGate();
  const caps = countCaps(gate);
  let events = 0;
  let batch: RecordedEvent[] = [];
  const apply = async () => {
    readModels.apply(readModelProjections, batch);
    await caps.onEvents(batch.filter(({ stream }) => categoryOf(stream) === 'cap'));
    batch = [];
  };
  const until = new Date(moment).toISOString();
  for (const event of recordedEvents(customerEvents(createDraw('customers'), count, offers, until))) {
    events++;
    batch.push(event);
    if (batch.length === 500) await apply();
  }
  await apply();
  const bytes = (await heapUsed()) - before;
  // Both must live until here.
  await Promise.all([readModels.checkpoint(), gate.look('customer-0', moment, () => [])]);
  return { count, bytes, events };
}

async function withOffers(count: number) {
  const people = await peopleOf(createDraw('people'), 1);
  const before = await heapUsed();
  // As they come from the log: no text is shared.
  const published = offersOf(createDraw('offers'), count, 'USUAL', []).map(
    (offer) => JSON.parse(JSON.stringify(offer.published)) as BenchOffer['published'],
  );
  const catalogue = catalogueOf(published);
  const [person] = people;
  if (person) decisionOf(catalogue, person);
  const bytes = (await heapUsed()) - before;
  if (catalogue.offers.size !== count) throw new Error('the catalogue has lost offers');
  return { count, bytes };
}

/** What the turn before this one still held is free in the next. */
async function heapUsed(): Promise<number> {
  for (let time = 0; time < 3; time++) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
