// Agents' consoles over two servers that share a log and a Redis: wherever a console comes back, it goes on where it was.
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { createProjectionRunner } from '../../projections/runner.ts';
import { publishScreenPops } from '../../projections/screen-pops.ts';
import { createContext } from '../../src/graphql/context.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { createGraphqlServer } from '../../src/graphql/server.ts';
import { createRedisScreenPopFeed, screenPopProjectingScripts } from '../../src/screen-pop/redis-screen-pop-feed.ts';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { openRedis } from '../redis/open-redis.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';

const wanted = 1000;
const moves = 10;
const query =
  'subscription ($after: String) { screenPop(agentId: "agent", after: $after) { position interactionId number } }';

interface Pop {
  readonly position: string;
  readonly interactionId: string;
  readonly number: number;
}

describe.skipIf(!hasRedis)('a console', () => {
  const failures: unknown[] = [];
  const onError = (error: unknown) => void failures.push(error);
  const closing: (() => Promise<unknown>)[] = [];
  const urls: string[] = [];
  let redis: TestRedis;
  let kairos: RunningKairos;

  beforeAll(async () => {
    [redis, kairos] = await Promise.all([startRedis(), startKairos(failures)]);
    await publishOffer(kairos, 'fuel');
    await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
    const project = await openFeed();
    const runner = createProjectionRunner({
      store: kairos.app.kairos.store,
      readModels: createInProcessReadModels(),
      projections: [],
      also: [publishScreenPops(project.feed)],
      onError,
    });
    await runner.start();
    closing.push(() => runner.stop());
    for (const _ of ['one', 'other']) {
      const { feed } = await openFeed(project.keys);
      const server = createGraphqlServer({
        schema: buildSchema(),
        createContext: (caller) => createContext({ ...kairos.app.kairos, screenPops: feed }, caller),
        host: '127.0.0.1',
        port: 0,
        playground: false,
        ready: () => ({ ready: true }),
        onError,
      });
      urls.push((await server.listen()).url.replace('http', 'ws'));
      closing.push(() => server.drain());
    }
  });
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
    await kairos?.stop();
    await redis?.stop();
    expect(failures).toEqual([]);
  });

  async function openFeed(keys?: Awaited<ReturnType<typeof openRedis>>['keys']) {
    const opened = await openRedis(redis.url, screenPopProjectingScripts);
    const options = { ...opened, ...(keys && { keys }) };
    const feed = createRedisScreenPopFeed({ ...options, onError });
    closing.push(
      () => opened.close(),
      () => feed.close(),
    );
    return { feed, keys: options.keys };
  }

  /** Connects to a server and collects pops until there are so many. */
  async function listen(url: string, seen: Pop[], until: number): Promise<void> {
    const client = createClient({ url: `${url}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    const after = seen.at(-1)?.position ?? '';
    for await (const { data, errors } of client.iterate<{ screenPop: Pop }>({ query, variables: { after } })) {
      if (errors) throw new Error(JSON.stringify(errors));
      if (data) seen.push(data.screenPop);
      if (seen.length >= until) break;
    }
    await client.dispose();
  }

  it(`that moves between two servers ${moves} times during ${wanted} calls gets every pop once, in the order of the log`, async () => {
    const customers = Array.from({ length: 20 }, (_, index) => `customer-${index}`);
    for (const customerId of customers) await registerCustomer(kairos, customerId);
    const seen: Pop[] = [];
    const calls = Array.from({ length: wanted }, (_, index) => index);
    let nextCall = 0;
    const calling = customers.map(async (customerId) => {
      for (let call = nextCall++; call < wanted; call = nextCall++) {
        // What a console may be behind is limited by what is kept.
        await until(() => call - seen.length < 80);
        await kairos.data(`mutation { startInteraction(input: {
          interactionId: "call-${call}", agentId: "agent", customerId: "${customerId}", placement: "desk" }) {
          ... on InteractionRecorded { screenPop { position } } } }`);
      }
    });
    for (let move = 0; move <= moves; move++) {
      await listen(urls[move % 2] ?? '', seen, Math.round((wanted * (move + 1)) / (moves + 1)));
    }
    await Promise.all(calling);
    const recorded: string[] = [];
    for await (const { type, position } of kairos.app.kairos.store.readAll()) {
      if (type === 'ScreenPopped') recorded.push(position);
    }
    expect(seen.map(({ position }) => position)).toEqual(recorded);
    expect(seen.map(({ interactionId }) => interactionId).sort()).toEqual(calls.map((call) => `call-${call}`).sort());
  }, 60_000);
});
