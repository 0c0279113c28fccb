// What the households of the replay take of Redis' memory when it is over, by model.
import { fileURLToPath } from 'node:url';
import { catalogueOf } from '../../demo/catalogue.ts';
import { readCompleteJourney } from '../../demo/complete-journey.ts';
import { customersOf } from '../../demo/customers.ts';
import { createGraphqlClient } from '../../demo/graphql-client.ts';
import { publishCatalogue, registerCustomers } from '../../demo/publish.ts';
import { type RedisProcess, startRedisProcess } from '../../demo/redis-process.ts';
import { replay } from '../../demo/replay-run.ts';
import { startReplayServer } from '../../demo/replay-server.ts';
import { timelineOf } from '../../demo/timeline.ts';
import { connectRedis } from '../../src/redis/redis-connection.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import type { Bar, Section } from '../report.ts';

const data = fileURLToPath(new URL('../../demo/data', import.meta.url));
const concurrency = 16;

/** Of one model, or of what is beside it. */
interface Share {
  readonly bytes: number;
  readonly keys: number;
}

export async function measureCustomerMemory(_: string, quick: boolean): Promise<{ sections: Section[]; bars: Bar[] }> {
  const redis = await startRedisProcess();
  try {
    const customerIds = await replayOver(redis, quick ? 3 : Number.POSITIVE_INFINITY);
    const { ofCustomers, ofAll } = await sharesIn(redis, customerIds);
    const sumOf = (shares: ReadonlyMap<string, Share>, figure: keyof Share) =>
      [...shares.values()].reduce((sum, share) => sum + share[figure], 0);
    const count = customerIds.size;
    const rows = [...ofCustomers]
      .map(([what, { bytes, keys }]) => ({ what, each: bytes / count, keys: keys / count }))
      .sort((one, other) => other.each - one.each);
    return {
      sections: [
        {
          title: 'Memory of Redis a customer',
          notes: [
            `${count.toLocaleString('en-US')} households of the demo after the whole replay; MEMORY USAGE of all their keys`,
            `besides: ${Math.round(sumOf(ofAll, 'bytes') / 1024).toLocaleString('en-US')} KiB of what all have together: the catalogue, totals, when reservations run out`,
          ],
          columns: [
            { key: 'what', heading: 'of each customer' },
            { key: 'each', heading: 'bytes' },
            { key: 'keys', heading: 'keys' },
          ],
          rows: [
            ...rows,
            { what: 'all', each: sumOf(ofCustomers, 'bytes') / count, keys: sumOf(ofCustomers, 'keys') / count },
          ],
        },
      ],
      bars: [],
    };
  } finally {
    redis.child.kill('SIGKILL');
  }
}

/** The ids of the customers. */
async function replayOver({ url }: RedisProcess, days: number): Promise<ReadonlySet<string>> {
  const journey = readCompleteJourney(data);
  const catalogue = catalogueOf(journey, 0);
  const customers = customersOf(journey);
  const timeline = timelineOf(journey, days);
  const beginsAt = new Date(timeline.beginsAt).toISOString();
  const server = await startReplayServer({ REDIS_URL: url });
  const client = createGraphqlClient({ url: server.url, concurrency });
  try {
    await publishCatalogue(client, catalogue, beginsAt);
    await registerCustomers(client, customers, beginsAt);
    await replay(client, timeline, catalogue, { concurrency, freshnessEvery: 1_000_000, onProgress: () => {} });
  } finally {
    client.close();
    await server.stop();
    server.remove();
  }
  return new Set(customers.map(({ customerId }) => customerId));
}

/** By model: a key is `<prefix>:<model>:<build>:{<customer>}`, and there may be something behind it. */
async function sharesIn({ url }: RedisProcess, customerIds: ReadonlySet<string>) {
  const connection = connectRedis({ settings: readRedisUrl(url), onError: () => {} });
  await connection.connected();
  const { client } = connection;
  const ofCustomers = new Map<string, Share>();
  const ofAll = new Map<string, Share>();
  try {
    for (const key of await client.keys('*')) {
      const [, model = key, id = '', part = ''] = /:([^:]+):[^:]+:\{(.+)\}(.*)$/.exec(key) ?? [];
      const bytes = Number(await client.memory('USAGE', key, 'SAMPLES', 0));
      const shares = customerIds.has(id) ? ofCustomers : ofAll;
      const name = `${model}${part}`;
      const { bytes: before, keys } = shares.get(name) ?? { bytes: 0, keys: 0 };
      shares.set(name, { bytes: before + bytes, keys: keys + 1 });
    }
  } finally {
    await connection.close();
  }
  return { ofCustomers, ofAll };
}
