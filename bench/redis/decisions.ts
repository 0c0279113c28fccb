// Decisions with their facts and caps in Redis, against a client that only asks Redis what a decision asks it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RedisProcess, startRedisProcess } from '../../demo/redis-process.ts';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { type OwnProcess, startProcess } from '../processes.ts';
import { atLeast, type Bar, type Row, ratio, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import { keepOn } from './cores.ts';
import type { Deciding, DecidingCommand, DecidingSettings, Round } from './deciding-process.ts';
import { environmentOf, startProjector } from './roles.ts';
import { demoSituation, drawnSituation, type Situation } from './situations.ts';

const names: Readonly<Record<Deciding, string>> = {
  RAW: 'raw: one HMGET, one call of the script',
  CORE: 'read, decide, reserve',
  WHOLE: 'the whole decision, recorded in the log',
};
const measured: readonly Deciding[] = ['RAW', 'CORE', 'WHOLE'];
const concurrencies = [1, 16, 64];
/** Of these the bars are. */
const barConcurrency = 64;
/** Before anything is measured: a server that has run for a minute has compiled what it runs, which takes some 30,000 decisions. */
const warmUpRounds = 25;

interface Compared {
  readonly situation: Situation;
  readonly contestants: readonly Contestant[];
}

interface Contestant {
  readonly deciding: Deciding;
  readonly process: OwnProcess;
  readonly rounds: Map<number, (Round & { readonly redis: number })[]>;
}

/** @param folder empty */
export async function measureDecisions(folder: string, quick: boolean): Promise<{ sections: Section[]; bars: Bar[] }> {
  const compared: Compared[] = [];
  for (const prepare of [demoSituation, drawnSituation]) compared.push(await compare(prepare, folder, quick));
  return { sections: compared.map(sectionOf), bars: compared.flatMap(barsOf) };
}

async function compare(
  prepare: (folder: string, quick: boolean) => Promise<Situation>,
  folder: string,
  quick: boolean,
): Promise<Compared> {
  const situation = await prepare(folder, quick);
  const { variables, placementId, at } = situation;
  const asks = join(folder, 'asks.json');
  writeFileSync(asks, JSON.stringify(situation.asks));
  const redis = await startRedisProcess();
  const running: OwnProcess[] = [];
  try {
    keepOn('OTHER', redis.child.pid);
    running.push(await startProjector(redis, variables));
    const contestants: Contestant[] = [];
    for (const deciding of measured) {
      // Where there is a cooling window, whoever was decided for cannot be decided for again.
      if (deciding === 'WHOLE' && at !== undefined) continue;
      const environment = environmentOf(redis, 'api', variables);
      const settings = { deciding, environment, placementId, asks, ...(at !== undefined && { at }) };
      const file = fileURLToPath(new URL('deciding-process.ts', import.meta.url));
      const process = startProcess(file, settings satisfies DecidingSettings);
      running.push(process);
      await process.heard();
      contestants.push({ deciding, process, rounds: new Map() });
    }
    // What is recorded stays with the customers, and raw goes on reading what they had at the beginning: so it comes last.
    const isRecorded = ({ deciding }: Contestant) => deciding === 'WHOLE';
    for (const each of [contestants.filter((one) => !isRecorded(one)), contestants.filter(isRecorded)]) {
      await takeTurns(each, redis, quick ? 1 : 9, quick ? 1 : warmUpRounds);
    }
    return { situation, contestants };
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    redis.child.kill('SIGKILL');
  }
}

async function takeTurns(
  contestants: readonly Contestant[],
  redis: RedisProcess,
  rounds: number,
  roundsBefore: number,
): Promise<void> {
  const connection = connectRedis({ settings: readRedisUrl(redis.url), onError: () => {} });
  await connection.connected();
  const cpu = async () => {
    const used = (await connection.client.info('cpu')).matchAll(/^used_cpu_(?:sys|user):(.+)$/gm);
    return [...used].reduce((sum, [, seconds]) => sum + Number(seconds) * 1e6, 0);
  };
  const run = async ({ process }: Contestant, concurrency: number) => {
    const before = await cpu();
    const round = await process.ask<Round>({ concurrency } satisfies DecidingCommand);
    const used = (await cpu()) - before;
    await process.ask<object>({} satisfies DecidingCommand);
    return { ...round, redis: used / round.decisions };
  };
  try {
    for (const contestant of contestants) {
      for (let round = 0; round < roundsBefore; round++) await run(contestant, barConcurrency);
    }
    for (let round = 0; round < rounds; round++) {
      for (const concurrency of concurrencies) {
        for (const contestant of contestants) {
          const own = contestant.rounds.get(concurrency) ?? [];
          contestant.rounds.set(concurrency, own);
          own.push(await run(contestant, concurrency));
        }
      }
    }
  } finally {
    await connection.close();
  }
}

/** Decisions a second, the median of the rounds. */
function rateOf({ rounds }: Contestant, concurrency: number): number {
  return median((rounds.get(concurrency) ?? []).map(({ decisions, seconds }) => decisions / seconds));
}

function shareOfRaw(contestants: readonly Contestant[], contestant: Contestant, concurrency: number) {
  const raw = contestants.find(({ deciding }) => deciding === 'RAW');
  const share = ratio(rateOf(contestant, concurrency), raw && rateOf(raw, concurrency));
  return share && share * 100;
}

function sectionOf({ situation, contestants }: Compared): Section {
  const rows = concurrencies.flatMap((concurrency) =>
    contestants.map((contestant): Row => {
      const rounds = contestant.rounds.get(concurrency) ?? [];
      const of = (figure: 'p50' | 'p99' | 'cpu' | 'redis') => median(rounds.map((round) => round[figure]));
      return {
        what: names[contestant.deciding],
        concurrency,
        perSecond: rateOf(contestant, concurrency),
        p50: of('p50'),
        p99: of('p99'),
        cpu: of('cpu'),
        redis: of('redis'),
        share: shareOfRaw(contestants, contestant, concurrency),
      };
    }),
  );
  const [first] = contestants[0]?.rounds.get(barConcurrency) ?? [];
  return {
    title: `Decisions with Redis, ${situation.what}`,
    notes: [
      `${situation.asks.length.toLocaleString('en-US')} customers, each once a round; ${first?.reserved ?? 0} of them are offered something, and places are reserved for it`,
      'raw reads the same bytes of each customer, and reserves the same offers under the same caps, with the same client',
      'the whole decision puts its record of some 4 kB on disk besides, of which raw has nothing: no bar is for it',
      'one process on a core of its own each, taking turns; Redis and the projector are on the other one',
    ],
    columns: [
      { key: 'what', heading: '' },
      { key: 'concurrency', heading: 'at once' },
      { key: 'perSecond', heading: 'a second' },
      { key: 'p50', heading: 'p50 ms' },
      { key: 'p99', heading: 'p99 ms' },
      { key: 'cpu', heading: 'CPU µs' },
      { key: 'redis', heading: 'CPU µs of Redis' },
      { key: 'share', heading: '% of raw' },
    ],
    rows,
  };
}

function barsOf({ situation, contestants }: Compared): Bar[] {
  return contestants
    .filter(({ deciding }) => deciding === 'CORE')
    .map((contestant) => {
      const bar = `${situation.what}, ${barConcurrency} at once: ${names[contestant.deciding]}, of raw`;
      return atLeast(bar, 50, '%', shareOfRaw(contestants, contestant, barConcurrency));
    });
}
