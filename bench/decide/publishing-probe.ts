// A whole Kairos on a catalogue of many offers: how long until a publication is decided on, and how long nothing else ran meanwhile.
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isRefused } from '../../src/aggregates/decider.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { catalogueEvents, offerEvents } from '../log/catalogue-events.ts';
import { arrival } from '../log/customer-events.ts';
import { writeLog } from '../log/written-log.ts';
import { settingsOf, tell } from '../processes.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { createDraw } from './draw.ts';
import { offersOf } from './offers.ts';
import { moment, type Person, peopleOf, placementId, vocabulary } from './people.ts';

export interface PublishingSettings {
  readonly offers: number;
  readonly publications: number;
}

/** Milliseconds, one for each publication. */
export interface PublishingAnswer {
  /** From the command to the answer of the first decision that offers it. */
  readonly visible: readonly number[];
  /** The longest time in which the event loop did not come round, by our own clock. */
  readonly blocked: readonly number[];
  /** The same as `monitorEventLoopDelay` sees it, with a resolution of a millisecond. */
  readonly delay: readonly number[];
  /** A decision before, for comparison. */
  readonly decision: readonly number[];
}

const { offers: offerCount, publications } = settingsOf<PublishingSettings>();
/** A placement is silent for a customer whom it has just shown something: each decision is for another. */
const customersEach = 5;
const at = new Date(moment).toISOString();

await tell(
  await inTemporaryFolder(async (folder) => {
    const people = await peopleOf(createDraw('people-2'), publications * customersEach);
    const offers = offersOf(createDraw('offers'), offerCount, 'USUAL', people);
    const candidates = Array.from({ length: publications }, (_, index) => ({
      offerId: `news-${index}`,
      terms: {
        ...(offers[0] as (typeof offers)[number]).published.terms,
        eligibility: [],
        propensity: 1,
        // Each beats all before it.
        value: { amount: 1_000_000 * (index + 1), currency: 'USD' },
      },
    }));
    await writeLog(join(folder, 'kairos.db'), [
      ...catalogueEvents(offers, at),
      ...candidates.map(({ offerId, terms }) => offerEvents(offerId, terms, at, 'APPROVED')),
      ...people.flatMap(({ facts }) => [...arrival(facts, at)]),
    ]);
    const config = readConfig({ KAIROS_DATA: folder, KAIROS_PORT: '0', KAIROS_DEMO: 'off', KAIROS_CLOCK: 'request' });
    const app = await startApp({ ...config, vocabulary }, (error) => console.error(error));
    try {
      const answer = { visible: [], blocked: [], delay: [], decision: [] } as Record<keyof PublishingAnswer, number[]>;
      for (const [index, { offerId }] of candidates.entries()) {
        const [first, ...others] = people.slice(index * customersEach, (index + 1) * customersEach);
        const before = performance.now();
        await bestFor(app, first);
        answer.decision.push(performance.now() - before);
        const seen = await publish(app, offerId, others);
        for (const key of ['visible', 'blocked', 'delay'] as const) answer[key].push(seen[key]);
      }
      return answer;
    } finally {
      await app.stop();
    }
  }),
);
process.exit();

async function publish(app: App, offerId: string, people: readonly Person[]) {
  const waiting = people.values();
  const { executor, deciders } = app.kairos;
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const watch = watchEventLoop();
  delay.enable();
  const begun = performance.now();
  const command = { type: 'PublishOffer' as const, offerId, by: 'bob' };
  const published = await executor.execute(deciders.offer, offerId, command, contextOf());
  if (isRefused(published)) throw new Error(published.rule);
  while ((await bestFor(app, waiting.next().value)) !== offerId);
  const visible = performance.now() - begun;
  // The loop must come round once more to see the last of it.
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  return { visible, blocked: watch.stop(), delay: delay.max / 1e6 };
}

/** The offer in the first slot of a fresh decision. */
async function bestFor({ kairos }: App, person: Person | undefined): Promise<string | undefined> {
  if (!person) throw new Error('the publication is not decided on');
  const { customerId } = person.facts;
  const ask = { customerId, attributes: person.request.context };
  const decided = await kairos.nextBestOffer.decide(ask, [placementId], contextOf());
  if (isRefused(decided)) throw new Error(decided.rule);
  return decided[0]?.data.offers[0]?.offerId;
}

function contextOf() {
  return { at, actor: 'bob', correlationId: 'bench' };
}

/** Comes round as often as the event loop does, and keeps the longest gap in milliseconds. */
function watchEventLoop(): { stop(): number } {
  let longest = 0;
  let last = performance.now();
  let stopped = false;
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!stopped) setImmediate(look);
  };
  setImmediate(look);
  return {
    stop() {
      stopped = true;
      return longest;
    },
  };
}
