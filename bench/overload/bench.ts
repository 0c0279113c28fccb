// npm run bench -- overload: three times as much is asked as can be done. How much is still done, and how soon.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { createDraw } from '../decide/draw.ts';
import { startKairosProcess } from '../http/kairos-process.ts';
import { type OwnProcess, probe } from '../processes.ts';
import { atLeast, atMost, type Row, ratio } from '../report.ts';
import { median } from '../statistics.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import type { OverloadAnswer, OverloadSettings } from './load-process.ts';
import { furnishPage, pageBodyFor } from './page.ts';

/** The field's promise, end to end. */
const inTimeMs = 200;
/** Open before each situation begins, of which the callers of the first use a few. */
const connections = 1000;
const callers = 64;
/** Besides each of the demo's households: a page is dearer for those who have been offered much, so that nobody may be offered too much. */
const copies = 12;
const rounds = 7;
const categories = ['beef', 'pork', 'soft-drinks', 'cheese', 'salad-bar', 'frozen-pizza'];
const flags = [
  '--import',
  import.meta.resolve('./own-core.ts'),
  '--import',
  import.meta.resolve('../http/cpu-reporter.ts'),
];
const loadFile = fileURLToPath(new URL('load-process.ts', import.meta.url));

interface Situation {
  readonly name: string;
  readonly url: string;
  /** Of the maximum; absent: as much as can be done. */
  readonly share?: number;
  readonly rounds: OverloadAnswer[];
}

export const runOverload: Bench = ({ quick }) =>
  inTemporaryFolder(async (folder) => {
    const running: OwnProcess[] = [];
    try {
      const start = async (name: string, variables: Record<string, string>) => {
        const started = await startKairosProcess(join(folder, name), quick ? 0 : copies, flags, variables);
        running.push(started.process);
        await furnishPage(started.url);
        return started;
      };
      const shedding = await start('shedding', {});
      const unprotected = await start('unprotected', { KAIROS_SHEDDING: 'off' });
      const draw = createDraw('overload');
      const bodies = join(folder, 'bodies.json');
      writeFileSync(bodies, JSON.stringify(shedding.customerIds.map((id) => pageBodyFor(id, draw.one(categories)))));
      const load = (url: string, own: { rate: number } | { callers: number }) => {
        const seconds = quick ? 1 : 3;
        return probe<OverloadAnswer>(loadFile, {
          ...{ url, bodies, connections, seconds, settleSeconds: quick ? 0.3 : 1, inTimeMs, ...own },
        } satisfies OverloadSettings);
      };
      // Who turns nobody away shows how much can be done.
      const most = situation(`as much as it can, ${callers} callers, KAIROS_SHEDDING=off`, unprotected.url);
      const atEighty = situation('80 % of that', shedding.url, 0.8);
      const overload = situation('3 times that', shedding.url, 3);
      // Both servers are to decide as much: what they have offered before makes all that follows slower.
      const atEightyToo = situation('80 % of that, KAIROS_SHEDDING=off', unprotected.url, 0.8);
      const without = situation('3 times that, KAIROS_SHEDDING=off', unprotected.url, 3);
      if (!quick) for (const { url } of [shedding, unprotected]) await load(url, { callers });
      const measure = async ({ url, share, rounds }: Situation) => {
        const rate = share && share * (most.rounds.at(-1)?.decided ?? 0);
        rounds.push(await load(url, rate ? { rate } : { callers }));
      };
      await measure(most);
      for (let round = 0; round < (quick ? 1 : rounds); round++) {
        for (const each of [atEighty, overload, atEightyToo, most]) await measure(each);
      }
      // It decides for all in the end, and is slower ever after.
      await measure(without);
      return {
        bench: 'overload',
        sections: [
          {
            title: 'Pages of five placements, more than can be decided',
            notes: [
              `goodput: pages with offers decided for their customer within ${inTimeMs} ms; shed: those with default answers`,
              'each round takes its rates from the maximum right before it',
              'the server has a core of its own, with the thread that writes its log; the load has the other',
              'each request is sent when its time has come and its latency counts from then; the first second is not counted',
            ],
            columns: [
              { key: 'load', heading: 'load' },
              { key: 'offered', heading: 'offered/s' },
              { key: 'decided', heading: 'decided/s' },
              { key: 'goodput', heading: 'goodput/s' },
              { key: 'shed', heading: 'shed/s' },
              { key: 'failed', heading: 'failed/s' },
              { key: 'p50', heading: 'p50 ms' },
              { key: 'p99', heading: 'p99 ms' },
              { key: 'p99OfShed', heading: 'p99 ms of shed' },
              { key: 'sentLate', heading: 'sent late ms' },
            ],
            rows: [most, atEighty, atEightyToo, overload, without].map(rowOf),
          },
        ],
        bars: [
          atLeast(
            'goodput at 3 times the maximum, of the maximum',
            90,
            '%',
            ratio(middle(overload, 'goodput') * 100, middle(most, 'goodput')),
          ),
          atMost(
            'p99 of what is decided then, of that at 80 % load',
            2,
            '×',
            ratio(middle(overload, 'p99'), middle(atEighty, 'p99')),
          ),
          atMost('failed at 3 times the maximum', 0, 'a second', middle(overload, 'failed')),
        ],
      };
    } finally {
      await Promise.all(running.map((process) => process.stop()));
    }
  });

function situation(name: string, url: string, share?: number): Situation {
  return { name, url, ...(share !== undefined && { share }), rounds: [] };
}

function middle({ rounds }: Situation, figure: keyof OverloadAnswer): number {
  return median(rounds.map((round) => round[figure]));
}

function rowOf(situation: Situation): Row {
  const figures = ['offered', 'decided', 'goodput', 'shed', 'failed', 'p50', 'p99', 'p99OfShed', 'sentLate'] as const;
  const values = figures.map((figure) => [figure, middle(situation, figure)] as const);
  return { load: situation.name, ...Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value))) };
}
