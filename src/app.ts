// The composition root: the only file that knows every adapter. Starts in the order of need, stops in the reverse.
import { parse, print } from 'graphql';
import { demoQuery } from '../demo/demo-query.ts';
import { createInProcessCapGate } from '../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../projections/in-process-read-models.ts';
import { createClock } from './application/clock.ts';
import { startExpirySweeper } from './application/expiry-sweeper.ts';
import { createKairos, type Kairos } from './application/kairos.ts';
import type { Config } from './config.ts';
import { claimDataFolder } from './data-folder.ts';
import { createSqliteEventStore } from './event-store/sqlite-event-store.ts';
import { upcasting } from './event-store/upcasters.ts';
import { createContext } from './graphql/context.ts';
import { validationRules } from './graphql/depth-limit.ts';
import { foresee } from './graphql/foreseen.ts';
import { hostsAt } from './graphql/hosts.ts';
import { buildSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { createInProcessScreenPopFeed } from './screen-pop/in-process-screen-pop-feed.ts';

export interface App {
  readonly kairos: Kairos;
  /** Where the subgraph answers: `http://127.0.0.1:4000/graphql`. */
  readonly url: string;
  /** Finishes what is under way, writes what was accepted, closes everything. */
  stop(): Promise<void>;
}

/**
 * Resolves when the read models have caught up with the log and the port listens.
 * @throws Error that names the configuration variable at fault, or says that the log cannot be read.
 */
export async function startApp(
  config: Config,
  onError: (error: unknown, correlationId?: string) => void,
): Promise<App> {
  const folder = claimDataFolder(config.data, false);
  let starting: PromiseWithResolvers<never> | undefined = Promise.withResolvers<never>();
  /** While it starts, nothing is tried again in the background: a log that cannot be read is for a person to see. */
  const onFailure = (error: unknown) => (starting ? starting.reject(error) : onError(error));
  try {
    const store = upcasting(createSqliteEventStore({ path: folder.log, onError: onFailure }));
    const screenPops = createInProcessScreenPopFeed();
    const readModels = createInProcessReadModels({ onError: (error) => onError(error) });
    const clock = createClock(config.clock);
    const gate = createInProcessCapGate();
    const { vocabulary } = config;
    const kairos = createKairos({ store, readModels, gate, screenPops, vocabulary, clock, onError: onFailure });
    await Promise.race([kairos.following.start(), starting.promise]);
    starting = undefined;
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
      validationRules,
      hosts: hostsAt(config.host),
    });
    const { url } = await server.listen();
    const sweeper = startExpirySweeper({ outcomes: kairos.outcomes, clock, onError, intervalMs: config.expirySweep });
    return {
      kairos,
      url: `${url}/graphql`,
      async stop() {
        await server.drain();
        await sweeper.stop();
        await screenPops.close();
        await kairos.following.stop();
        await readModels.close();
        await store.close();
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw startFailure(error, config);
  }
}

function startFailure(error: unknown, { port, data }: Config): Error {
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EADDRINUSE') return new Error(`KAIROS_PORT: the port ${port} is taken`, { cause: error });
  if (code === 'EACCES') return new Error(`KAIROS_PORT: the port ${port} may not be opened`, { cause: error });
  return new Error(`the event log in ${data} cannot be used: ${message}`, { cause: error });
}
