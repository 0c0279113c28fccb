// The parts of the bench `decide`, each with its table and its bars.
import { type Rounds, type Timing, timeInterleaved } from '../interleaved.ts';
import type { LoadPeer } from '../peers.ts';
import { probe } from '../processes.ts';
import { atLeast, atMost, type Bar, type Column, ratio, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import { compare, engineKinds, type Workload, workloadOf } from './comparison.ts';
import { celLibrary } from './engines/cel-library.ts';
import type { EngineKind } from './engines/engine.ts';
import { growthbook } from './engines/growthbook.ts';
import { handWritten } from './engines/hand-written.ts';
import { jsonLogic } from './engines/json-logic.ts';
import { jsonRules } from './engines/json-rules.ts';
import { catalogueOf, decisionOf, kairos } from './engines/kairos.ts';
import { growthOf, peersBySize } from './growth.ts';
import type { HeapAnswer, HeapSettings } from './heap-probe.ts';
import { conditionsPerOffer, type Eligible } from './offers.ts';
import type { Person } from './people.ts';
import type { PublishingAnswer, PublishingSettings } from './publishing-probe.ts';

export interface Part {
  readonly sections: readonly Section[];
  readonly bars: readonly Bar[];
}

/** The size that the bars against the peers are set for. */
const compared = 500;

/** Kairos against its peers at 500 offers: usual, and with everybody eligible for everything. */
export async function comparisonPart(rounds: Rounds, loadPeer: LoadPeer): Promise<Part> {
  const usual = await workloadOf(compared, 'USUAL');
  const timings = await compare(usual, engineKinds, rounds, loadPeer);
  const worst = await workloadOf(compared, 'EVERYTHING');
  const worstTimings = await compare(worst, engineKinds, rounds, loadPeer);
  const times = (engine: EngineKind) => ratio(of(timings, engine), of(timings, kairos));
  return {
    sections: [
      comparisonSection('One decision', usual, timings),
      comparisonSection('The worst case: everybody is eligible for everything', worst, worstTimings),
    ],
    bars: [
      atLeast(`${compared} offers: faster than json-rules-engine`, 100, '×', times(jsonRules)),
      atLeast(`${compared} offers: faster than GrowthBook`, 10, '×', times(growthbook)),
      atLeast(`${compared} offers: faster than json-logic-engine`, 3, '×', times(jsonLogic)),
      atLeast(`${compared} offers: faster than the CEL library`, 10, '×', times(celLibrary)),
      atMost(
        `${compared} offers: the time of hand-written functions (stretch)`,
        2,
        '×',
        ratio(of(timings, kairos), of(timings, handWritten)),
      ),
    ],
  };
}

function comparisonSection(title: string, workload: Workload, timings: ReadonlyMap<string, Timing>): Section {
  const own = of(timings, kairos);
  return {
    title: `${title}, ${workload.offers.length} offers × ${conditionsPerOffer} conditions`,
    notes: [
      ...aboutWorkload(workload),
      'Kairos decides whole: consent, suppression, caps, scores, ranking and slots too; its peers only say who is eligible',
    ],
    columns: [
      { key: 'engine', heading: 'engine' },
      { key: 'microseconds', heading: 'µs' },
      { key: 'spread', heading: '± %' },
      { key: 'least', heading: 'least µs' },
      { key: 'times', heading: '× Kairos' },
    ],
    rows: engineKinds.map(({ name }) => {
      const timing = timings.get(name);
      if (!timing) return { engine: name, microseconds: 'not available here' };
      const { microseconds, least, spread } = timing;
      return { engine: name, microseconds, spread: spread * 100, least, times: ratio(microseconds, own) };
    }),
  };
}

function aboutWorkload({ distinct, leftToLibrary, share, offers, people }: Workload): string[] {
  const written = (offers.length * conditionsPerOffer).toLocaleString('en-US');
  return [
    `${written} conditions, ${distinct.toLocaleString('en-US')} different ones, ${leftToLibrary} of them left to the CEL library; ` +
      `${people.length} customers are eligible for ${(share * 100).toFixed(1)} % of the offers on average`,
  ];
}

/** Growth with the catalogue. */
export async function growthPart(offerCounts: readonly number[], rounds: Rounds): Promise<Part> {
  const worst: [number, Eligible][] = offerCounts.includes(10_000) ? [[10_000, 'EVERYTHING']] : [];
  const grown = await growthOf([...offerCounts.map((offers) => [offers, 'USUAL'] as const), ...worst], rounds);
  const cost = (offers: number) =>
    grown.find((one) => one.offers === offers && one.eligible === 'USUAL')?.timing.microseconds;
  return {
    sections: [
      {
        title: 'Kairos by size of the catalogue: the whole decision',
        notes: ['consent, eligibility, suppression, caps, scores, ranking, slots; all sizes take turns'],
        columns: [
          { key: 'offers', heading: 'offers' },
          { key: 'distinct', heading: 'different conditions' },
          { key: 'eligible', heading: 'eligible %' },
          { key: 'microseconds', heading: 'µs' },
          { key: 'spread', heading: '± %' },
          { key: 'least', heading: 'least µs' },
          { key: 'times', heading: '× 100 offers' },
        ],
        rows: grown.map(({ offers, workload, timing }) => ({
          offers: offers.toLocaleString('en-US'),
          distinct: workload.distinct,
          eligible: workload.share * 100,
          microseconds: timing.microseconds,
          spread: timing.spread * 100,
          least: timing.least,
          times: ratio(timing.microseconds, cost(100)),
        })),
      },
    ],
    bars: [
      atMost('10,000 offers', 250, 'µs', cost(10_000)),
      atMost('10,000 offers: the cost of 100', 10, '×', ratio(cost(10_000), cost(100))),
      atMost('50,000 offers', 2000, 'µs', cost(50_000)),
    ],
  };
}

/** Kairos and its peers at each size, as far as they get. */
export async function peersPart(offerCounts: readonly number[], rounds: Rounds, loadPeer: LoadPeer): Promise<Part> {
  const found = await peersBySize(offerCounts, rounds, loadPeer);
  const columns: Column[] = found.map(({ offers }) => ({
    key: String(offers),
    heading: offers.toLocaleString('en-US'),
  }));
  return {
    sections: [
      {
        title: 'Kairos and its peers by size of the catalogue: µs',
        notes: ['— : not available here, or more than 50 ms for one decision'],
        columns: [{ key: 'engine', heading: 'engine' }, ...columns],
        rows: engineKinds.map(({ name }) => ({
          engine: name,
          ...Object.fromEntries(found.map(({ offers, microseconds }) => [String(offers), microseconds.get(name)])),
        })),
      },
    ],
    bars: [],
  };
}

/** What an explanation adds. */
export async function explanationPart(offerCounts: readonly number[], rounds: Rounds): Promise<Part> {
  const rows = [];
  for (const offers of offerCounts) {
    const { people, offers: list } = await workloadOf(offers, 'USUAL');
    const catalogue = catalogueOf(list.map(({ published }) => published));
    const contender = (explain: boolean) => ({
      name: String(explain),
      run: (turn: number) => decisionOf(catalogue, people[turn % people.length] as Person, explain),
    });
    const [off, on] = await timeInterleaved([contender(false), contender(true)], rounds);
    rows.push({
      offers,
      off: off?.microseconds,
      on: on?.microseconds,
      times: ratio(on?.microseconds, off?.microseconds),
    });
  }
  return {
    sections: [
      {
        title: 'Explanations: a reason with its details for each offer that is not shown',
        notes: [],
        columns: [
          { key: 'offers', heading: 'offers' },
          { key: 'off', heading: 'off µs' },
          { key: 'on', heading: 'on µs' },
          { key: 'times', heading: 'on / off' },
        ],
        rows,
      },
    ],
    bars: rows.map(({ offers, times }) =>
      atMost(`${offers.toLocaleString('en-US')} offers: explained, the cost of unexplained`, 3, '×', times),
    ),
  };
}

/** What a rejected offer leaves on the heap. */
export async function heapPart(milliseconds: number): Promise<Part> {
  const offerCounts = [100, 1000, 10_000];
  const survivors = 20;
  const measure = (offers: number, explain: boolean) =>
    probe<HeapAnswer>(
      `${import.meta.dirname}/heap-probe.ts`,
      { offers, survivors, explain, milliseconds } satisfies HeapSettings,
      { flags: ['--expose-gc'] },
    );
  const rows = [];
  for (const offers of offerCounts) {
    const { bytes, decisions } = await measure(offers, false);
    rows.push({ offers, bytes, explained: (await measure(offers, true)).bytes, decisions });
  }
  const [least, , most] = rows;
  const perRejected = least && most && (most.bytes - least.bytes) / (most.offers - least.offers);
  return {
    sections: [
      {
        title: 'Heap: bytes that one decision allocates',
        notes: [
          `everybody is eligible for the same ${survivors} offers and for no other; each line in a process of its own`,
        ],
        columns: [
          { key: 'offers', heading: 'offers' },
          { key: 'bytes', heading: 'bytes' },
          { key: 'explained', heading: 'explained' },
          { key: 'decisions', heading: 'decisions' },
        ],
        rows,
      },
    ],
    bars: [atMost('for each further rejected offer (an object takes 12 or more)', 1, 'bytes', perRejected)],
  };
}

function of(timings: ReadonlyMap<string, Timing>, { name }: EngineKind): number | undefined {
  return timings.get(name)?.microseconds;
}

/** A publication in a running Kairos. */
export async function publishingPart(offers: number, publications: number): Promise<Part> {
  const figures = await probe<PublishingAnswer>(
    `${import.meta.dirname}/publishing-probe.ts`,
    { offers, publications } satisfies PublishingSettings,
    { flags: ['--expose-gc'] },
  );
  const row = (what: string, values: readonly number[]) => ({
    what,
    median: median(values),
    most: Math.max(...values),
  });
  const catalogue = `${offers.toLocaleString('en-US')} offers`;
  return {
    sections: [
      {
        title: `Publishing one offer in a running Kairos with ${catalogue}: milliseconds`,
        notes: [`${publications} publications, one after another, over a log on disk`],
        columns: [
          { key: 'what', heading: '' },
          { key: 'median', heading: 'median' },
          { key: 'most', heading: 'most' },
        ],
        rows: [
          row('a decision before, recorded', figures.decision),
          row('command to the answer of the first decision with it', figures.visible),
          row('longest gap of the event loop meanwhile', figures.blocked),
          row('the same by monitorEventLoopDelay', figures.delay),
        ],
      },
    ],
    bars: [
      atMost(`a publication among ${catalogue} is decided on`, 50, 'ms', median(figures.visible)),
      atMost(`a publication among ${catalogue} blocks the event loop`, 5, 'ms', median(figures.blocked)),
    ],
  };
}
