// Logs of businesses that decisions are measured in: the demo's, and one that is drawn.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDraw } from '../decide/draw.ts';
import { offersOf } from '../decide/offers.ts';
import { moment, peopleOf, placementId, vocabulary } from '../decide/people.ts';
import { startKairosProcess } from '../http/kairos-process.ts';
import { placementId as demoPlacementId } from '../http/question.ts';
import { catalogueEvents } from '../log/catalogue-events.ts';
import { arrival } from '../log/customer-events.ts';
import { type Happening, writeLog } from '../log/written-log.ts';
import type { Asked } from './deciding-process.ts';

/** What decisions are made from: a log, and who asks. */
export interface Situation {
  readonly what: string;
  /** Of the environment: where the log is, and its words. */
  readonly variables: Readonly<Record<string, string>>;
  readonly placementId: string;
  readonly asks: readonly Asked[];
  /** The instant of all decisions, epoch milliseconds; absent: whatever it is by then. */
  readonly at?: number;
}

/** The demo's catalogue and households, brought in through the API. */
export async function demoSituation(folder: string, quick: boolean): Promise<Situation> {
  const kairos = await startKairosProcess(join(folder, 'demo'), quick ? 0 : 5, []);
  await kairos.process.stop();
  const draw = createDraw('redis');
  const categories = ['beef', 'pork', 'soft-drinks', 'cheese', 'salad-bar', 'frozen-pizza'];
  return {
    what: "the demo's 633 offers",
    variables: { KAIROS_DATA: join(folder, 'demo', 'data') },
    placementId: demoPlacementId,
    asks: kairos.customerIds.map((customerId) => ({
      customerId,
      attributes: { page: 'home', category: draw.one(categories) },
    })),
  };
}

/** 500 offers with five conditions each, all of whose caps, and a cooling window, are asked about. */
export async function drawnSituation(folder: string, quick: boolean): Promise<Situation> {
  const data = join(folder, 'drawn');
  const vocabularyFile = join(folder, 'vocabulary.json');
  writeFileSync(vocabularyFile, JSON.stringify(vocabulary));
  const people = await peopleOf(createDraw('people'), quick ? 200 : 1200);
  const offers = offersOf(createDraw('offers'), 500, 'USUAL', []);
  function* happenings(): Generator<Happening> {
    yield* catalogueEvents(offers, '2026-01-01T00:00:00.000Z');
    for (const { facts } of people) yield* arrival(facts, '2026-11-01T00:00:00.000Z');
  }
  await writeLog(join(data, 'kairos.db'), happenings());
  return {
    what: '500 offers × 5 conditions',
    variables: { KAIROS_DATA: data, KAIROS_VOCABULARY: vocabularyFile },
    placementId,
    asks: people.map(({ facts, request }) => ({ customerId: facts.customerId, attributes: request.context })),
    at: moment,
  };
}
