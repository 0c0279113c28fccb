// How fast a log gets to Redis, against a client that replaces the same entries there one after another.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RedisProcess, startRedisProcess } from '../../demo/redis-process.ts';
import { createDraw } from '../decide/draw.ts';
import { offersOf } from '../decide/offers.ts';
import { moment } from '../decide/people.ts';
import { catalogueEvents } from '../log/catalogue-events.ts';
import { customerEvents } from '../log/customer-events.ts';
import { type Happening, writeLog } from '../log/written-log.ts';
import { probe } from '../processes.ts';
import { atLeast, type Bar, type Section } from '../report.ts';
import { median } from '../statistics.ts';
import type { CatchingUpSettings, CaughtUp } from './catching-up-process.ts';
import { keepOn } from './cores.ts';
import type { Replaced, ReplacingSettings } from './replacing-process.ts';

/** @param folder empty */
export async function measureProjecting(folder: string, quick: boolean): Promise<{ sections: Section[]; bars: Bar[] }> {
  const customers = quick ? 100 : 2500;
  const log = join(folder, 'kairos.db');
  const events = await writeLog(log, happeningsOf(customers));
  const projected: CaughtUp[] = [];
  const replaced: Replaced[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    projected.push(await onEmptyRedis((redis) => run('catching-up-process', redis, log)));
    replaced.push(await onEmptyRedis((redis) => run('replacing-process', redis, log)));
  }
  const perSecond = (rounds: readonly CaughtUp[]) => events / median(rounds.map(({ seconds }) => seconds));
  const share = (perSecond(projected) / perSecond(replaced)) * 100;
  const [first] = replaced;
  return {
    sections: [
      {
        title: `A log of ${events.toLocaleString('en-US')} events is brought to Redis`,
        notes: [
          `${customers.toLocaleString('en-US')} customers: profiles, consents, signals, decisions with their outcomes, reservations`,
          'the projector reads the log, and brings it to the caps, the screen pops and the read models',
          `raw: a process that has the ${first?.entries.toLocaleString('en-US')} entries as they are after each event (of a reservation, the event), and calls the script that replaces one for each, ${first?.bytes} bytes on average, many on the way`,
        ],
        columns: [
          { key: 'what', heading: '' },
          { key: 'perSecond', heading: 'events/s' },
          { key: 'seconds', heading: 's' },
          { key: 'share', heading: '% of raw' },
        ],
        rows: [
          { what: 'raw', perSecond: perSecond(replaced), seconds: events / perSecond(replaced), share: 100 },
          { what: 'the projector', perSecond: perSecond(projected), seconds: events / perSecond(projected), share },
        ],
      },
    ],
    bars: [atLeast('projecting, of raw scripts that replace the same entries', 50, '%', share)],
  };
}

function* happeningsOf(customers: number): Generator<Happening> {
  const offers = offersOf(createDraw('offers'), 600, 'USUAL', []);
  yield* catalogueEvents(offers, '2026-01-01T00:00:00.000Z');
  yield* customerEvents(createDraw('customers'), customers, offers, new Date(moment).toISOString());
}

async function onEmptyRedis<Result>(use: (redis: RedisProcess) => Promise<Result>): Promise<Result> {
  const redis = await startRedisProcess();
  try {
    keepOn('OTHER', redis.child.pid);
    return await use(redis);
  } finally {
    redis.child.kill('SIGKILL');
  }
}

function run<Result>(file: string, { url }: RedisProcess, log: string): Promise<Result> {
  const path = fileURLToPath(new URL(`${file}.ts`, import.meta.url));
  return probe<Result>(path, { url, log } satisfies ReplacingSettings & CatchingUpSettings);
}
