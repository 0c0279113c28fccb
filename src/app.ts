// The composition root: the only file that knows every adapter. Starts in the order of need, stops in the reverse.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse, print } from 'graphql';
import { demoQuery } from '../demo/demo-query.ts';
import { createInProcessCapGate } from '../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../projections/in-process-read-models.ts';
import { createClock } from './application/clock.ts';
import { startExpirySweeper } from './application/expiry-sweeper.ts';
import { createKairos, type Kairos } from './application/kairos.ts';
import type { Config } from './config.ts';
import { createSqliteEventStore } from './event-store/sqlite-event-store.ts';
import { upcasting } from './event-store/upcasters.ts';
import { createContext } from './graphql/context.ts';
import { foresee } from './graphql/foreseen.ts';
import { buildSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { createInProcessScreenPopFeed } from './screen-pop/in-process-screen-pop-feed.ts';

export interface App {
  readonly kairos: Kairos;
  /** Where the subgraph answers: `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** Whether the log was empty when it was opened. */
  readonly isNew: boolean;
  /** Finishes what is under way, writes what was accepted, closes everything. */
  stop(): Promise<void>;
}

/** Resolves when the read models have caught up with the log and the port listens. */
export async function startApp(
  config: Config,
  onError: (error: unknown, correlationId?: string) => void,
): Promise<App> {
  mkdirSync(config.data, { recursive: true });
  const store = upcasting(createSqliteEventStore({ path: join(config.data, 'kairos.db'), onError }));
  const screenPops = createInProcessScreenPopFeed();
  const readModels = createInProcessReadModels({ onError: (error) => onError(error) });
  const clock = createClock(config.clock);
  const adapters = {
    store,
    readModels,
    gate: createInProcessCapGate(),
    screenPops,
    vocabulary: config.vocabulary,
    clock,
    onError,
  };
  const kairos = createKairos(adapters);
  const isNew = (await store.head()) === '';
  await kairos.runner.start();
  const sweeper = startExpirySweeper({ outcomes: kairos.outcomes, clock, onError, intervalMs: config.expirySweep });
  const server = createGraphqlServer({
    schema: buildSchema(),
    createContext: (caller) => createContext(kairos, caller),
    host: config.host,
    port: config.port,
    playground: config.playground,
    landing: { title: 'Kairos', ...(config.demo && { query: print(parse(demoQuery.query)) }) },
    ready: () => ({ ready: true }),
    onError,
    foresee,
  });
  const { url } = await server.listen();
  return {
    kairos,
    url: `${url}/graphql`,
    isNew,
    async stop() {
      await server.drain();
      await sweeper.stop();
      await screenPops.close();
      await kairos.runner.stop();
      await readModels.close();
      await store.close();
    },
  };
}
