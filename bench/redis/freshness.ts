// How soon an event is in the read models in Redis, while one process appends to the log and another one projects it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startRedisProcess } from '../../demo/redis-process.ts';
import { type OwnProcess, startProcess } from '../processes.ts';
import { atMost, type Bar, type Section } from '../report.ts';
import type { AppendingSettings, Freshness } from './appending-process.ts';
import { keepOn } from './cores.ts';
import { environmentOf, startProjector } from './roles.ts';

const eventsPerSecond = 500;

/** @param folder empty */
export async function measureFreshness(folder: string, quick: boolean): Promise<{ sections: Section[]; bars: Bar[] }> {
  const seconds = quick ? 1 : 10;
  const variables = { KAIROS_DATA: join(folder, 'data') };
  mkdirSync(variables.KAIROS_DATA);
  const redis = await startRedisProcess();
  const running: OwnProcess[] = [];
  try {
    keepOn('OTHER', redis.child.pid);
    running.push(await startProjector(redis, variables));
    const settings = { environment: environmentOf(redis, 'api', variables), eventsPerSecond, seconds };
    const file = fileURLToPath(new URL('appending-process.ts', import.meta.url));
    const process = startProcess(file, settings satisfies AppendingSettings);
    running.push(process);
    const { p50, p99, most, events } = await process.heard<Freshness>();
    return {
      sections: [
        {
          title: 'From an event to the read models in Redis',
          notes: [
            `${eventsPerSecond} events a second for ${seconds} s, each recorded by itself, of 500 customers`,
            'from when the event was due until whoever waits for its position can read it; log, projector and reader are three processes',
          ],
          columns: [
            { key: 'events', heading: 'events' },
            { key: 'p50', heading: 'p50 ms' },
            { key: 'p99', heading: 'p99 ms' },
            { key: 'most', heading: 'most ms' },
          ],
          rows: [{ events, p50, p99, most }],
        },
      ],
      bars: [atMost(`event to Redis read model at ${eventsPerSecond} events/s, p99`, 250, 'ms', p99)],
    };
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    redis.child.kill('SIGKILL');
  }
}
