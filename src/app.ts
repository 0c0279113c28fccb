// The composition root: puts the parts of a process together, starts them in the order of need, stops them in the reverse.
import { parse, print } from 'graphql';
import { demoQuery } from '../demo/demo-query.ts';
import { createInProcessCapGate } from '../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../projections/in-process-read-models.ts';
import { ForeignLog } from '../projections/redis-log-identity.ts';
import { createClock } from './application/clock.ts';
import { startExpirySweeper } from './application/expiry-sweeper.ts';
import { type Adapters, createKairos, type Kairos } from './application/kairos.ts';
import type { Config } from './config.ts';
import { claimDataFolder } from './data-folder.ts';
import { createCallback } from './graphql/callback.ts';
import { createContext } from './graphql/context.ts';
import { validationRules } from './graphql/depth-limit.ts';
import { foresee } from './graphql/foreseen.ts';
import { hostsAt } from './graphql/hosts.ts';
import { createMultipart } from './graphql/multipart.ts';
import { buildSchema } from './graphql/schema.ts';
import { createGraphqlServer } from './graphql/server.ts';
import { createServerSentEvents } from './graphql/server-sent-events.ts';
import { type Readiness, startHealthServer } from './health-server.ts';
import { openLog } from './open-log.ts';
import { takeRedisRole } from './redis-role.ts';
import { createInProcessScreenPopFeed } from './screen-pop/in-process-screen-pop-feed.ts';

export interface App {
  readonly kairos: Kairos;
  /** Where the subgraph answers: `http://127.0.0.1:4000/graphql`; of a projector, where it says how it is. */
  readonly url: string;
  /** Finishes what is under way, writes what was accepted, closes everything. */
  stop(): Promise<void>;
}

/** The adapters besides the log. */
export interface ReadSide extends Pick<Adapters, 'readModels' | 'gate' | 'screenPops' | 'follow'> {
  ready(): Readiness;
  close(): Promise<void>;
}

type OnError = (error: unknown, correlationId?: string) => void;

/** How often a process looks for what others have written to the log that they share, in milliseconds. */
const lookForOthersMs = 5;

/**
 * Resolves when the port listens and the read models have caught up with the log; with Redis that is not there yet, without them.
 * @throws Error that names the configuration variable at fault, or says that the log cannot be read.
 */
export async function startApp(config: Config, onError: OnError): Promise<App> {
  const folder = claimDataFolder(config.data, config.redis !== undefined);
  let starting: PromiseWithResolvers<never> | undefined = Promise.withResolvers<never>();
  /** While it starts, nothing is tried again in the background: a log that cannot be read is for a person to see. */
  const onFailure = (error: unknown) => (starting ? starting.reject(error) : onError(error));
  try {
    const store = await openLog(config, { onError: onFailure, ...(config.redis && { pollEvery: lookForOthersMs }) });
    const { ready, close, ...readSide } = config.redis
      ? takeRedisRole({ ...config.redis, role: config.role, store, onError, ...graceFor(config) })
      : inProcessReadSide(onError);
    const clock = createClock(config.clock);
    const { vocabulary } = config;
    const kairos = createKairos({ store, ...readSide, vocabulary, clock, onError: onFailure });
    await Promise.race([kairos.following.start(), starting.promise]);
    starting = undefined;
    const server = await serve(config, kairos, ready, onError);
    const { outcomes } = kairos;
    const sweeper =
      config.role === 'api'
        ? undefined
        : startExpirySweeper({ outcomes, clock, onError, intervalMs: config.expirySweep });
    return {
      kairos,
      url: server.url,
      async stop() {
        await server.drain();
        await sweeper?.stop();
        await kairos.screenPops.close();
        await kairos.following.stop();
        await kairos.readModels.close();
        await close();
        await store.close();
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw startFailure(error, config);
  }
}

/** A reservation and its decision are two appends to an event store, each of which may take its whole time. */
function graceFor({ eventStore }: Config) {
  return eventStore ? { graceMs: 1000 + 2 * eventStore.timeoutMs } : {};
}

function inProcessReadSide(onError: OnError): ReadSide {
  return {
    readModels: createInProcessReadModels({ onError: (error) => onError(error) }),
    gate: createInProcessCapGate(),
    screenPops: createInProcessScreenPopFeed(),
    ready: () => ({ ready: true }),
    async close() {},
  };
}

async function serve(config: Config, kairos: Kairos, ready: () => Readiness, onError: OnError) {
  if (config.role === 'projector') return startHealthServer(config.host, config.port, ready);
  const server = createGraphqlServer({
    schema: buildSchema(),
    createContext: (caller) => createContext(kairos, caller),
    host: config.host,
    port: config.port,
    playground: config.playground,
    landing: { title: 'Kairos', ...(config.demo && { query: print(parse(demoQuery.query)) }) },
    ready,
    onError,
    foresee,
    validationRules,
    hosts: hostsAt(config.host),
    transports: [
      createCallback({ origins: config.callbackOrigins ?? [], setting: 'KAIROS_CALLBACK_ORIGINS' }),
      createMultipart(),
      // What is resumable here has the position at which to go on, and takes it back as `after`.
      createServerSentEvents({ resume: { field: 'position', variable: 'after' } }),
    ],
  });
  const { url } = await server.listen();
  return { url: `${url}/graphql`, drain: server.drain };
}

function startFailure(error: unknown, { port, data }: Config): Error {
  if (error instanceof ForeignLog) return new Error(`REDIS_URL: ${error.message}`, { cause: error });
  const { code, message } = error as { code?: string; message: string };
  if (code === 'EADDRINUSE') return new Error(`KAIROS_PORT: the port ${port} is taken`, { cause: error });
  if (code === 'EACCES') return new Error(`KAIROS_PORT: the port ${port} may not be opened`, { cause: error });
  return new Error(`the event log in ${data} cannot be used: ${message}`, { cause: error });
}
